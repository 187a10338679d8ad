"""Writing Aiken: single choice in plain words; everything else is named for each item."""

import re
import string
from collections.abc import Sequence

from probity.exchange.formats.aiken.reading import ANSWER, LIKE_ONE, OPTION
from probity.exchange.found import Content, LoadMedia, Note, Written
from probity.kernel.markup import plain_text

BREAK = re.compile(r"\\\n|\n\n+")
UNHELD = ("facts", "legal_basis", "sources", "competency", "cognitive", "expected_p", "figure",
          "hints", "feedback", "tags", "name", "media")  # fmt: skip


def write(items: Sequence[Content], load: LoadMedia) -> Written:
    """One file of the single choice items."""
    del load
    out: list[str] = []
    notes: dict[int, list[Note]] = {}
    for place, item in enumerate(items):
        said: list[Note] = []
        if item["kind"] != "single":
            said.append(Note("lost", "kind_unheld", {"kind": item["kind"]}))
        elif len(item["options"]) > len(string.ascii_uppercase):
            said.append(Note("lost", "too_many_options", {"most": len(string.ascii_uppercase)}))
        else:
            out.append(_question(item, said))
        if said:
            notes[place] = said
    return Written("questions.txt", "\n".join(out).encode(), "text/plain", notes)


def _question(item: Content, said: list[Note]) -> str:
    letters = dict(
        zip((one["id"] for one in item["options"]), string.ascii_uppercase, strict=False)
    )
    key = next(one["id"] for one in item["options"] if one.get("correct"))
    lines = [_line(item["stem"], said)]
    lines += [f"{letters[one['id']]}) {_line(one['text'], said)}" for one in item["options"]]
    lines.append(f"ANSWER: {letters[key]}\n")
    if item.get("credit", "key") != "key":
        said.append(Note("lost", "credit_unheld", {"credit": item["credit"]}))
    lost = [name for name in UNHELD if item.get(name)]
    lost += ["why"] if any(one.get("why") for one in item["options"]) else []
    lost += ["shuffle"] if not item.get("shuffle", True) else []
    lost += ["points"] if str(item.get("points", 1)) != "1" else []
    if lost:
        said.append(Note("lost", "fields_unheld", {"names": lost}))
    return "\n".join(lines)


def _line(text: dict[str, str], said: list[Note]) -> str:
    """Plain words, their lines kept where none looks like an option; English ones of two."""
    if text.get("zh-Hans", text["en"]) != text["en"]:
        note = Note("lost", "one_language")
        if note not in said:
            said.append(note)
    parts = [plain_text(part) for part in BREAK.split(text["en"])]
    words = "\n".join(part for part in parts if part)
    if any(sign.match(part) for part in parts for sign in (OPTION, LIKE_ONE, ANSWER)):
        words = " ".join(words.split())
    marked = any(sign in text["en"] for sign in ("**", "](media:", "$", "```", "\n|", "\n- "))
    if marked and Note("lost", "markup_lost") not in said:
        said.append(Note("lost", "markup_lost"))
    return words
