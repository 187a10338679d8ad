"""Which fields each kind of item has in the editor."""

from collections.abc import Sequence

from flask_babel import LazyString

from probity.bank import labels
from probity.bank.editor.fields import Field, Group, Line, Rows, Section, Words
from probity.bank.parts import NORMALISE
from probity.kernel.i18n import lazy_gettext as _l


def _such_as(example: str) -> LazyString:
    return _l("Such as %(example)s", example=example)


ABOUT_IDS = _l("Ids left empty are made from the English text. Browsers see them.")
STEM = Words("stem", _l("Question text"), tall=True)
ID = Line("id", _l("Id"), optional=True)
TEXT = Words("text", _l("Text"))
WHY = Words("why", _l("Why it is right or wrong"))
OPTIONAL_WHY = Words("why", _l("Why"), optional=True)
OVERALL_WHY = Words("why", _l("Why this is the answer"), tall=True)
SHARE = Line("share", _l("Share of the points"), hint=_l("1/1 for all, 1/2 for half"))
ALSO = Line("also", _l("Other spellings, one a line"), "lines", optional=True)
SHUFFLE = Line("shuffle", _l("Shuffle for each candidate"), "check")
CREDIT = _l("Credit")


def credit(*policies: str) -> Line:
    return Line("credit", CREDIT, "choice", choices=[(p, labels.CREDITS[p]) for p in policies])


def option_rows(least: int, most: int, flag: str) -> Rows:
    return Rows(
        "options",
        _l("Options"),
        _l("Option"),
        (TEXT, WHY, ID),
        least=least,
        most=most,
        flag=flag,
        ordered=True,
        hint=ABOUT_IDS,
    )


