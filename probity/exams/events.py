"""What exams tells the folders above it."""

from dataclasses import dataclass

from probity.kernel.events import Event


@dataclass(frozen=True, slots=True)
class AttemptPassed(Event):
    """A result that earns a certificate of `scheme` was released."""

    attempt_id: int
    candidate_id: int
    scheme: str
