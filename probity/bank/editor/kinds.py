"""Which fields each kind of item has of its own in the editor."""

from collections.abc import Sequence

from probity.bank.editor.blocks import (
    ALSO,
    ID,
    MAPPING,
    OPTIONAL_WHY,
    OVERALL_WHY,
    SHARE,
    SHUFFLE,
    STEM,
    TEXT,
    WHY,
    WILDCARDS,
    credit,
    option_rows,
    pieces,
    such_as,
)
from probity.bank.editor.fields import Field, Group, Line, Rows, Words
from probity.bank.shapes_base import MOST_OPTIONS
from probity.kernel.i18n import lazy_gettext as _l

NORMALISERS = [
    ("nfkc", _l("Full-width and half-width forms are equal")),
    ("trim", _l("Spaces around the answer do not count")),
    ("spaces", _l("Several spaces count as one")),
    ("case", _l("Capital letters do not count")),
    ("punctuation", _l("Punctuation does not count")),
    ("end_punctuation", _l("Punctuation at the end does not count")),
    ("accents", _l("Accents do not count")),
]
TOLERANCE = (
    Line("absolute", _l("Absolute"), "number", optional=True, hint=such_as("0.01")),
    Line("relative", _l("Relative"), optional=True, hint=such_as("1/100")),
    Line("low", _l("Range from"), "number", optional=True),
    Line("high", _l("Range to"), "number", optional=True),
    Line("decimals", _l("Equal when rounded to decimals"), "int", optional=True),
    Line("figures", _l("Equal when rounded to figures"), "int", optional=True),
    Line("open_low", _l("The lower end itself is wrong"), "check"),
    Line("open_high", _l("The upper end itself is wrong"), "check"),
)
NUMERIC: Sequence[Field] = (
    STEM,
    Line("answer", _l("Right number"), "number"),
    Group(
        "tolerance",
        _l("Tolerance"),
        TOLERANCE,
        hint=_l("Fill in one way; an absolute tolerance of 0 accepts the exact number only."),
    ),
    Rows(
        "also",
        _l("Other numbers that count"),
        _l("Number"),
        (
            Line("value", _l("Value"), "number"),
            SHARE,
            Group("tolerance", _l("Tolerance, if another"), TOLERANCE[:4], needs="*"),
            OPTIONAL_WHY,
        ),
        most=MOST_OPTIONS,
    ),
    Group(
        "unit",
        _l("Unit"),
        (
            Line("code", _l("Unit shown"), optional=True, hint=such_as("CNY")),
            Line("accept", _l("Also accepted"), "codes", optional=True, hint=such_as("RMB")),
            Line("factors", _l("Other units"), "entries", optional=True, hint=such_as("km = 1000")),
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
        most=MOST_OPTIONS,
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
        most=MOST_OPTIONS,
        hint=_l("Answers in every language count, whatever language the candidate reads."),
    ),
    Line("normalise", _l("When answers are compared"), "checks", choices=NORMALISERS),
    WILDCARDS,
    OVERALL_WHY,
    Rows(
        "traps",
        _l("Typical wrong answers"),
        _l("Mistake"),
        (Line("text", _l("Wrong answer")), ALSO, WHY),
        most=MOST_OPTIONS,
    ),
)
MATCHING: Sequence[Field] = (
    STEM,
    pieces("right", _l("Right side"), _l("Answer"), 2),
    Rows(
        "left",
        _l("Left side"),
        _l("Row"),
        (TEXT, Line("partner", _l("Right partner"), "partner", of="right"), OPTIONAL_WHY, ID),
        least=3,
        most=MOST_OPTIONS,
    ),
    Line("reuse_right", _l("An answer may be used more than once"), "check"),
    credit("per_pair", "all_or_nothing", "mapping"),
    MAPPING,
    SHUFFLE,
)
ORDERING: Sequence[Field] = (
    STEM,
    Rows(
        "steps",
        _l("Steps in the right order"),
        _l("Step"),
        (TEXT, OPTIONAL_WHY, ID),
        least=3,
        most=MOST_OPTIONS,
        ordered=True,
        hint=_l("Candidates see them shuffled."),
    ),
    OVERALL_WHY,
    credit("adjacent_pairs", "positions", "distance", "all_or_nothing"),
)
CHOICES = Rows(
    "choose",
    _l("Choices"),
    _l("Choice"),
    (
        TEXT,
        Line("share", _l("Share of the gap"), optional=True, hint=such_as("1/2"), start=""),
        OPTIONAL_WHY,
        ID,
    ),
    least=2,
    most=MOST_OPTIONS,
    flag="one",
)
ACCEPT = Rows(
    "accept",
    _l("Accepted answers"),
    _l("Answer"),
    (Line("text", _l("Answer")), ALSO, SHARE),
    least=1,
    most=MOST_OPTIONS,
)
WAYS = [
    ("choosing", _l("By choosing")),
    ("writing", _l("By writing words")),
    ("number", _l("By writing a number")),
]
GAP_TEXT = Words(
    "text", _l("Text with gaps"), _l("Write [[days]] where the gap `days` stands."), tall=True
)
GAP_ID = Line("id", _l("Id, as between the brackets"))
CLOZE: Sequence[Field] = (
    STEM,
    GAP_TEXT,
    Rows(
        "gaps",
        _l("Gaps"),
        _l("Gap"),
        (
            GAP_ID,
            Line("by", _l("How it is filled"), "choice", choices=WAYS, start="choosing"),
            Line("weight", _l("Weight"), "number", optional=True, hint=_l("1 if left empty")),
            WHY,
        ),
        least=1,
        most=MOST_OPTIONS,
        switch="by",
        cases={
            "choosing": (CHOICES,),
            "writing": (ACCEPT, WILDCARDS),
            "number": (
                Line("number", _l("Right number"), "number"),
                Group("tolerance", _l("Tolerance"), TOLERANCE, needs="*"),
            ),
        },
    ),
    credit("per_gap", "all_or_nothing"),
    SHUFFLE,
)
GAP_MATCH: Sequence[Field] = (
    STEM,
    GAP_TEXT,
    pieces("choices", _l("Pieces on offer"), _l("Piece"), 2, OPTIONAL_WHY),
    Rows(
        "gaps",
        _l("Gaps"),
        _l("Gap"),
        (GAP_ID, Line("partner", _l("Right piece"), "partner", of="choices"), WHY),
        least=1,
        most=MOST_OPTIONS,
    ),
    Line("reuse", _l("A piece may be used more than once"), "check"),
    credit("per_gap", "all_or_nothing", "mapping"),
    MAPPING,
    SHUFFLE,
)
MATRIX: Sequence[Field] = (
    STEM,
    pieces("columns", _l("Columns"), _l("Column"), 2),
    Rows(
        "rows",
        _l("Rows"),
        _l("Row"),
        (TEXT, Line("crosses", _l("Right columns"), "crosses", of="columns"), WHY, ID),
        least=2,
        most=MOST_OPTIONS,
        ordered=True,
    ),
    Line(
        "per_row",
        _l("In each row"),
        "choice",
        choices=[("one", _l("One answer")), ("many", _l("Any number of answers"))],
        start="one",
    ),
    credit("per_cell", "per_row", "all_or_nothing", "mapping"),
    MAPPING,
    OPTIONAL_WHY,
    SHUFFLE,
)
SHAPES = [
    ("rect", _l("Rectangle: left, top, right, bottom")),
    ("circle", _l("Circle: middle x, middle y, radius")),
    ("ellipse", _l("Ellipse: middle x, middle y, radius x, radius y")),
    ("poly", _l("Polygon: x, y of each corner")),
]
HOTSPOT: Sequence[Field] = (
    STEM,
    Line(
        "image",
        _l("Picture"),
        "medium",
        hint=_l("Add the file under “Pictures and sounds” below; then its size stands here too."),
    ),
    Line("width", _l("Width in pixels"), "int"),
    Line("height", _l("Height in pixels"), "int"),
    Rows(
        "areas",
        _l("Areas"),
        _l("Area"),
        (
            Line("shape", _l("Shape"), "choice", choices=SHAPES, start="rect"),
            Line("coords", _l("Pixels"), "numbers", hint=such_as("10, 10, 120, 80")),
            Words("label", _l("Name of the area")),
            OPTIONAL_WHY,
            ID,
        ),
        least=1,
        most=MOST_OPTIONS,
        flag="many",
        ordered=True,
        hint=_l("Where areas overlap, the first one counts. Candidates without sight hear names."),
    ),
    Line(
        "by",
        _l("How it is answered"),
        "choice",
        choices=[("area", _l("By choosing areas")), ("point", _l("By pointing: no area shows"))],
        start="area",
    ),
    Line("choose", _l("Most choices, if limited"), "int", optional=True),
    credit("all_or_nothing", "right_minus_wrong", "per_option", "mapping"),
    MAPPING,
    OVERALL_WHY,
)
RUBRIC = Rows(
    "rubric",
    _l("What is rewarded"),
    _l("Criterion"),
    (TEXT, Line("points", _l("Points"), "int"), ID),
    least=1,
    most=MOST_OPTIONS,
)
ESSAY: Sequence[Field] = (
    STEM,
    RUBRIC,
    Words("model_answer", _l("Model answer"), tall=True, optional=True),
    Line("max_words", _l("Most words"), "int", optional=True),
    Line("lines", _l("Lines to begin with"), "int", optional=True),
)
UPLOAD: Sequence[Field] = (
    *ESSAY[:3],
    Line(
        "accept_types",
        _l("Types of file"),
        "codes",
        optional=True,
        hint=such_as("application/pdf"),
    ),
    Line("max_mib", _l("Largest size in MiB"), "int"),
)
TRUE_FALSE: Sequence[Field] = (
    STEM,
    Line(
        "answer",
        _l("The statement is"),
        "truth",
        choices=[("true", _l("True")), ("false", _l("False"))],
    ),
    Words("why_true", _l("Said to those who choose “true”")),
    Words("why_false", _l("Said to those who choose “false”")),
)
OWN: dict[str, Sequence[Field]] = {
    "single": (STEM, option_rows(3, "one"), credit("key", "mapping"), MAPPING, SHUFFLE),
    "multiple": (
        STEM,
        option_rows(4, "many"),
        Line("choose", _l("Number to choose, if it is told"), "int", optional=True),
        credit("right_minus_wrong", "per_option", "all_or_nothing", "mapping"),
        MAPPING,
        SHUFFLE,
    ),
    "true_false": TRUE_FALSE,
    "numeric": NUMERIC,
    "short_text": SHORT_TEXT,
    "matching": MATCHING,
    "ordering": ORDERING,
    "cloze": CLOZE,
    "gap_match": GAP_MATCH,
    "matrix": MATRIX,
    "hotspot": HOTSPOT,
    "essay": ESSAY,
    "upload": UPLOAD,
}
