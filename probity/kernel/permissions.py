"""Who may do what. Roles grant permissions; queries narrow them to objects."""

from enum import StrEnum
from typing import Protocol


class Permission(StrEnum):
    """Named `<resource>:<action>`; keep alphabetical."""

    ACCOMMODATION_MANAGE = "accommodation:manage"
    ACCOUNT_OWN = "account:own"
    AUDIT_READ = "audit:read"
    CERTIFICATE_DESIGN = "certificate:design"
    CERTIFICATE_HOLD = "certificate:hold"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_READ = "certificate:read"
    CERTIFICATE_REVOKE = "certificate:revoke"
    COURSE_LEARN = "course:learn"
    COURSE_WRITE = "course:write"
    EXAM_KEY = "exam:key"
    EXAM_MONITOR = "exam:monitor"
    EXAM_RESULTS = "exam:results"
    EXAM_SIT = "exam:sit"
    EXAM_WRITE = "exam:write"
    FORM_APPROVE = "form:approve"
    FORM_READ = "form:read"
    ITEM_READ = "item:read"
    ITEM_RELEASE = "item:release"
    ITEM_REVIEW = "item:review"
    ITEM_SECURE = "item:secure"
    ITEM_WRITE = "item:write"
    JOB_READ = "job:read"
    JOB_RETRY = "job:retry"
    KEY_MANAGE = "key:manage"
    KEY_READ = "key:read"
    PEOPLE_MANAGE = "people:manage"
    SITTING_MANAGE = "sitting:manage"


class Public(StrEnum):
    """The reason a route needs no permission; shows up in the access snapshot."""

    ATTEMPT_TOKEN = "the attempt token in the header is the permission"  # noqa: S105
    DEVELOPMENT = "exists only in a demonstration on this machine"
    INFORMATION = "anyone may know what we teach, examine and certify"
    LANGUAGE = "choosing a language needs no account"
    LOG = "anyone may check the log of certificates, which names nobody"
    OFFLINE = "shown while the line is away, and says nothing of anybody"
    OPERATIONS = "load balancers and monitors have no account"
    SIGN_IN = "signing in must work before signing in"
    VERIFY = "employers verify certificates without an account"


class Actor(Protocol):
    """Whoever is acting: a person, an API client or the system itself."""

    @property
    def id(self) -> int | None: ...

    @property
    def is_authenticated(self) -> bool: ...

    def may(self, permission: Permission) -> bool: ...


class _System:
    """Duties and commands act as the installation itself."""

    id = None
    is_authenticated = True

    def may(self, permission: Permission) -> bool:  # noqa: ARG002
        return True


SYSTEM: Actor = _System()
