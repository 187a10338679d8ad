import pytest
from sqlalchemy import select

from probity.bank import actions, living, reviewing, reviews
from probity.bank.life import Act
from probity.bank.models import ItemState
from probity.kernel.errors import Refused
from probity.kernel.mail import Letter
from probity.kernel.permissions import SYSTEM
from tests.factories import bank
from tests.factories.bank import add_item
from tests.factories.reviews import judge, opinion, reviewer


def written(session, by, ref="GPP-0001", **changes):
    return actions.create_item(session, bank.item(ref=ref, **changes), by=by)


def test_one_accept_approves_a_public_item_and_two_a_secure_one(session, ivy):
    rita, rolf = reviewer(session, "rita"), reviewer(session, "rolf")
    row, secret = written(session, ivy), add_item(session, ref="GPP-0002", use="secure")
    judge(session, row, rita)
    judge(session, secret, rita)
    assert (row.state, secret.state) == (ItemState.APPROVED, ItemState.IN_REVIEW)
    judge(session, secret, rita)
    assert secret.state is ItemState.IN_REVIEW
    judge(session, secret, rolf)
    assert secret.state is ItemState.APPROVED


def test_the_bank_sets_how_many_must_accept(session, otto):
    reviewing.set_terms(session, public=2, secure=3, by=otto)
    row = add_item(session, use="practice_only", status="draft")
    assert reviews.approvals_wanted(session, row) == 2
    secret = add_item(session, ref="GPP-0002", use="secure", status="draft")
    assert reviews.approvals_wanted(session, secret) == 3
    with pytest.raises(Refused, match="from 1 to 5"):
        reviewing.set_terms(session, public=0, secure=2, by=otto)


def test_authors_approve_nothing_they_wrote_since_the_wording_in_use(session, ivy):
    row = written(session, ivy)
    with pytest.raises(Refused, match="You wrote this"):
        judge(session, row, ivy)
    rita = reviewer(session)
    actions.revise_item(session, row, bank.item(points=2), base=1, by=rita)
    for author in (ivy, rita):
        with pytest.raises(Refused, match="You wrote this"):
            judge(session, row, author)
    with pytest.raises(Refused, match="wrote this wording"):
        reviewing.assign(session, row, rita, by=ivy)


def test_an_author_of_what_is_in_use_may_judge_the_next_wording(session, ivy):
    row = add_item(session, status="approved")
    actions.revise_item(session, row, bank.item(points=2), base=1, by=ivy)
    assert reviews.unapproved_authors(session, row) == {ivy.id}


def test_new_words_need_new_approvals(session, ivy):
    rita = reviewer(session)
    row = written(session, ivy)
    judge(session, row, rita)
    actions.revise_item(session, row, bank.item(points=2), base=1, by=ivy)
    assert (row.state, reviews.approvals(session, row)) == (ItemState.IN_REVIEW, 0)
    with pytest.raises(Refused, match="changed the words"):
        reviewing.review(session, row, opinion(), base=1, by=rita)


def test_a_wish_for_changes_sends_the_item_back_with_its_reason(session, ivy):
    rita = reviewer(session)
    row = written(session, ivy)
    judge(session, row, rita, "change")
    assert row.state is ItemState.DRAFT
    assert session.scalars(reviews.returned_to(ivy)).all() == [row]
    said = {entry.kind: entry.text for entry in reviews.discussion(session, row)}
    assert said == {"review": "The stem is too long.", "stage": ""}
    living.take(session, row, Act.SUBMIT, by=ivy)
    assert session.scalars(reviews.returned_to(ivy)).all() == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (opinion("accept", ratings={"key": "no"}), "cannot be accepted"),
        (opinion("change", comment=" "), "Say in the comment"),
        (opinion("maybe"), "Choose what you advise"),
        (reviewing.Opinion("accept", {"key": "yes"}), "Answer every question"),
        (opinion(ratings={"key": "perhaps"}), "Answer every question"),
        (opinion(expected_p="7"), "share such as"),
        (opinion(expected_p="1/0"), "share such as"),
    ],
)
def test_an_opinion_that_says_too_little_or_too_much_is_refused(session, said, words):
    row = add_item(session)
    with pytest.raises(Refused, match=words):
        reviewing.review(session, row, said, base=1, by=reviewer(session))


def test_lists_say_what_waits_for_whom(session, ivy):
    rita, rolf = reviewer(session, "rita"), reviewer(session, "rolf")
    row = written(session, ivy)
    secret = add_item(session, ref="GPP-0002", use="secure")
    assert session.scalars(reviews.open_to(rita)).all() == [row]
    assert reviewing.assign(session, row, rita, by=ivy)
    assert not reviewing.assign(session, row, rita, by=ivy)
    reviewing.assign(session, secret, rita, by=SYSTEM)
    assert session.scalars(reviews.waiting_for(rita)).all() == [row, secret]
    assert session.scalars(reviews.waiting_for(rolf)).all() == []
    assert session.scalars(reviews.open_to(rolf)).all() == []
    assert session.scalars(reviews.written_by(ivy)).all() == [row]
    judge(session, row, rita)
    assert session.scalars(reviews.waiting_for(rita)).all() == [secret]
    assert session.scalars(reviews.said_by(rita)).all() == [row]
    reviewing.release(session, secret, rita.id, by=ivy)
    assert session.scalars(reviews.waiting_for(rita)).all() == []


def test_only_reviewers_are_asked(session, ivy, bob):
    row = add_item(session)
    with pytest.raises(Refused, match="no reviewer"):
        reviewing.assign(session, row, bob, by=ivy)
    rita = reviewer(session)
    assert list(reviews.can_be_asked(session)) == [rita]


def test_mails_tell_reviewers_and_authors_without_a_word_of_the_item(session, ivy, work):
    rita = reviewer(session)
    row = written(session, ivy, stem=bank.text("Who pays for the canary?"))
    reviewing.assign(session, row, rita, by=ivy)
    judge(session, row, rita, "change")
    work()
    letters = {one.recipient: one for one in session.scalars(select(Letter))}
    assert "came back from review: GPP-0001" in letters[ivy.email].subject
    assert not any("canary" in one.text for one in letters.values())


def test_a_reviewer_is_told_when_the_item_is_sent_to_review(session, ivy, work):
    rita = reviewer(session)
    row = written(session, ivy, status="draft")
    reviewing.assign(session, row, rita, by=ivy)
    work()
    assert session.scalars(select(Letter)).all() == []
    living.take(session, row, Act.SUBMIT, by=ivy)
    work()
    assert "/studio/items/GPP-0001/review" in session.scalars(select(Letter)).one().text
