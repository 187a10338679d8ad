"""The exam in which the room is tried: where it is offered, and what it asks and shows."""

import pytest

from probity.bank.queries import parsed_versions
from probity.catalogue import actions as catalogue
from probity.exams import actions, paper, queries
from probity.exams.models import Exam
from probity.kernel import headers
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import ROOT
from tests.factories.exams import add_exam, device_of
from tests.factories.learning import enrolled

SLUG = "try-the-exam-room"
ADDRESS = f'href="/exams/{SLUG}/"'
KINDS = {
    *("single", "multiple", "true_false", "numeric", "short_text"),
    *("matching", "ordering", "cloze", "case"),
}


@pytest.fixture(scope="module")
def content():
    """The bundled course that the exam belongs to: reading it takes a second or two."""
    (content,) = catalogue.read_courses(ROOT / "courses" / "exam-room")
    return content


@pytest.fixture
def revision(session, content):
    revision = catalogue.load_content(session, content, by=SYSTEM)
    session.commit()
    return revision


@pytest.fixture
def practice(session, revision):
    return session.query(Exam).filter_by(slug=SLUG).one()


def begin(session, practice, person):
    honour = actions.honour_version(queries.current_revision(session, practice))
    device = device_of(session, person)
    return actions.start(session, practice, person, honour=honour, locale="en", device=device)


def test_every_lobby_leads_to_it_but_its_own(session, browse, practice, ada):
    add_exam(session)
    for visitor in (browse(), browse(ada)):
        assert ADDRESS in visitor.get("/exams/short-exam/").text
        assert ADDRESS not in visitor.get(f"/exams/{SLUG}/").text


def test_without_the_course_no_lobby_speaks_of_it(session, browse, ada):
    add_exam(session)
    assert "nothing counts" not in browse(ada).get("/exams/short-exam/").text
    assert SLUG not in browse(ada).get("/learning/").text


def test_my_learning_offers_it_once(session, browse, revision, practice, ada):
    assert browse(ada).get("/learning/").text.count(ADDRESS) == 2, "heading and button"
    enrolled(session, revision, ada)
    assert browse(ada).get("/learning/").text.count(ADDRESS) == 2


def test_who_may_learn_but_not_sit_exams_is_not_led_there(browse, practice, ivy):
    page = browse(ivy).get("/learning/").text
    assert "Next up" in page
    assert SLUG not in page


def test_it_asks_one_question_of_every_kind_and_counts_for_nothing(session, practice, ada):
    content = queries.content_of(queries.current_revision(session, practice))
    assert content.certificate is None
    assert content.attempts.allowed == "unlimited"
    attempt = begin(session, practice, ada)
    slots = paper.load(attempt.paper)
    items = parsed_versions(session, {slot.version_id for slot in slots})
    assert {item.kind for item in items.values()} == KINDS
    assert all(item.domain == "ROOM-1" for item in items.values())
    assert len(slots) == len(KINDS) + 1, "the case asks twice"


def test_its_result_shows_the_answers_at_once(session, browse, practice, ada):
    attempt = begin(session, practice, ada)
    actions.close(session, attempt, by=ada)
    session.commit()
    page = browse(ada).get(f"/attempts/{attempt.public_id}/result").text
    assert "Question by question" in page
    assert "Show question 1 and the explanation" in page
    assert begin(session, practice, ada).number == 2


def test_the_lobby_may_install_the_worker_of_the_room(session, browse, practice, ada):
    page = browse(ada).get(f"/exams/{SLUG}/")
    assert page.headers["Content-Security-Policy"] == headers.CSP_WITH_WORKER
    assert 'data-worker="/attempts/worker.js?' in page.text
    assert "data-worker" not in browse().get(f"/exams/{SLUG}/").text
    others = browse(ada).get("/exams/").headers["Content-Security-Policy"]
    assert others == headers.CSP
