"""The ways an action can say no. Each becomes an HTTP answer in one place."""


class Refused(Exception):
    """A business rule forbids this; the message is shown to the person.

    `reason` is a stable code for scripts, `facts` are further JSON-safe members of the answer.
    """

    def __init__(self, message: str, reason: str = "refused", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.facts = facts


class TooMany(Exception):
    """Too many failures from one place; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


class Misconfigured(Exception):
    """The installation cannot start like this; the message says what and how to mend it."""
