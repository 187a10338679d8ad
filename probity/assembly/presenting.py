"""What pages and the report show of forms: coverage, limits, difficulty, keys, overlap, effects."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from markupsafe import Markup

from probity.assembly import rules, wording
from probity.assembly.balance import Balance, key_balance
from probity.assembly.rules import Check, Form, Offer, Part, Specification
from probity.assembly.shapes import COLUMNS, Plan
from probity.kernel import charts
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed, named

BANDS = 10
LETTERS = "ABCDEFGHIJ"
MOST_COLOURS = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: its name, what it allows, and for each form what it has and whether that fits."""

    name: str
    reach: str
    found: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Row:
    """The questions of one domain in a form, by level; sets and points beside them."""

    domain: str
    levels: dict[str, int]
    sets: int
    questions: int
    points: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one form that is computed from its items."""

    name: str
    offers: Sequence[Offer]
    rows: list[Row]
    questions: int
    points: str
    mean: str
    spread: str
    expected: str
    error: float
    guessed: int
    difficulty: Markup
    keys: Markup
    key_parts: list[charts.Part]
    key_advice: list[str]
    information: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an exchange does to one limit."""

    name: str
    reach: str
    before: str
    after: str
    is_kept: bool
    was_kept: bool

    @property
    def is_changed(self) -> bool:
        return self.before != self.after or self.is_kept != self.was_kept


def limits(plan: Plan, checks: Sequence[Check], forms: int) -> list[Limit]:
    """The limits of single forms, one column a form."""
    by_limit: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        if check.form is not None:
            by_limit.setdefault((check.kind, check.name), []).append(check)
    return [
        Limit(
            wording.limit_name(plan, *key),
            wording.reach(found[0].least, found[0].most),
            [(wording.found(check), check.is_kept) for check in found[:forms]],
        )
        for key, found in by_limit.items()
    ]


def common_limits(plan: Plan, checks: Iterable[Check]) -> list[Limit]:
    """The limits that forms keep together; overlaps are shown as a matrix."""
    return [
        Limit(
            wording.limit_name(plan, check.kind, check.name),
            wording.reach(check.least, check.most),
            [(wording.found(check), check.is_kept)],
        )
        for check in checks
        if check.form is None and check.kind != "overlap"
    ]


def overlaps(forms: Sequence[Form]) -> list[list[int]]:
    """Questions that each pair of forms shares; on the diagonal the length of a form."""
    found = [[len(rules.parts_of(one))] * len(forms) for one in forms]
    for one, other in combinations(range(len(forms)), 2):
        found[one][other] = found[other][one] = rules.shared(forms[one], forms[other])
    return found


def sheet(spec: Specification, name: str, form: Form) -> Sheet:
    """One form in figures and small charts."""
    parts = rules.parts_of(form)
    assumed, balance = spec.assumed_p, key_balance(form)
    return Sheet(
        name=name,
        offers=form,
        rows=list(_rows(form)),
        questions=len(parts),
        points=wording.number(float(sum(part.points for part in parts))),
        mean=wording.number(rules.mean_p(form, assumed)),
        spread=wording.number(rules.spread_p(form, assumed)),
        expected=wording.number(100 * rules.expected_share(form, assumed), 1),
        error=rules.standard_error(form, assumed),
        guessed=sum(part.p is None for part in parts),
        difficulty=_difficulty(parts, assumed),
        keys=_keys(balance),
        key_parts=_key_parts(balance),
        key_advice=list(_key_advice(balance)),
        information=[
            (
                f"{goal.theta:g}",
                wording.number(rules.total_information(form, goal.theta, assumed)),
            )
            for goal in spec.information
        ],
    )


def _rows(form: Form) -> Iterator[Row]:
    parts = rules.parts_of(form)
    for domain in sorted({part.domain for part in parts}):
        here = [part for part in parts if part.domain == domain]
        yield Row(
            domain=domain,
            levels={
                column: sum(part.cognitive in levels for part in here)
                for column, levels in COLUMNS.items()
            },
            sets=sum(offer.is_set and offer.domain == domain for offer in form),
            questions=len(here),
            points=wording.number(float(sum(part.points for part in here))),
        )


