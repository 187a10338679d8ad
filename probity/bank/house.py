"""The house standard: what an item must have, beyond its shape, before it is used. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError, PydanticKnownError

from probity.bank.parts import media_names
from probity.bank.shapes_base import Item
from probity.bank.spelling import spellings
from probity.kernel.shapes import wrong

Loc = tuple[str | int, ...]
Refusal = PydanticCustomError | PydanticKnownError

LENGTHS: dict[tuple[str, str], tuple[int, int]] = {
    ("single", "options"): (3, 5),
    ("multiple", "options"): (4, 8),
    ("matching", "left"): (3, 8),
    ("matching", "right"): (2, 10),
    ("ordering", "steps"): (3, 8),
    ("cloze", "gaps"): (1, 8),
    ("gap_match", "gaps"): (1, 8),
    ("gap_match", "choices"): (2, 12),
    ("matrix", "rows"): (2, 10),
    ("matrix", "columns"): (2, 8),
    ("hotspot", "areas"): (1, 12),
    ("essay", "rubric"): (1, 60),
    ("upload", "rubric"): (1, 60),
    ("case", "material"): (1, 4),
    ("case", "items"): (2, 6),
}
REASONED = {"single": "options", "multiple": "options", "cloze": "gaps", "gap_match": "gaps"}
REASONED |= {"numeric": "traps", "matrix": "rows"}
WITH_REASON = frozenset({"numeric", "short_text", "ordering", "hotspot"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One shortcoming: where in the item, and the error the shape would raise."""

    loc: Loc
    error: Refusal

    @property
    def code(self) -> str:
        """`I01` and the like, or `missing`, `too_short`, `too_long`, `string_pattern_mismatch`."""
        return self.error.type

    @property
    def context(self) -> dict[str, Any]:
        return dict(self.error.context or {})

    @property
    def path(self) -> str:
        return ".".join(str(step) for step in self.loc)

    def details(self) -> dict[str, Any]:
        """The error as pydantic lists errors."""
        return {"type": self.code, "loc": self.loc, "ctx": self.context, "msg": str(self.error)}

    def as_init(self) -> InitErrorDetails:
        """The error as pydantic takes errors."""
        if isinstance(self.error, PydanticCustomError):
            return InitErrorDetails(type=self.error, loc=self.loc, input=None)
        return InitErrorDetails(type=self.code, loc=self.loc, input=None, ctx=self.context)

    def under(self, *outer: str | int) -> "Problem":
        return Problem((*outer, *self.loc), self.error)


def shortcomings_of(item: Item) -> list[Problem]:
    """What one item misses; a case set answers for itself only."""
    found = [*_classified(item), *_lengths(item), *_reasons(item), *_media(item)]
    found += [problem for check in _OF_KIND.get(_kind(item), ()) for problem in check(item)]
    return found


def _kind(item: Any) -> str:
    return str(item.kind)


def _missing(*loc: str | int) -> Problem:
    return Problem(loc, PydanticKnownError("missing"))


def _classified(item: Item) -> Iterator[Problem]:
    if not item.competency:
        context = {"pattern": r"^[A-Z]{2}\d{2}\.[FPX]$"}
        yield Problem(("competency",), PydanticKnownError("string_pattern_mismatch", context))
    if not item.cognitive:
        yield _missing("cognitive")
    if not item.facts:
        yield Problem(("facts",), _too_short(0, 1))
    for place, basis in enumerate(item.legal_basis):
        if basis.confidence == "C":
            error = wrong(
                "L02",
                f"{basis.instrument}/{basis.article} has confidence C;"
                " an item may rest on A or B only.",
                "Have a legal reviewer tick the fact (then write B),"
                " or teach it in a lesson instead.",
            )
            yield Problem(("legal_basis", place), error)


def _lengths(item: Item) -> Iterator[Problem]:
    for (kind, name), (least, most) in LENGTHS.items():
        if kind != _kind(item):
            continue
        length = len(getattr(item, name))
        if length < least:
            yield Problem((name,), _too_short(length, least))
        if length > most:
            context = {"field_type": "List", "max_length": most, "actual_length": length}
            yield Problem((name,), PydanticKnownError("too_long", context))


def _too_short(length: int, least: int) -> PydanticKnownError:
    context = {"field_type": "List", "min_length": least, "actual_length": length}
    return PydanticKnownError("too_short", context)


def _reasons(item: Any) -> Iterator[Problem]:
    if item.kind in WITH_REASON and item.why is None:
        yield _missing("why")
    name = REASONED.get(item.kind, "")
    for place, thing in enumerate(getattr(item, name, ())):
        if thing.why is None:
            yield _missing(name, place, "why")
    if item.kind == "true_false":
        yield from (_missing(name) for name in ("why_true", "why_false") if not getattr(item, name))


