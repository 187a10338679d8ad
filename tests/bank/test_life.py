from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.bank import life
from probity.bank.life import Act, ItemState, Place, Standing
from probity.kernel.permissions import Permission

WRITER = {Permission.ITEM_READ, Permission.ITEM_WRITE}
RELEASER = {Permission.ITEM_READ, Permission.ITEM_RELEASE}
REVIEWER = {Permission.ITEM_READ, Permission.ITEM_REVIEW}


def stands(state, live=None, current=2, **more):
    return Standing(ItemState(state), current, live, **{"approvals": 1, **more})


def names(standing, granted):
    return {act.value for act in life.open_acts(standing, granted.__contains__)}


@pytest.mark.parametrize(
    ("state", "writer", "releaser"),
    [
        ("draft", {"submit", "retire"}, {"compromise"}),
        ("in_review", {"withdraw", "retire"}, {"compromise"}),
        ("approved", {"withdraw", "retire"}, {"pilot", "activate", "compromise"}),
        ("pilot", set(), {"activate", "suspend", "retire", "compromise"}),
        ("suspended", set(), {"resume", "retire", "compromise"}),
        ("retired", {"reinstate"}, {"compromise"}),
        ("compromised", set(), set()),
    ],
)
def test_each_state_opens_its_own_steps_to_each_right(state, writer, releaser):
    assert names(stands(state), WRITER) == writer
    assert names(stands(state), RELEASER) == releaser
    assert names(stands(state), REVIEWER) == set()


def test_what_candidates_may_meet_is_retired_by_who_releases():
    assert names(stands("active", live=2), WRITER) == set()
    assert names(stands("active", live=2), RELEASER) == {"suspend", "retire", "compromise"}
    assert "retire" not in names(stands("draft", live=1), WRITER)
    assert "suspend" in names(stands("draft", live=1), RELEASER)


@pytest.mark.parametrize(
    ("act", "standing", "reason", "code"),
    [
        (Act.SUBMIT, stands("draft", shortcomings=("S05",)), "", "shortcomings"),
        (Act.SUBMIT, stands("draft"), "", None),
        (Act.SUBMIT, stands("active", live=2), "", "state"),
        (Act.APPROVE, stands("in_review", approvals=1, wanted=2), "", "approvals"),
        (Act.APPROVE, stands("in_review", approvals=2, wanted=2), "", None),
        (Act.ACTIVATE, stands("approved", foundations=("basis",)), "", "foundations"),
        (Act.ACTIVATE, stands("approved", approvals=0), "", "approvals"),
        (Act.ACTIVATE, stands("pilot"), "", None),
        (Act.PILOT, stands("active", live=2), "", "state"),
        (Act.SUSPEND, stands("active", live=2), " ", "reason"),
        (Act.SUSPEND, stands("draft"), "why", "not-in-use"),
        (Act.COMPROMISE, stands("draft"), "seen in a chat", None),
        (Act.COMPROMISE, stands("compromised"), "again", "state"),
        (Act.RETIRE, stands("compromised"), "", "state"),
    ],
)
def test_a_step_is_refused_for_what_lacks(act, standing, reason, code):
    assert life.refusal(act, standing, reason) == code


@pytest.mark.parametrize(
    ("act", "standing", "place"),
    [
        (Act.SUBMIT, stands("draft", live=1), ("in_review", 1)),
        (Act.ACTIVATE, stands("approved", live=1), ("active", 2)),
        (Act.PILOT, stands("approved", live=1), ("pilot", None)),
        (Act.SUSPEND, stands("active", live=2), ("suspended", 2)),
        (Act.RESUME, stands("suspended", live=2), ("active", 2)),
        (Act.RESUME, stands("suspended", live=1, approvals=0), ("in_review", 1)),
        (Act.RESUME, stands("suspended"), ("approved", None)),
        (Act.RETIRE, stands("active", live=2), ("retired", None)),
        (Act.REINSTATE, stands("retired"), ("in_review", None)),
        (Act.COMPROMISE, stands("active", live=2), ("compromised", None)),
    ],
)
def test_each_step_leads_to_its_place(act, standing, place):
    assert life.after(act, standing) == Place(ItemState(place[0]), place[1])


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        (("active", 2), "in_review", ("in_review", 2)),
        (("active", 2), "approved", ("in_review", 2)),
        (("approved", None), "draft", ("draft", None)),
        (("pilot", None), "in_review", ("in_review", None)),
        (("suspended", 2), "draft", ("suspended", 2)),
    ],
)
def test_new_words_are_reviewed_while_the_old_ones_stay_in_use(before, wanted, after):
    place = life.after_edit(Place(ItemState(before[0]), before[1]), wanted)
    assert place == Place(ItemState(after[0]), after[1])


@pytest.mark.parametrize(
    ("status", "vouched", "founded", "after"),
    [
        ("approved", True, True, ("active", 3)),
        ("approved", True, False, ("approved", None)),
        ("approved", False, True, ("in_review", None)),
        ("active", False, True, ("in_review", None)),
        ("draft", False, False, ("draft", None)),
        ("retired", True, True, ("retired", None)),
    ],
)
def test_only_who_is_vouched_for_brings_approved_items(status, vouched, founded, after):
    place = life.born(status, 3, vouched=vouched, founded=founded)
    assert place == Place(ItemState(after[0]), after[1])


def test_the_last_word_of_each_person_counts_and_authors_never_do():
    verdicts = [(1, "accept"), (2, "accept"), (2, "change"), (3, "accept"), (4, "drop")]
    assert life.count_approvals(verdicts, {3, None}) == 1
    assert life.count_approvals([*verdicts, (2, "accept")], {3}) == 2


@given(
    st.sampled_from(ItemState),
    st.one_of(st.none(), st.integers(1, 4)),
    st.sampled_from(["practice", "practice_only", "secure"]),
)
def test_no_wording_stands_where_its_partition_may_not(state, live, partition):
    places = set(life.wordings(state, live, 4, partition))
    assert not places & ({"exam", "pilot"} if partition != "secure" else {"practice"})
    assert "demonstration" not in places or partition == "practice"
    if state in life.SHUT:
        assert not places


def test_no_step_leads_out_of_compromise():
    for act, reason in product(Act, ("", "because")):
        standing = stands("compromised", approvals=9)
        assert life.refusal(act, standing, reason) == "state"
