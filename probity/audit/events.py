"""Names of everything that is recorded."""

from enum import StrEnum


class AuditEvent(StrEnum):
    """Named `<subject>:<past tense>`; keep alphabetical; never rename a shipped one."""

    ATTEMPT_CLOSED = "attempt:closed"
    ATTEMPT_KEY_READ = "attempt:key-read"
    ATTEMPT_STARTED = "attempt:started"
    ATTEMPT_TAKEN_OVER = "attempt:taken-over"
    CERTIFICATE_ISSUED = "certificate:issued"
    CERTIFICATE_REINSTATED = "certificate:reinstated"
    CERTIFICATE_REVOKED = "certificate:revoked"
    CERTIFICATE_SUSPENDED = "certificate:suspended"
    COURSE_LOADED = "course:loaded"
    DUTY_RETRIED = "duty:retried"
    EMAIL_CHANGED = "email:changed"
    ENROLMENT_BEGUN = "enrolment:begun"
    ENROLMENT_MOVED = "enrolment:moved"
    EXAM_CREATED = "exam:created"
    EXAM_REVISED = "exam:revised"
    FACTOR_ADDED = "factor:added"
    FACTOR_REMOVED = "factor:removed"
    ITEM_CREATED = "item:created"
    ITEM_REINSTATED = "item:reinstated"
    ITEM_RETIRED = "item:retired"
    ITEM_REVISED = "item:revised"
    LESSON_COMPLETED = "lesson:completed"
    PASSWORD_CHANGED = "password:changed"  # noqa: S105
    PERSON_INVITED = "person:invited"
    PERSON_NAMED = "person:named"
    PERSON_REGISTERED = "person:registered"
    RESULTS_RELEASED = "results:released"
    ROLE_GRANTED = "role:granted"
    ROLE_WITHDRAWN = "role:withdrawn"
    SESSION_ENDED = "session:ended"
    SESSION_STARTED = "session:started"
