"""What the shape of an item complains about, in the words of somebody who fills in a form."""

from collections.abc import Mapping
from typing import Any

from probity.bank.shapes_base import COMPETENCY_PATTERN, ID_PATTERN
from probity.kernel.i18n import gettext as _


def sentence(error: Mapping[str, Any]) -> str:
    """One sentence for one error; a rule without words of its own keeps those of the format."""
    context: Mapping[str, Any] = error.get("ctx", {})
    known = _sentences(context).get(error["type"])
    if known:
        return known
    if "mend" in context:
        return f"{context['message']} {context['mend']}"
    return str(_("This is not in the expected form. Correct it."))


def _sentences(context: Mapping[str, Any]) -> dict[str, str]:
    least, most = context.get("min_length", ""), context.get("max_length", "")
    return {
        **_rules(),
        "missing": _("Fill this in."),
        "too_short": _("Give at least %(number)s.", number=least),
        "too_long": _("Give at most %(number)s.", number=most),
        "string_too_short": _("Fill this in."),
        "string_too_long": _("Write at most %(number)s characters.", number=most),
        "string_pattern_mismatch": _pattern(str(context.get("pattern", ""))),
        "int_type": _("Write a whole number."),
        "int_parsing": _("Write a whole number."),
        "int_from_float": _("Write a whole number."),
        "decimal_parsing": _("Write a number such as 84000 or 18.95."),
        "decimal_type": _("Write a number such as 84000 or 18.95."),
        "greater_than": _("Write a number above %(number)s.", number=context.get("gt", "")),
        "greater_than_equal": _("Write at least %(number)s.", number=context.get("ge", "")),
        "less_than_equal": _("Write at most %(number)s.", number=context.get("le", "")),
        "date_from_datetime_parsing": _("Write a date such as 2026-11-22."),
        "date_parsing": _("Write a date such as 2026-11-22."),
        "date_type": _("Write a date such as 2026-11-22."),
        "literal_error": _("Choose one of the list."),
        "bool_type": _("Choose one of the list."),
    }


def _rules() -> dict[str, str]:
    return {
        "I01": _("Mark exactly one as right."),
        "I02": _("Mark what is right: at least two, and leave at least one that is wrong."),
        "I03": _("Give every row its own partner, or allow an answer to be used more than once."),
        "I04": _("Every gap stands once in each language as [[id]] and once in the list of gaps."),
        "I05": _("This wrong result would be marked right. Narrow the tolerance or take it out."),
        "I06": _("Give the tolerance in one way, not below zero; a range holds the right answer."),
        "I07": _("Say how the gap is filled."),
        "I11": _("Two of these have the same id. Give each its own."),
        "I12": _("The number to choose must be the number of right options, or be left empty."),
        "I13": _("One answer must earn the whole (1/1), and no answer may be mere punctuation."),
        "I14": _("Write the number out with at most 18 digits."),
        "I15": _("Write a share from 0 to 1, such as 0.65."),
        "I17": _("The table of shares does not fit the item: see its hint, and the credit above."),
        "I18": _("Write points with at most four decimals, such as 2.5."),
        "I19": _("Mark right columns of this table; with one answer a row, one in each row."),
        "I20": _("Check the picture, its areas, and that at least one of them is right."),
        "I21": _("A text shows a file that is not there. Add the file, or take it out."),
        "I16": _("Begin the unit with a letter, a percent sign or ¥."),
        "L02": _("An item may rest on facts of confidence A or B only."),
        "S05": _("Write the text in English."),
        "S07": _("Write the words, or leave the field empty."),
        "S08": _("The English text is missing."),
    }


def _pattern(pattern: str) -> str:
    examples = {
        ID_PATTERN: "GPP-0102",
        COMPETENCY_PATTERN: "PR01.F",
        r"^[A-Z]{2}-\d{3}$": "GP-004",
        r"^[A-Z]{2}\d{2}\.[FPX]$": "PR01.F",
        r"^\d+/[1-9]\d*$": "1/2",
        r"^-?\d+/[1-9]\d*$": "1/2",
    }
    if pattern in examples:
        return str(_("Write it in the form %(example)s.", example=examples[pattern]))
    return str(_("Use small letters, digits and _, beginning with a letter."))
