"""The life of an item: its states, the steps between them, and what each step asks. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from probity.kernel.permissions import Permission


class ItemState(StrEnum):
    """How far the newest wording of an item is; an older wording may be in use meanwhile."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PILOT = "pilot"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class Act(StrEnum):
    """What people do to an item; `approve` and `return` are done by reviews."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    PILOT = "pilot"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESUME = "resume"
    RETIRE = "retire"
    REINSTATE = "reinstate"
    COMPROMISE = "compromise"


@dataclass(frozen=True, slots=True)
class Step:
    """From where, who may, and whether the wording must be whole, approved or explained.

    `strong` is asked of items whose wording is in use or was tried on candidates.
    """

    before: frozenset[ItemState]
    needs: Permission
    strong: Permission | None = None
    whole: bool = False
    approved: bool = False
    founded: bool = False
    reason: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about the next step: counted for the newest wording, `current`."""

    state: ItemState
    current: int
    live: int | None
    approvals: int = 0
    wanted: int = 1
    shortcomings: tuple[str, ...] = ()
    foundations: tuple[str, ...] = ()

    @property
    def is_exposed(self) -> bool:
        """Tell whether candidates may meet some wording of it."""
        return self.live is not None or self.state in {ItemState.PILOT, ItemState.SUSPENDED}

    @property
    def is_approved(self) -> bool:
        return self.approvals >= self.wanted


@dataclass(frozen=True, slots=True)
class Place:
    """A state and the number of the wording in use, if one is."""

    state: ItemState
    live: int | None


WORKED_ON = frozenset({ItemState.DRAFT, ItemState.IN_REVIEW, ItemState.APPROVED})
"""The newest wording is on its way; an older one may be in use."""

IN_USE = WORKED_ON | {ItemState.ACTIVE}
"""With a wording in use (`live`), exams draw that wording in these states."""

OPEN_TO_PRACTICE = frozenset(
    {ItemState.IN_REVIEW, ItemState.APPROVED, ItemState.PILOT, ItemState.ACTIVE}
)
"""A public item is practised in these states, and in any of `IN_USE` by its wording in use."""

SHUT = frozenset({ItemState.SUSPENDED, ItemState.RETIRED, ItemState.COMPROMISED})
OVER = frozenset({ItemState.RETIRED, ItemState.COMPROMISED})

STEPS: Mapping[Act, Step] = {
    Act.SUBMIT: Step(frozenset({ItemState.DRAFT}), Permission.ITEM_WRITE, whole=True),
    Act.WITHDRAW: Step(frozenset({ItemState.IN_REVIEW, ItemState.APPROVED}), Permission.ITEM_WRITE),
    Act.APPROVE: Step(
        frozenset({ItemState.IN_REVIEW}), Permission.ITEM_REVIEW, whole=True, approved=True
    ),
    Act.RETURN: Step(
        frozenset({ItemState.IN_REVIEW, ItemState.APPROVED}), Permission.ITEM_REVIEW, reason=True
    ),
    Act.PILOT: Step(
        frozenset({ItemState.APPROVED}),
        Permission.ITEM_RELEASE,
        whole=True,
        approved=True,
        founded=True,
    ),
    Act.ACTIVATE: Step(
        frozenset({ItemState.APPROVED, ItemState.PILOT}),
        Permission.ITEM_RELEASE,
        whole=True,
        approved=True,
        founded=True,
    ),
    Act.SUSPEND: Step(frozenset(ItemState) - SHUT, Permission.ITEM_RELEASE, reason=True),
    Act.RESUME: Step(frozenset({ItemState.SUSPENDED}), Permission.ITEM_RELEASE),
    Act.RETIRE: Step(
        frozenset(ItemState) - OVER, Permission.ITEM_WRITE, strong=Permission.ITEM_RELEASE
    ),
    Act.REINSTATE: Step(frozenset({ItemState.RETIRED}), Permission.ITEM_WRITE),
    Act.COMPROMISE: Step(
        frozenset(ItemState) - {ItemState.COMPROMISED}, Permission.ITEM_RELEASE, reason=True
    ),
}


def needs(act: Act, standing: Standing) -> Permission:
    """The permission that this step asks for now."""
    step = STEPS[act]
    return step.strong if step.strong and standing.is_exposed else step.needs


