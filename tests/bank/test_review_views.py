import pytest

from probity.accounts.roles import Role
from probity.bank import actions, reviewing, sentences
from probity.bank.models import ItemState
from tests.factories import bank
from tests.factories.accounts import add_person
from tests.factories.bank import add_item
from tests.factories.reviews import reviewer

URL = "/studio/items/GPP-0001"


def filled(verdict="accept", **changes):
    yes = dict.fromkeys(sentences.RATINGS, "yes")
    return {"base": "1", "verdict": verdict, **yes, **changes}


@pytest.fixture
def rita(session):
    return reviewer(session)


@pytest.fixture
def row(session, ivy):
    return actions.create_item(session, bank.item(), by=ivy)


def test_a_reviewer_approves_an_item_in_the_browser(session, browse, rita, ivy, row):
    reviewing.assign(session, row, rita, by=ivy)
    visitor = browse(rita)
    queue = visitor.get("/studio/items/reviews/").text
    assert f"{URL}/review" in queue
    form = visitor.get(f"{URL}/review").text
    for name in sentences.RATINGS:
        assert f'name="{name}"' in form
    assert "canary reason" in form
    visitor.post(f"{URL}/reviews", filled())
    assert row.state is ItemState.APPROVED
    assert "Nothing waits" in visitor.get("/studio/items/reviews/?list=waiting").text


def test_what_is_wrong_with_the_form_is_said_and_the_rest_is_kept(browse, rita, row):
    visitor = browse(rita)
    page = visitor.post(f"{URL}/reviews", filled("change", language="no"), expect=409).text
    assert "Say in the comment" in page
    assert 'name="language" value="no" checked' in page
    assert row.state is ItemState.IN_REVIEW


def test_the_author_sees_comments_beside_the_item_and_the_editor(browse, rita, ivy, row):
    browse(rita).post(f"{URL}/reviews", filled("change", comment="Name the canton."))
    author = browse(ivy)
    for path in (f"{URL}/", f"{URL}/edit"):
        assert "Name the canton." in author.get(path).text
    assert "Returned 1" in author.get("/studio/items/reviews/").text
    author.post(f"{URL}/comments", {"text": "Which one?"})
    assert "Which one?" in browse(rita).get(f"{URL}/").text
    author.post(f"{URL}/comments", {"text": " "}, expect=409)


def test_reviewers_are_asked_and_let_go_on_the_page(session, browse, rita, ivy, row):
    author = browse(ivy)
    assert rita.public_id in author.get(f"{URL}/").text
    author.post(f"{URL}/reviewers", {"person": rita.public_id})
    assert "Ask no longer" in author.get(f"{URL}/").text
    author.post(f"{URL}/reviewers/{rita.public_id}/removal")
    assert "Nobody is asked yet." in author.get(f"{URL}/").text
    author.post(f"{URL}/reviewers", {"person": "nobody"}, expect=409)
    author.post(f"{URL}/reviewers/nobody/removal", expect=404)


def test_the_author_judges_nothing_and_others_have_no_form(browse, ivy, ada, otto, row):
    browse(ivy).get(f"{URL}/review", expect=403)
    browse(ada).get("/studio/items/reviews/", expect=403)
    browse(ada).post(f"{URL}/reviews", filled(), expect=403)
    browse(otto).post(f"{URL}/reviews", filled(), expect=403)


def test_who_wrote_it_and_reviews_too_is_still_refused(session, browse):
    both = add_person(session, "both@example.org", Role.INSTRUCTOR, Role.REVIEWER)
    row = actions.create_item(session, bank.item(), by=both)
    visitor = browse(both)
    assert "not judge it now" in visitor.get(f"{URL}/review").text
    assert "You wrote this" in visitor.post(f"{URL}/reviews", filled(), expect=409).text
    assert row.state is ItemState.IN_REVIEW


def test_the_office_sets_the_number_of_approvals_and_puts_items_into_use(
    session, browse, rita, otto, row
):
    office = browse(otto)
    office.post("/studio/items/terms", {"public": "2", "secure": "2"})
    assert 'value="2"' in office.get("/studio/items/terms").text
    office.post("/studio/items/terms", {"public": "many", "secure": "2"}, expect=409)
    browse(rita).post(f"{URL}/reviews", filled())
    assert row.state is ItemState.IN_REVIEW
    office.post("/studio/items/terms", {"public": "1", "secure": "2"})
    browse(rita).post(f"{URL}/reviews", filled())
    office.post(f"{URL}/stages", {"act": "activate"})
    assert row.state is ItemState.ACTIVE
    browse(rita).get("/studio/items/terms", expect=403)


def test_steps_are_open_to_those_who_may_take_them(session, browse, ivy, otto, row):
    browse(ivy).post(f"{URL}/stages", {"act": "activate"}, expect=403)
    browse(ivy).post(f"{URL}/stages", {"act": "approve"}, expect=422)
    browse(otto).post(f"{URL}/stages", {"act": "activate"}, expect=409)
    office = browse(otto)
    assert "Mark as compromised" in office.get(f"{URL}/").text
    office.post(f"{URL}/stages", {"act": "compromise", "reason": " "}, expect=409)
    office.post(f"{URL}/stages", {"act": "compromise", "reason": "Seen in a chat."})
    assert row.state is ItemState.COMPROMISED
    assert "Seen in a chat." in office.get(f"{URL}/").text


def test_more_approvals_are_asked_for_in_words(session, browse, otto):
    add_item(session)
    assert "1 more person must accept" not in browse(otto).get(f"{URL}/").text
    row = add_item(session, ref="GPP-0002", status="draft")
    row.state = ItemState.APPROVED
    assert "1 more person must accept" in browse(otto).get("/studio/items/GPP-0002/").text
