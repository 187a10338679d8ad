"""What exams tells the folders above it."""

from dataclasses import dataclass

from probity.kernel.events import Event


@dataclass(frozen=True, slots=True)
class AttemptPassed(Event):
    """A result that earns a certificate of `scheme` was released."""

    attempt_id: int
    candidate_id: int
    scheme: str


@dataclass(frozen=True, slots=True)
class PassTakenBack(Event):
    """A released pass is about to become a fail; whoever built on it refuses this."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class ExamTouched(Event):
    """An exam is about to be changed. A folder above may refuse it by raising `Refused`.

    `change` is `revision`, `state` or `import`.
    """

    exam_id: int
    change: str
