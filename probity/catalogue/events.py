"""What the catalogue announces."""

from dataclasses import dataclass

from probity.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CourseRevisionLoaded(Event):
    """A course has a new current revision; its items are in the bank already."""

    revision_id: int
    course_code: str
