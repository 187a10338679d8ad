"""The whole form of one kind of item: the question, its place, its company, its evidence."""

from collections.abc import Sequence
from typing import Any

from probity.bank import labels
from probity.bank.editor.blocks import ID, such_as
from probity.bank.editor.fields import Field, Group, Line, Rows, Section, Words
from probity.bank.editor.kinds import OWN
from probity.bank.parts import NORMALISE
from probity.bank.shapes_base import MOST_HINTS, MOST_OPTIONS
from probity.kernel.i18n import lazy_gettext as _l

PARTS = {kind: labels.KINDS[kind] for kind in OWN}
COGNITIVE = Line(
    "cognitive",
    _l("Cognitive level"),
    "choice",
    choices=[("", _l("Not classified yet")), *labels.COGNITIVE.items()],
)
POINTS = Line("points", _l("Points"), "number")
FACTS = Line("facts", _l("Facts"), "codes", hint=_l("Numbers of the fact base, such as GP-004"))
CASE: Sequence[Field] = (
    Words("title", _l("Title")),
    Rows(
        "material",
        _l("Documents"),
        _l("Document"),
        (Words("title", _l("Title")), Words("text", _l("Text"), tall=True), ID),
        least=1,
        most=20,
    ),
    Rows(
        "items",
        _l("Questions"),
        _l("Question"),
        (
            Line("id", _l("Number"), optional=True, hint=_l("Left empty: the next free one")),
            Line("kind", _l("Kind"), "choice", choices=list(PARTS.items())),
            COGNITIVE,
            POINTS,
            Line("facts", _l("Facts"), "codes", optional=True, hint=_l("Empty: those of the case")),
        ),
        least=2,
        most=MOST_OPTIONS,
        ordered=True,
        switch="kind",
        cases=OWN,
        hint=_l("Each is answered on its own, so none may depend on the answer to another."),
    ),
)
LAW = Rows(
    "legal_basis",
    _l("Legal basis"),
    _l("Article"),
    (
        Line("instrument", _l("Instrument"), hint=such_as("GPL")),
        Line("article", _l("Article"), hint=such_as("15")),
        Line("effective_from", _l("In force from"), "date"),
        Line("effective_to", _l("In force until"), "date", optional=True),
        Line("checked_on", _l("Checked on"), "date"),
        Line(
            "confidence",
            _l("Confidence"),
            "choice",
            choices=[("A", _l("A: read in the full text")), ("B", _l("B: good secondary source"))],
        ),
        Line("facts", _l("Facts"), "codes", optional=True, hint=such_as("GP-004")),
    ),
    most=MOST_OPTIONS,
)
SOURCES = Rows(
    "sources",
    _l("Other sources"),
    _l("Source"),
    (Words("text", _l("Source")),),
    most=MOST_OPTIONS,
    flat=True,
)
MEDIA = Rows(
    "media",
    _l("Media"),
    _l("File"),
    (
        Line("name", _l("File name"), hint=_l("Texts show it as ![words](media:name).")),
        Line("sha256", _l("Digest"), "kept"),
        Line("type", _l("File type"), "kept"),
        Line("size", _l("Size"), "kept"),
        Words("alt", _l("What a picture shows, for those who do not see it"), optional=True),
    ),
    most=0,
)
FEEDBACK = Group(
    "feedback",
    _l("Said after the answer"),
    (
        Words("right", _l("To a right answer"), optional=True),
        Words("partial", _l("To a partly right answer"), optional=True),
        Words("wrong", _l("To a wrong answer"), optional=True),
        Words("general", _l("To everybody"), optional=True),
    ),
    needs="*",
    wide=True,
    hint=_l("Practice shows it, and exams that show answers afterwards."),
)
HINTS = Rows(
    "hints",
    _l("Hints"),
    _l("Hint"),
    (Words("text", _l("Hint")),),
    most=MOST_HINTS,
    flat=True,
)
FILING: Sequence[Field] = (
    Line("name", _l("Name for the authors"), optional=True, hint=_l("Candidates never see it.")),
    Line("tags", _l("Tags"), "codes", optional=True, hint=_l("Between commas")),
)


def sections(kind: str, *, new: bool) -> list[Section]:
    """The whole form of one kind."""
    number = Line("id", _l("Number"), optional=True, hint=_l("Left empty: the next free one"))
    place = [
        *([number] if new else []),
        Line("domain", _l("Domain"), hint=such_as("GPP-1")),
        Line("competency", _l("Competency"), optional=True, hint=such_as("PR01.F")),
        COGNITIVE,
        *([] if kind == "case" else [POINTS]),
        Line(
            "expected_p",
            _l("Expected difficulty"),
            "number",
            optional=True,
            hint=_l("Share of candidates who will be right, such as 0.65"),
        ),
        Line("use", _l("Use"), "choice", choices=list(labels.PARTITIONS.items())),
        Line("status", _l("State"), "choice", choices=_states()),
        *FILING,
    ]
    return [
        Section("question", _l("Question"), CASE if kind == "case" else OWN[kind]),
        Section("files", _l("Pictures and sounds"), (MEDIA,)),
        Section("said", _l("Feedback and hints"), (FEEDBACK, HINTS)),
        Section("place", _l("Place in the bank"), place),
        Section("evidence", _l("What it rests on"), (FACTS, LAW, SOURCES)),
    ]


def _states() -> list[tuple[str, object]]:
    return [(state, labels.STATES[state]) for state in ("draft", "in_review")]


DEFAULTS: dict[str, Any] = {
    "shuffle": "1",
    "share": "1/1",
    "points": "1",
    "max_mib": "10",
    "normalise": list(NORMALISE),
    "kind": "single",
    "use": "practice",
    "status": "draft",
    "confidence": "A",
    "answer": "",
}
"""What a new field holds; the rest is empty."""