def _media(item: Item) -> Iterator[Problem]:
    for place, medium in enumerate(item.media):
        if medium.type.startswith("image/") and medium.alt is None:
            yield _missing("media", place, "alt")
    known = {medium.name for medium in item.media}
    written = item.model_dump(mode="json", exclude={"foreign", "items"})
    for name in sorted(set(_named(written)) - known):
        error = wrong(
            "I21", f"The text shows `{name}`, which is not there.", "Add the file, or take it out."
        )
        yield Problem(("media",), error)


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
    elif isinstance(value, str) and "media:" in value:
        yield from media_names(value)


def _one_key(item: Any) -> Iterator[Problem]:
    keys = [option.id for option in item.options if option.correct]
    if len(keys) > 1:
        error = wrong(
            "I01",
            f"{len(keys)} options are marked correct ({', '.join(keys)});"
            " a `single` item has exactly one.",
            "Leave `correct: true` on one option, or set `kind: multiple`.",
        )
        yield Problem(("options",), error)


def _several_keys(item: Any) -> Iterator[Problem]:
    keys = sum(option.correct for option in item.options)
    if not 2 <= keys < len(item.options):  # noqa: PLR2004 - "at least two" is the rule
        error = wrong(
            "I02",
            "A `multiple` item has at least two correct options and one wrong one.",
            "Mark more options, or set `kind: single`.",
        )
        yield Problem(("options",), error)
    elif item.choose not in {None, keys}:
        error = wrong(
            "I12",
            f"The item asks for {item.choose} choices, but {keys} options are correct.",
            f"Write `choose: {keys}`, or take `choose` out.",
        )
        yield Problem(("choose",), error)


def _number_traps(item: Any) -> Iterator[Problem]:
    for place, trap in enumerate(item.traps):
        if item.tolerance.holds(Fraction(trap.value), item.answer):
            error = wrong(
                "I05",
                f"The trap {trap.value} would be marked right (answer {item.answer}).",
                "Narrow the tolerance or take the trap out.",
            )
            yield Problem(("traps", place, "value"), error)


def _text_traps(item: Any) -> Iterator[Problem]:
    for place, trap in enumerate(item.traps):
        caught = spellings((trap.text, *trap.also), item.normalise)
        if any(caught & spellings((key.text, *key.also), item.normalise) for key in item.accept):
            error = wrong(
                "I05",
                f"The trap `{trap.text}` would be marked right.",
                "Take it out of `traps` or out of `accept`.",
            )
            yield Problem(("traps", place, "text"), error)


def _whole_key(item: Any) -> Iterator[Problem]:
    if Fraction(item.share) < 1:
        yield Problem(("share",), _no_whole())


def _whole_words(item: Any) -> Iterator[Problem]:
    if all(Fraction(key.share) < 1 for key in item.accept):
        yield Problem(("accept",), _no_whole())


def _whole_gaps(item: Any) -> Iterator[Problem]:
    for place, gap in enumerate(item.gaps):
        if gap.accept and all(Fraction(key.share) < 1 for key in gap.accept):
            yield Problem(("gaps", place, "accept"), _no_whole())


def _no_whole() -> PydanticCustomError:
    return wrong("I13", "No answer earns full marks.", 'Give one answer the share "1/1".')


def _one_choice(item: Any) -> Iterator[Problem]:
    for place, gap in enumerate(item.gaps):
        if gap.choose and sum(choice.correct for choice in gap.choose) > 1:
            error = wrong(
                "I01",
                f"Gap `{gap.id}` must have exactly one correct choice.",
                "Mark one choice with `correct: true`.",
            )
            yield Problem(("gaps", place, "choose"), error)


def _whole_mapping(item: Any) -> Iterator[Problem]:
    if item.mapping and item.mapping.share(_key_names(item)) != 1:
        error = wrong(
            "I17",
            "The right answer does not earn all points.",
            "Let the entries of what is right add up to 1/1.",
        )
        yield Problem(("mapping", "entries"), error)


def _key_names(item: Any) -> Sequence[str]:
    match item.kind:
        case "matching" | "gap_match":
            return [" ".join(pair) for pair in item.pairs.items()]
        case "matrix":
            return list(item.cells)
        case "hotspot":
            return [area.id for area in item.areas if area.correct]
        case _:
            return [option.id for option in item.options if option.correct]


_OF_KIND: dict[str, Sequence[Callable[[Any], Iterator[Problem]]]] = {
    "single": (_one_key, _whole_mapping),
    "multiple": (_several_keys, _whole_mapping),
    "numeric": (_number_traps, _whole_key),
    "short_text": (_text_traps, _whole_words),
    "matching": (_whole_mapping,),
    "cloze": (_one_choice, _whole_gaps),
    "gap_match": (_whole_mapping,),
    "matrix": (_whole_mapping,),
    "hotspot": (_whole_mapping,),
}
