"""Words of a cell as the texts of an item: escaped, cleaned of HTML."""

import re
from dataclasses import dataclass, field

from probity.exchange.escaping import escaped, guarded, storable
from probity.exchange.found import Note
from probity.exchange.text import to_markdown

_TAG = re.compile(r"</?(?:[a-z][a-z0-9]*)(?:\s[^<>]*)?/?>|&(?:[a-z]+|#\d+);", re.IGNORECASE)


@dataclass(slots=True)
class Texts:
    """Turns words into texts, and keeps what is to be said of it.

    With `markdown` the words are in our own Markdown already.
    """

    markdown: bool = False
    notes: list[Note] = field(default_factory=list)

    def text(self, words: str, chinese: str = "") -> dict[str, str]:
        """The text in the languages that the table has."""
        made = {"en": self.words(words)}
        if chinese:
            made["zh-Hans"] = self.words(chinese)
        return made

    def words(self, words: str) -> str:
        """Our Markdown for the words of a cell."""
        if self.markdown:
            return storable(words)
        if _TAG.search(words):
            made, notes = to_markdown(words)
            self.notes.extend(note for note in notes if note not in self.notes)
            if made.strip():
                return made
        return plain(words)


def plain(words: str) -> str:
    """Plain words as Markdown that shows them as they are; a line break stays one."""
    lines = [line.strip() for line in storable(words).split("\n") if line.strip()]
    return "\\\n".join(guarded(escaped(line)) for line in lines)
