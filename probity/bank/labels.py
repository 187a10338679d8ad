"""The words people read for the bank's codes."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString

from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l

KINDS: dict[str, LazyString] = {
    "single": _l("Choose one"),
    "multiple": _l("Choose several"),
    "true_false": _l("True or false"),
    "numeric": _l("Numeric"),
    "short_text": _l("Short text"),
    "matching": _l("Matching"),
    "ordering": _l("Ordering"),
    "cloze": _l("Gaps in a text"),
    "gap_match": _l("Gaps filled with pieces"),
    "matrix": _l("Table of choices"),
    "hotspot": _l("Areas of a picture"),
    "case": _l("Case set"),
    "essay": _l("Essay"),
    "upload": _l("File upload"),
}
PARTITIONS: dict[str, LazyString] = {
    "practice": _l("Practice"),
    "practice_only": _l("Practice only"),
    "secure": _l("Secure"),
}
STATES: dict[str, LazyString] = {
    "draft": _l("Draft"),
    "in_review": _l("In review"),
    "approved": _l("Approved"),
    "pilot": _l("On trial"),
    "active": _l("In use"),
    "suspended": _l("Suspended"),
    "retired": _l("Retired"),
    "compromised": _l("Compromised"),
}
STATE_BADGES = {
    "draft": "",
    "in_review": "info",
    "approved": "info",
    "pilot": "sun",
    "active": "ok",
    "suspended": "warn",
    "retired": "",
    "compromised": "bad",
}
COGNITIVE: dict[str, LazyString] = {
    "remember": _l("Remember"),
    "understand": _l("Understand"),
    "apply": _l("Apply"),
    "analyse": _l("Analyse"),
    "evaluate": _l("Evaluate"),
}
CREDITS: dict[str, LazyString] = {
    "right_minus_wrong": _l("Right choices less wrong ones"),
    "per_option": _l("A share for every option judged rightly"),
    "per_pair": _l("A share for every right pair"),
    "per_gap": _l("A share for every right gap"),
    "adjacent_pairs": _l("A share for every right pair of neighbours"),
    "positions": _l("A share for every step in its right place"),
    "distance": _l("Less the farther steps are from their places"),
    "per_cell": _l("Right cells less wrong ones"),
    "per_row": _l("A share for every row that is all right"),
    "mapping": _l("By a table of shares"),
    "key": _l("All for the right answer"),
    "all_or_nothing": _l("All or nothing"),
}
CHECKS: dict[str, LazyString] = {
    "negative": _l("The question is asked positively"),
    "double_negative": _l("No double negatives"),
    "trivia": _l("It asks for the effect of a rule, not for its number or year"),
    "law_gap": _l("What differs from place to place is stated"),
    "focus": _l("The stem asks one clear question"),
    "long_stem": _l("The stem holds only what decides"),
    "vague": _l("No vague frequency such as “usually”"),
    "bilingual": _l("Every text exists in both languages"),
    "law": _l("A legal basis or a source is named"),
    "expected": _l("The expected difficulty is between 0.3 and 0.9"),
    "absolute": _l("No absolute words such as “always” in options"),
    "article": _l("The grammar of the stem fits every option"),
    "convergence": _l("The key does not share most words with the others"),
    "repeated": _l("The key does not repeat words of the question"),
    "undecided": _l("“Best” comes with the fact that decides"),
    "filler": _l("Every option is a real mistake, none a joke"),
    "all_above": _l("No “all of the above”"),
    "k_type": _l("No combined options such as “A and B”"),
    "longest_key": _l("The key is not the longest option"),
    "even_lengths": _l("Options are of similar length"),
    "overlap": _l("Ranges do not overlap"),
    "twins": _l("No two options say the same"),
    "number_order": _l("Numbers stand in rising order, unshuffled"),
    "telling_ids": _l("The ids of options do not give the key away"),
    "rounding": _l("The number of decimals is stated"),
    "traps": _l("Typical wrong results are named"),
}


def advice_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """What to do about one remark of the checklist."""
    found = facts.get("words", "")
    sentences: dict[str, str] = {
        "negative": _("Ask what is right: “%(found)s” asks for what is not.", found=found),
        "double_negative": _(
            "“%(found)s” has to be turned round twice. Say it positively.", found=found
        ),
        "trivia": _("“%(found)s” can be looked up. Ask what the rule brings about.", found=found),
        "law_gap": _("“%(found)s” differs by region and year. State its amount.", found=found),
        "focus": _("Begin from a small situation and ask one question about it."),
        "long_stem": _("Cut the stem to what decides; it has %(found)s words.", found=found),
        "vague": _("Replace “%(found)s” by a number or by the rule.", found=found),
        "bilingual": _("Write the missing 简体中文 texts: readers would see English."),
        "law": _("Name the article, or a source, that the key rests on."),
        "expected": _("Estimate which share of candidates will be right, from 0.3 to 0.9."),
        "absolute": _("“%(found)s” gives an option away. Name the condition.", found=found),
        "article": _(
            "“%(found)s” fits the key only. Move the article into the options.", found=found
        ),
        "convergence": _("The key shares most words with the others: vary all options evenly."),
        "repeated": _("“%(found)s” of the question comes back in the key alone.", found=found),
        "undecided": _("“%(found)s” can be argued about. Add the fact that decides.", found=found),
        "filler": _("Nobody chooses “%(found)s”. Use a mistake that people make.", found=found),
        "all_above": _("Replace “%(found)s” by a real mistake.", found=found),
        "k_type": _("“%(found)s” combines options. Let candidates choose several.", found=found),
        "longest_key": _("The key is by far the longest option. Trim it or fill the others."),
        "even_lengths": _("The longest option is more than twice as long as the shortest."),
        "overlap": _("Two options with “%(found)s” can both be right. Separate them.", found=found),
        "twins": _("Two options say the same. Replace one."),
        "number_order": _("Put the numbers in rising order and switch shuffling off."),
        "telling_ids": _("Rename the option id “%(found)s”: browsers see it.", found=found),
        "rounding": _("State how many decimals are wanted."),
        "traps": _("Name the results of typical mistakes, so that practice can explain them."),
    }
    return sentences[code]
