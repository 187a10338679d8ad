"""Our kinds as question types of Moodle; what a type cannot say is noted."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from lxml import etree

from probity.bank.shapes import dump_item
from probity.exchange.formats.moodle.amounts import Amount
from probity.exchange.formats.moodle.amounts import numeric as numeric_body
from probity.exchange.formats.moodle.building import text
from probity.exchange.formats.moodle.kinds import CREDITS
from probity.exchange.formats.moodle.sheet import Sheet
from probity.exchange.found import Content
from probity.exchange.items import as_item

GRADING = {
    "all_or_nothing": "ALL_OR_NOTHING",
    "positions": "ABSOLUTE_POSITION",
    "adjacent_pairs": "RELATIVE_NEXT_EXCLUDE_LAST",
    "distance": "RELATIVE_TO_CORRECT",
}
MOODLE_STEPS = frozenset({"trim", "case"})


def nothing(sheet: Sheet) -> None:
    """A kind that Moodle does not have."""
    del sheet


def choice(sheet: Sheet) -> None:
    """Single and multiple."""
    item = sheet.item
    is_single = item["kind"] == "single"
    sheet.plain("single", str(is_single).lower())
    if item.get("choose"):
        sheet.note("choose_unheld")
    shares = shares_of(item)
    if not is_single and item.get("credit") in {"per_option", "all_or_nothing"}:
        if sheet.data.get("type") == "multichoiceset":
            sheet.element.set("type", "multichoiceset")
        else:
            sheet.note("credit_unheld", credit=item["credit"])
    if (item.get("mapping") or {}).get("lower", "0/1") is None and not is_single:
        sheet.note("credit_unheld", credit="mapping")
    for option in item["options"]:
        answer = etree.SubElement(sheet.element, "answer", format="html")
        answer.set("fraction", sheet.percent(shares[option["id"]]))
        sheet.put_html(answer, option["text"], in_line=True)
        if option.get("why"):
            sheet.formatted("feedback", option["why"], answer)


def shares_of(item: Content) -> dict[str, Fraction]:
    """What each option earns; right less wrong stands for the policies that Moodle lacks."""
    mapping = item.get("mapping")
    options = item["options"]
    if item.get("credit") == "mapping" and mapping:
        default = Fraction(mapping.get("default", "0/1"))
        return {
            option["id"]: Fraction(mapping["entries"].get(option["id"], default))
            for option in options
        }
    if item["kind"] == "single":
        return {option["id"]: Fraction(bool(option.get("correct"))) for option in options}
    part = Fraction(1, sum(bool(option.get("correct")) for option in options))
    return {option["id"]: part if option.get("correct") else -part for option in options}


def truth(sheet: Sheet) -> None:
    """true_false."""
    for value in (True, False):
        why = sheet.item.get(f"why_{str(value).lower()}")
        sheet.answer(Fraction(sheet.item["answer"] is value), str(value).lower(), why)


def short(sheet: Sheet) -> None:
    """short_text; what the traps say goes with an answer that earns nothing."""
    item = sheet.item
    steps = set(item.get("normalise") or ())
    sheet.plain("usecase", int("case" not in steps))
    if steps - MOODLE_STEPS - {"spaces"}:
        sheet.note("normalise_unheld", steps=sorted(steps - MOODLE_STEPS))
    keys = sorted(item["accept"], key=lambda key: -Fraction(key.get("share", "1/1")))
    for key in keys:
        for words in (key["text"], *key.get("also", ())):
            share = Fraction(key.get("share", "1/1"))
            sheet.answer(share, written(words, item), key.get("why"))
    for trap in item.get("traps") or ():
        for words in (trap["text"], *trap.get("also", ())):
            sheet.answer(Fraction(0), written(words, item), trap.get("why"))
    _why(sheet)


def written(words: str, holder: Content) -> str:
    """A text in which a star means itself only where the item says so."""
    return words if holder.get("wildcards") else words.replace("*", "\\*")


def numeric(sheet: Sheet) -> None:
    """numeric: the answers in falling order of shares, as Moodle takes the first that fits."""
    item = sheet.item
    answers = [
        (item["answer"], item["tolerance"], item.get("share", "1/1"), item.get("why")),
        *(
            (one["value"], one.get("tolerance") or item["tolerance"], one.get("share", "1/1"),
             one.get("why"))
            for one in item.get("also") or ()
        ),
        *((trap["value"], item["tolerance"], "0/1", trap.get("why"))
          for trap in item.get("traps") or ()),
    ]  # fmt: skip
    if _in_its_own_order(sheet):
        return
    for value, tolerance, share, why in sorted(answers, key=lambda one: -Fraction(one[2])):
        middle, reach = around(sheet, value, tolerance)
        answer = sheet.answer(Fraction(share), sheet.exact(middle))
        sheet.plain("tolerance", sheet.exact(reach), answer)
        if why:
            sheet.formatted("feedback", why, answer)
    if "units" not in sheet.verbatim():
        _units(sheet, item.get("unit"))
    if item.get("decimals") is not None:
        sheet.note("fields_unheld", names="decimals")


def _in_its_own_order(sheet: Sheet) -> bool:
    """Write the answers as they came, where the item still says what they made of it."""
    native = sheet.data.get("answers")
    if not native:
        return False
    listed = [
        Amount(Decimal(value), Decimal(reach), Fraction(share), why)
        for value, reach, share, why in native
    ]
    made = dump_item(as_item({"stem": sheet.item["stem"], **numeric_body(listed).content}))
    held = dump_item(as_item(sheet.item))
    if any(made.get(name) != held.get(name) for name in ("answer", "tolerance", "share", "also")):
        return False
    for amount in listed:
        answer = sheet.answer(amount.share, str(amount.value))
        sheet.plain("tolerance", amount.reach, answer)
        if amount.why:
            sheet.formatted("feedback", text(amount.why), answer)
    return True


def around(sheet: Sheet, value: Any, tolerance: Content) -> tuple[Fraction, Fraction]:
    """The middle and the reach that a tolerance comes to."""
    middle = Fraction(str(value))
    if tolerance.get("relative"):
        return middle, abs(middle) * Fraction(tolerance["relative"])
    if tolerance.get("low") is not None:
        low, high = Fraction(str(tolerance["low"])), Fraction(str(tolerance["high"]))
        if tolerance.get("open_low") or tolerance.get("open_high"):
            sheet.note("open_range")
        return (low + high) / 2, (high - low) / 2
    if tolerance.get("decimals") is not None:
        return middle, Fraction(1, 2) / 10 ** tolerance["decimals"]
    if tolerance.get("figures") is not None:
        exponent = Decimal(str(value)).adjusted() - tolerance["figures"] + 1
        return middle, Fraction(10) ** exponent / 2
    return middle, Fraction(str(tolerance.get("absolute") or 0))


def _units(sheet: Sheet, unit: Content | None) -> None:
    if not unit:
        return
    element = etree.SubElement(sheet.element, "units")
    named = [
        (unit["code"], Fraction(1)),
        *((name, Fraction(1)) for name in unit.get("accept") or ()),
    ]
    named += [(name, 1 / Fraction(str(f))) for name, f in (unit.get("factors") or {}).items()]
    for name, factor in named:
        one = etree.SubElement(element, "unit")
        sheet.plain("multiplier", sheet.exact(factor), one)
        sheet.plain("unit_name", name, one)
    sheet.plain("unitgradingtype", int(bool(unit.get("ask"))))
    sheet.plain("unitpenalty", 1)
    sheet.plain("showunits", 0)


def matching(sheet: Sheet) -> None:
    """matching: the stems with their answers, then the answers that belong to none."""
    item = sheet.item
    if item.get("credit", "per_pair") != "per_pair":
        sheet.note("credit_unheld", credit=item["credit"])
    texts = {piece["id"]: piece["text"] for piece in item["right"]}
    for piece in item["left"]:
        if piece.get("why"):
            sheet.note("fields_unheld", names="why")
        part = sheet.formatted("subquestion", piece["text"], in_line=True)
        sheet.formatted("answer", texts[item["pairs"][piece["id"]]], part, in_line=True)
    used = set(item["pairs"].values())
    for piece in item["right"]:
        if piece["id"] not in used:
            part = sheet.formatted("subquestion", None)
            sheet.formatted("answer", piece["text"], part, in_line=True)


def ordering(sheet: Sheet) -> None:
    """ordering: the steps in their right order."""
    credit = sheet.item.get("credit", "adjacent_pairs")
    said = sheet.verbatim().get("gradingtype")
    native = ("" if said is None else said.text or "").strip().upper()
    if not sheet.is_at_home or CREDITS.get(native, "positions") != credit:
        sheet.plain("gradingtype", GRADING[credit])
    if not sheet.is_at_home:
        sheet.plain("selecttype", "ALL")
        sheet.plain("layouttype", "VERTICAL")
    for place, step in enumerate(sheet.item["steps"], 1):
        answer = etree.SubElement(sheet.element, "answer", fraction=str(place), format="html")
        sheet.put_html(answer, step["text"], in_line=True)
        if step.get("why"):
            sheet.formatted("feedback", step["why"], answer)


def essay(sheet: Sheet) -> None:
    """Essay and upload; the criteria go to those who mark."""
    item = sheet.item
    is_upload = item["kind"] == "upload"
    if not sheet.is_at_home:
        sheet.plain("responseformat", "noinline" if is_upload else "editor")
        sheet.plain("attachments", int(is_upload))
    if item.get("lines"):
        sheet.say("responsefieldlines", item["lines"])
    if item.get("max_words"):
        sheet.say("maxwordlimit", item["max_words"])
    if item.get("model_answer"):
        sheet.formatted("graderinfo", item["model_answer"])
    if item.get("rubric"):
        sheet.note("fields_unheld", names="rubric")


def _why(sheet: Sheet) -> None:
    """The reason of the whole question is what Moodle tells everybody, where nothing else is."""
    why = sheet.item.get("why")
    if why and not (sheet.item.get("feedback") or {}).get("general"):
        sheet.formatted("generalfeedback", why)
    elif why:
        sheet.note("fields_unheld", names="why")
