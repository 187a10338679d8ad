"""One question as it stands in a numbered document."""

from dataclasses import dataclass, field

MOST_EXCERPT = 4000


@dataclass(slots=True)
class Block:
    """One question as it stands in the document."""

    number: str
    line: int
    section: str = ""
    stem: str = ""
    options: list[str] = field(default_factory=list)
    answer: str = ""
    explanation: str = ""
    lines: list[str] = field(default_factory=list)
    is_bracketed: bool = False
    is_led: bool = False

    @property
    def excerpt(self) -> str:
        return "\n".join(self.lines).strip()[:MOST_EXCERPT]
