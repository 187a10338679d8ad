"""What other folders may want to know about people."""

from dataclasses import dataclass

from probity.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    """A session was ended by its owner, by an administrator or by signing out."""

    person_id: int
    session_id: int