NORMALISERS = [
    ("nfkc", _l("Full-width and half-width forms are equal")),
    ("trim", _l("Spaces around the answer do not count")),
    ("spaces", _l("Several spaces count as one")),
    ("case", _l("Capital letters do not count")),
    ("punctuation", _l("Punctuation does not count")),
    ("end_punctuation", _l("Punctuation at the end does not count")),
    ("accents", _l("Accents do not count")),
]
NUMERIC: Sequence[Field] = (
    STEM,
    Line("answer", _l("Right number"), "number"),
    Group(
        "tolerance",
        _l("Tolerance"),
        (
            Line("absolute", _l("Absolute"), "number", optional=True, hint=_such_as("0.01")),
            Line("relative", _l("Relative"), optional=True, hint=_such_as("1/100")),
        ),
        hint=_l(
            "Fill in one of the two; an absolute tolerance of 0 accepts the exact number only."
        ),
    ),
    Group(
        "unit",
        _l("Unit"),
        (
            Line("code", _l("Unit shown"), optional=True, hint=_such_as("CNY")),
            Line("accept", _l("Also accepted"), "codes", optional=True, hint=_such_as("RMB")),
            Line("ask", _l("The candidate must write the unit"), "check"),
        ),
        needs="code",
    ),
    Line("decimals", _l("Decimal places asked for"), "int", optional=True),
    OVERALL_WHY,
    Rows(
        "traps",
        _l("Results of typical mistakes"),
        _l("Mistake"),
        (Line("value", _l("Wrong result"), "number"), WHY),
        hint=_l("Practice explains them. They must lie outside the tolerance."),
    ),
)
SHORT_TEXT: Sequence[Field] = (
    STEM,
    Rows(
        "accept",
        _l("Accepted answers"),
        _l("Answer"),
        (Line("text", _l("Answer")), ALSO, SHARE, OPTIONAL_WHY),
        least=1,
        hint=_l("Answers in every language count, whatever language the candidate reads."),
    ),
    Line("normalise", _l("When answers are compared"), "checks", choices=NORMALISERS),
    OVERALL_WHY,
    Rows(
        "traps",
        _l("Typical wrong answers"),
        _l("Mistake"),
        (Line("text", _l("Wrong answer")), ALSO, WHY),
    ),
)
MATCHING: Sequence[Field] = (
    STEM,
    Rows("right", _l("Right side"), _l("Answer"), (TEXT, ID), least=2, most=10),
    Rows(
        "left",
        _l("Left side"),
        _l("Row"),
        (TEXT, Line("partner", _l("Right partner"), "partner", of="right"), OPTIONAL_WHY, ID),
        least=3,
        most=8,
    ),
    Line("reuse_right", _l("An answer may be used more than once"), "check"),
    credit("per_pair", "all_or_nothing"),
)
ORDERING: Sequence[Field] = (
    STEM,
    Rows(
        "steps",
        _l("Steps in the right order"),
        _l("Step"),
        (TEXT, OPTIONAL_WHY, ID),
        least=3,
        ordered=True,
        hint=_l("Candidates see them shuffled."),
    ),
    OVERALL_WHY,
    credit("adjacent_pairs", "all_or_nothing"),
)
CHOICES = Rows("choose", _l("Choices"), _l("Choice"), (TEXT, ID), least=2, most=6, flag="one")
ACCEPT = Rows(
    "accept",
    _l("Accepted answers"),
    _l("Answer"),
    (Line("text", _l("Answer")), ALSO, SHARE),
    least=1,
)
WAYS = [
    ("choosing", _l("By choosing")),
    ("writing", _l("By writing words")),
    ("number", _l("By writing a number")),
]
CLOZE: Sequence[Field] = (
    STEM,
    Words(
        "text", _l("Text with gaps"), _l("Write [[days]] where the gap `days` stands."), tall=True
    ),
    Rows(
        "gaps",
        _l("Gaps"),
        _l("Gap"),
        (
            Line("id", _l("Id, as between the brackets")),
            Line("by", _l("How it is filled"), "choice", choices=WAYS),
            WHY,
        ),
        least=1,
        switch="by",
        cases={
            "choosing": (CHOICES,),
            "writing": (ACCEPT,),
            "number": (Line("number", _l("Right number"), "number"),),
        },
    ),
    credit("per_gap", "all_or_nothing"),
)
RUBRIC = Rows(
    "rubric",
    _l("What is rewarded"),
    _l("Criterion"),
    (TEXT, Line("points", _l("Points"), "int"), ID),
    least=1,
)
ESSAY: Sequence[Field] = (
    STEM,
    RUBRIC,
    Words("model_answer", _l("Model answer"), tall=True, optional=True),
)
UPLOAD: Sequence[Field] = (
    *ESSAY,
    Line(
        "accept_types",
        _l("Types of file"),
        "codes",
        optional=True,
        hint=_such_as("application/pdf"),
    ),
    Line("max_mib", _l("Largest size in MiB"), "int"),
)
OWN: dict[str, Sequence[Field]] = {
    "single": (STEM, option_rows(3, 5, "one"), SHUFFLE),
    "multiple": (
        STEM,
        option_rows(4, 8, "many"),
        Line("choose", _l("Number to choose, if it is told"), "int", optional=True),
        credit("right_minus_wrong", "per_option", "all_or_nothing"),
        SHUFFLE,
    ),
    "true_false": (
        STEM,
        Line(
            "answer",
            _l("The statement is"),
            "truth",
            choices=[("true", _l("True")), ("false", _l("False"))],
        ),
        Words("why_true", _l("Said to those who choose “true”")),
        Words("why_false", _l("Said to those who choose “false”")),
    ),
    "numeric": NUMERIC,
    "short_text": SHORT_TEXT,
    "matching": (*MATCHING, SHUFFLE),
    "ordering": ORDERING,
    "cloze": (*CLOZE, SHUFFLE),
    "essay": ESSAY,
    "upload": UPLOAD,
}
PARTS = {kind: labels.KINDS[kind] for kind in OWN}
COGNITIVE = Line(
    "cognitive", _l("Cognitive level"), "choice", choices=list(labels.COGNITIVE.items())
)
POINTS = Line("points", _l("Points"), "int")
FACTS = Line("facts", _l("Facts"), "codes", hint=_l("Numbers of the fact base, such as GP-004"))
CASE: Sequence[Field] = (
    Words("title", _l("Title")),
    Rows(
        "material",
        _l("Documents"),
        _l("Document"),
        (Words("title", _l("Title")), Words("text", _l("Text"), tall=True), ID),
        least=1,
        most=4,
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
        most=6,
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
        Line("instrument", _l("Instrument"), hint=_such_as("GPL")),
        Line("article", _l("Article"), hint=_such_as("15")),
        Line("effective_from", _l("In force from"), "date"),
        Line("effective_to", _l("In force until"), "date", optional=True),
        Line("checked_on", _l("Checked on"), "date"),
        Line(
            "confidence",
            _l("Confidence"),
            "choice",
            choices=[("A", _l("A: read in the full text")), ("B", _l("B: good secondary source"))],
        ),
        Line("facts", _l("Facts"), "codes", optional=True, hint=_such_as("GP-004")),
    ),
    most=6,
)
SOURCES = Rows(
    "sources", _l("Other sources"), _l("Source"), (Words("text", _l("Source")),), most=6, flat=True
)


def sections(kind: str, *, new: bool) -> list[Section]:
    """The whole form of one kind."""
    number = Line("id", _l("Number"), optional=True, hint=_l("Left empty: the next free one"))
    place = [
        *([number] if new else []),
        Line("domain", _l("Domain"), hint=_such_as("GPP-1")),
        Line("competency", _l("Competency"), hint=_such_as("PR01.F")),
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
    ]
    return [
        Section("question", _l("Question"), CASE if kind == "case" else OWN[kind]),
        Section("place", _l("Place in the bank"), place),
        Section("evidence", _l("What it rests on"), (FACTS, LAW, SOURCES)),
    ]


def _states() -> list[tuple[str, object]]:
    return [(state, labels.STATES[state]) for state in ("draft", "in_review")]


DEFAULTS = {
    "shuffle": "1",
    "share": "1/1",
    "points": "1",
    "max_mib": "10",
    "normalise": list(NORMALISE),
    "by": "choosing",
    "kind": "single",
    "use": "practice",
    "status": "draft",
    "confidence": "A",
    "answer": "",
}
"""What a new field holds; the rest is empty."""
