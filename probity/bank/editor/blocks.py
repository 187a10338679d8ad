"""Fields that several kinds of item share in the editor."""

from flask_babel import LazyString

from probity.bank import labels
from probity.bank.editor.fields import Group, Line, Rows, Words
from probity.bank.shapes_base import MOST_OPTIONS
from probity.kernel.i18n import lazy_gettext as _l


def such_as(example: str) -> LazyString:
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
WILDCARDS = Line("wildcards", _l("An asterisk in an answer stands for any characters"), "check")
MAPPING = Group(
    "mapping",
    _l("Table of shares"),
    (
        Line(
            "entries",
            _l("Shares, one a line"),
            "entries",
            hint=_l("Such as: budget = 1/2. A pair has two ids: fuel goods = -1/4."),
            optional=True,
        ),
        Line("default", _l("Everything else"), optional=True, hint=such_as("0/1")),
        Line(
            "lower",
            _l("Never below"),
            optional=True,
            hint=_l("0/1, or none: then a wrong answer may cost points of the paper"),
        ),
        Line("upper", _l("Never above"), optional=True, hint=such_as("1/1")),
    ),
    needs="entries",
    hint=_l("For credit by a table of shares only."),
)


def credit(*policies: str) -> Line:
    """The policies of a kind; the first one is what a new item begins with."""
    choices = [(policy, labels.CREDITS[policy]) for policy in policies]
    return Line("credit", _l("Credit"), "choice", choices=choices, start=policies[0])


def pieces(name: str, legend: LazyString, one: LazyString, least: int, *more: Words | Line) -> Rows:
    """A list of texts with ids."""
    fields = (TEXT, *more, ID)
    return Rows(name, legend, one, fields, least=least, most=MOST_OPTIONS, ordered=True)


def option_rows(least: int, flag: str) -> Rows:
    return Rows(
        "options",
        _l("Options"),
        _l("Option"),
        (TEXT, WHY, ID),
        least=least,
        most=MOST_OPTIONS,
        flag=flag,
        ordered=True,
        hint=ABOUT_IDS,
    )