def open_acts(standing: Standing, may: Callable[[Permission], bool]) -> list[Act]:
    """The steps that this person may take by a button, whether or not something still lacks."""
    by_review = {Act.APPROVE, Act.RETURN}
    return [
        act
        for act, step in STEPS.items()
        if act not in by_review
        and standing.state in step.before
        and may(needs(act, standing))
        and not (act is Act.SUSPEND and not standing.is_exposed)
    ]


def refusal(act: Act, standing: Standing, reason: str) -> str | None:
    """Why the step cannot be taken now, as a code; None when it can."""
    step = STEPS[act]
    if standing.state not in step.before:
        return "state"
    if act is Act.SUSPEND and not standing.is_exposed:
        return "not-in-use"
    if step.reason and not reason.strip():
        return "reason"
    if step.whole and standing.shortcomings:
        return "shortcomings"
    if step.approved and not standing.is_approved:
        return "approvals"
    return "foundations" if step.founded and standing.foundations else None


def after(act: Act, standing: Standing) -> Place:
    """Where the item stands after a step that nothing refuses."""
    fixed = {
        Act.SUBMIT: ItemState.IN_REVIEW,
        Act.WITHDRAW: ItemState.DRAFT,
        Act.APPROVE: ItemState.APPROVED,
        Act.RETURN: ItemState.DRAFT,
        Act.SUSPEND: ItemState.SUSPENDED,
    }
    if act in fixed:
        return Place(fixed[act], standing.live)
    if act is Act.ACTIVATE:
        return Place(ItemState.ACTIVE, standing.current)
    if act is Act.PILOT:  # an older wording beside it would be drawn and scored
        return Place(ItemState.PILOT, None)
    if act is Act.RESUME:
        return Place(_resumed(standing), standing.live)
    gone = {
        Act.RETIRE: ItemState.RETIRED,
        Act.REINSTATE: ItemState.IN_REVIEW,
        Act.COMPROMISE: ItemState.COMPROMISED,
    }
    return Place(gone[act], None)


def after_edit(place: Place, wanted: str) -> Place:
    """Where an item stands whose words were changed: an approval does not cover new words.

    The wording in use stays in use until the new one takes its place; a pilot ends, for its
    figures are about the old words.
    """
    if place.state is ItemState.SUSPENDED:
        return place
    state = ItemState.DRAFT if wanted == ItemState.DRAFT else ItemState.IN_REVIEW
    return Place(state, place.live)


def born(status: str, number: int, *, vouched: bool, founded: bool) -> Place:
    """Where a wording stands that comes with a status of its own.

    Only files and commands of the installation are vouched for; whoever else writes `approved`
    asks for a review.
    """
    state = ItemState(status)
    if state in {ItemState.DRAFT, ItemState.IN_REVIEW} or state in OVER:
        return Place(state, None)
    if not vouched:
        return Place(ItemState.IN_REVIEW, None)
    if not founded:
        return Place(ItemState.APPROVED, None)
    if state in {ItemState.PILOT, ItemState.SUSPENDED}:
        return Place(state, None)
    return Place(ItemState.ACTIVE, number)


def count_approvals(verdicts: Iterable[tuple[int, str]], authors: Iterable[int | None]) -> int:
    """How many people accept the wording by their last word; authors do not count.

    `verdicts` are pairs of person and verdict in the order in which they were given.
    """
    last = dict(verdicts)
    return sum(
        verdict == "accept" for person, verdict in last.items() if person not in set(authors)
    )


def _resumed(standing: Standing) -> ItemState:
    if standing.live == standing.current:
        return ItemState.ACTIVE
    return ItemState.APPROVED if standing.is_approved else ItemState.IN_REVIEW


def wordings(state: ItemState, live: int | None, current: int, partition: str) -> dict[str, int]:
    """Where candidates meet an item and which wording: place to number."""
    drawn = live if state in IN_USE else None
    if partition == "secure":
        found = {"exam": drawn, "pilot": current if state is ItemState.PILOT else None}
    else:
        shown = drawn or (current if state in OPEN_TO_PRACTICE else None)
        found = {"practice": shown, "demonstration": shown if partition == "practice" else None}
    return {place: number for place, number in found.items() if number is not None}
