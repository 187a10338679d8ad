"""The one role table: what each kind of person may do."""

from enum import StrEnum

from probity.kernel.permissions import Permission


class Role(StrEnum):
    """In the order in which people meet them; a verifier needs no account."""

    CANDIDATE = "candidate"
    INSTRUCTOR = "instructor"
    ITEM_WRITER = "item_writer"
    REVIEWER = "reviewer"
    OFFICER = "officer"
    INVIGILATOR = "invigilator"
    MARKER = "marker"
    REGISTRAR = "registrar"
    ORGANISATION_MANAGER = "organisation_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


EVERYONE = frozenset({Permission.ACCOUNT_OWN})
"""What signing in alone allows."""

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CANDIDATE: frozenset(
        {Permission.CERTIFICATE_HOLD, Permission.COURSE_LEARN, Permission.EXAM_SIT}
    ),
    Role.INSTRUCTOR: frozenset(
        {
            Permission.COURSE_LEARN,
            Permission.COURSE_WRITE,
            Permission.EXAM_WRITE,
            Permission.FORM_READ,
            Permission.ITEM_READ,
            Permission.ITEM_WRITE,
        }
    ),
    Role.ITEM_WRITER: frozenset(
        {Permission.ITEM_READ, Permission.ITEM_SECURE, Permission.ITEM_WRITE}
    ),
    Role.REVIEWER: frozenset({Permission.ITEM_READ, Permission.ITEM_REVIEW}),
    Role.OFFICER: frozenset(
        {
            Permission.ACCOMMODATION_MANAGE,
            Permission.EXAM_MONITOR,
            Permission.EXAM_RESULTS,
            Permission.FORM_APPROVE,
            Permission.FORM_READ,
            Permission.ITEM_READ,
            Permission.ITEM_RELEASE,
            Permission.ITEM_SECURE,
            Permission.SITTING_MANAGE,
        }
    ),
    Role.INVIGILATOR: frozenset({Permission.EXAM_MONITOR}),
    Role.MARKER: frozenset(),
    Role.REGISTRAR: frozenset(
        {
            Permission.CERTIFICATE_DESIGN,
            Permission.CERTIFICATE_ISSUE,
            Permission.CERTIFICATE_READ,
            Permission.CERTIFICATE_REVOKE,
            Permission.JOB_READ,
            Permission.JOB_RETRY,
            Permission.KEY_MANAGE,
            Permission.KEY_READ,
        }
    ),
    Role.ORGANISATION_MANAGER: frozenset(),
    Role.AUDITOR: frozenset(
        {Permission.AUDIT_READ, Permission.CERTIFICATE_READ, Permission.KEY_READ}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.AUDIT_READ,
            Permission.JOB_READ,
            Permission.JOB_RETRY,
            Permission.KEY_MANAGE,
            Permission.KEY_READ,
            Permission.PEOPLE_MANAGE,
        }
    ),
}

STAFF = frozenset(Role) - {Role.CANDIDATE}
"""Roles that act on other people's data and therefore need a second factor."""


def permissions_of(roles: frozenset[Role] | set[Role]) -> frozenset[Permission]:
    """Everything a signed-in person with these roles may do."""
    return EVERYONE.union(*(GRANTS[role] for role in roles))
