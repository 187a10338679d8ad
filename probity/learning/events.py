"""What learning announces."""

from dataclasses import dataclass

from probity.kernel.events import Event


@dataclass(frozen=True, slots=True)
class LessonCompleted(Event):
    enrolment_id: int
    person_id: int
    lesson_code: str
