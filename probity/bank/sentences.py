"""What the bank says about lives and reviews of items."""

from flask_babel import LazyString

from probity.bank.life import Act, Standing
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.i18n import listed, ngettext

ACTS: dict[str, LazyString] = {
    "submit": _l("Send to review"),
    "withdraw": _l("Take back to draft"),
    "approve": _l("Approve"),
    "return": _l("Return to author"),
    "pilot": _l("Try unscored in exams"),
    "activate": _l("Put into use"),
    "suspend": _l("Suspend"),
    "resume": _l("Resume"),
    "retire": _l("Retire"),
    "reinstate": _l("Bring back"),
    "compromise": _l("Mark as compromised"),
}
DONE: dict[str, LazyString] = {
    "submit": _l("sent it to review"),
    "withdraw": _l("took it back to draft"),
    "approve": _l("gave the last approval it needed"),
    "return": _l("returned it to the author"),
    "pilot": _l("let exams try it unscored"),
    "activate": _l("put it into use"),
    "suspend": _l("suspended it"),
    "resume": _l("resumed it"),
    "retire": _l("retired it"),
    "reinstate": _l("brought it back"),
    "compromise": _l("marked it as compromised"),
    "undo": _l("took the last step back"),
}
CONFIRM: dict[str, LazyString] = {
    "retire": _l(
        "Retired items are drawn and practised no more. Answers already given stay as they are."
    ),
    "compromise": _l("A compromised item is never drawn or practised again. This is for ever."),
    "suspend": _l("Until it is resumed, no exam draws this item and nobody practises it."),
}
VERDICTS: dict[str, LazyString] = {
    "accept": _l("Accept"),
    "change": _l("Change"),
    "drop": _l("Drop"),
}
VERDICT_BADGES = {"accept": "ok", "change": "warn", "drop": "bad"}
RATINGS: dict[str, LazyString] = {
    "competency": _l("Does it test the competency it is filed under?"),
    "key": _l("Is the key right on the date stated?"),
    "distractors": _l("Are the wrong answers plausible, and wrong?"),
    "meaning": _l("Is there only one way to understand it?"),
    "importance": _l("Does it matter for the job?"),
    "fairness": _l("Is it free of bias?"),
    "language": _l("Is the language clear, and the same in both languages?"),
    "source": _l("Do the sources bear it out?"),
}
"""The questions of the review form; level and difficulty are asked beside them."""

MARKS: dict[str, LazyString] = {"yes": _l("Yes"), "partly": _l("Partly"), "no": _l("No")}
FOUNDATIONS: dict[str, LazyString] = {
    "rationale": _l("a reason why the key is right"),
    "basis": _l("an article of law or another source"),
    "competency": _l("a competency"),
    "cognitive": _l("a cognitive level"),
}


def refusal(code: str, act: Act, standing: Standing) -> str:
    """Why a step cannot be taken, and what to do."""
    if code == "state":
        return _wrong_state(act)
    if code == "approvals":
        lacking = standing.wanted - standing.approvals
        sentence: str = ngettext(
            "%(num)d more person must accept this wording first. Authors do not count.",
            "%(num)d more people must accept this wording first. Authors do not count.",
            lacking,
        )
        return sentence
    if code == "foundations":
        names = listed(FOUNDATIONS[name] for name in standing.foundations)
        return str(_("Before it is used, this item needs %(names)s.", names=names))
    return str(_others(code))


def _others(code: str) -> str:
    sentences: dict[str, str] = {
        "not-in-use": _("Nobody meets this item now, so there is nothing to suspend."),
        "reason": _("Say why, so that whoever comes next understands it."),
        "shortcomings": _(
            "This wording is not whole yet. Edit the item: the form says what is missing."
        ),
    }
    return sentences[code]


def _wrong_state(act: Act) -> str:
    sentences: dict[Act, str] = {
        Act.RETIRE: _("This item is already retired or compromised."),
        Act.REINSTATE: _("This item is not retired."),
        Act.COMPROMISE: _("This item is already marked as compromised."),
        Act.RESUME: _("This item is not suspended."),
    }
    return sentences.get(
        act, str(_("The item has moved on meanwhile, so this step is not open. Look again."))
    )