def _difficulty(parts: Sequence[Part], assumed: float) -> Markup:
    """How many questions lie in each tenth of the expected share, with the mean."""
    if not parts:
        return Markup()
    shares = [rules.p_of(part, assumed) for part in parts]
    counts = [0] * BANDS
    for share in shares:
        counts[min(int(share * BANDS + rules.ROUNDING), BANDS - 1)] += 1
    middle = sum(shares) / len(shares)
    columns = [
        charts.Column(f"{band / BANDS:g}", count, count, f"{band / BANDS:g}–{(band + 1) / BANDS:g}")
        for band, count in enumerate(counts)
    ]
    finding = _(
        "Expected shares of right answers from %(low)s to %(high)s, %(mean)s on average.",
        low=wording.number(min(shares)),
        high=wording.number(max(shares)),
        mean=wording.number(middle),
    )
    name = _("mean %(mean)s", mean=wording.number(middle))
    return charts.histogram(columns, finding, standard=middle * BANDS, standard_name=name)


def _keys(balance: Balance) -> Markup:
    """How often the key stands at each place."""
    parts = _key_parts(balance)
    finding = listed(named(part.name, part.amount) for part in parts)
    return charts.stacked(parts, finding)


def _key_parts(balance: Balance) -> list[charts.Part]:
    return [
        charts.Part(_letter(place), count, (place - 1) % MOST_COLOURS + 1)
        for place, count in enumerate(balance.counts, 1)
        if count
    ]


def _key_advice(balance: Balance) -> Iterator[str]:
    """What a candidate who guesses might gain from, and how to mend it."""
    if balance.uneven:
        yield _(
            "The key stands too often or too seldom at %(places)s: of four options each should be "
            "the key of 15 to 35 in 100 questions. Exchange some questions.",
            places=listed(_letter(place) for place in balance.uneven),
        )
    if balance.is_run_long:
        yield _(
            "%(run)s questions in a row have their key at the same place. Exchange one of them.",
            run=balance.run,
        )


def _letter(place: int) -> str:
    return LETTERS[(place - 1) % len(LETTERS)]


def expected_chart(sheets: Sequence[Sheet]) -> Markup:
    """The expected score of each form, with the reach of one standard error."""
    bars = [
        charts.Bar(
            str(_("Form %(name)s", name=one.name)),
            float(one.expected),
            f"{one.expected}%",
            reach=(float(one.expected) - one.error, float(one.expected) + one.error),
            is_judged=False,
        )
        for one in sheets
    ]
    finding = listed(named(bar.name, bar.words) for bar in bars)
    return charts.profile(bars, finding)


def effects(plan: Plan, before: Sequence[Check], after: Sequence[Check]) -> list[Effect]:
    """Every limit before and after an exchange."""
    return [
        Effect(
            name=wording.limit_name(plan, old.kind, old.name),
            reach=wording.reach(old.least, old.most),
            before=wording.found(old),
            after=wording.found(new),
            is_kept=new.is_kept,
            was_kept=old.is_kept,
        )
        for old, new in zip(before, after, strict=True)
    ]


def replacements(
    spec: Specification, offers: Iterable[Offer], old: Offer, own: Form, others: Iterable[Form]
) -> list[Offer]:
    """Items for the place of another: first what counts for the same cells, then the nearest in p.

    Left out is what a limit between items or with the `others` of the set would refuse.
    """
    rest, sisters = [one for one in own if one.id != old.id], list(others)

    def weights(offer: Offer) -> tuple[float, ...]:
        return tuple(float(cell.weight(offer)) for cell in spec.cells)

    def distance(offer: Offer) -> tuple[bool, float, str]:
        return weights(offer) != wanted, abs(_ease(spec, offer) - _ease(spec, old)), offer.ref

    wanted = weights(old)
    return sorted(
        (offer for offer in offers if rules.joins(spec, offer, rest, sisters)), key=distance
    )


def _ease(spec: Specification, offer: Offer) -> float:
    return rules.mean_p((offer,), spec.assumed_p)
