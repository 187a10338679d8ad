"""Papers made ahead of a sitting, where the exam gives approved forms."""

from collections import Counter

import pytest

from probity.accounts.roles import Role
from probity.bank import living
from probity.bank.life import Act
from probity.bank.models import Item
from probity.exams import actions as exams
from probity.exams.models import ExamState
from probity.kernel.permissions import SYSTEM
from probity.sittings import papers, queries
from tests.factories.accounts import add_person
from tests.factories.assembly import add_forms, approved, fill_bank
from tests.factories.exams import exam_content, sections_content
from tests.factories.sittings import add_sitting, opening_in


@pytest.fixture
def sitting(session, ivy, otto):
    """Forty-two people in a sitting of an exam with two approved forms."""
    fill_bank(session)
    forms = [approved(session, form, ivy, otto) for form in add_forms(session, ivy).forms]
    content = exam_content(**sections_content(None, None), certificate=None)
    content |= {"forms": [form.id for form in forms]}
    exam = exams.define(session, content, course_code="GP", state=ExamState.PUBLISHED, by=SYSTEM)
    session.flush()
    people = [add_person(session, f"p{number}@example.org", Role.CANDIDATE) for number in range(42)]
    return add_sitting(session, exam, *people, **opening_in(days=1))


def test_each_form_is_given_to_half_of_the_room(session, sitting, work):
    papers.ask(session, sitting, by=SYSTEM)
    work()
    done = queries.papers(session, sitting)
    assert done.ready == 42
    given = Counter(place.paper["form"]["id"] for place in sitting.registrations)
    assert sorted(given.values()) == [21, 21]


def test_a_form_with_a_compromised_item_is_not_given_any_more(session, sitting, otto, work):
    papers.ask(session, sitting, by=SYSTEM)
    work()
    forms = {place.paper["form"]["id"]: place.paper for place in sitting.registrations}
    (spoilt, paper), (whole, _other) = forms.items()
    item = session.get_one(Item, paper["slots"][0]["item_id"])
    living.take(session, item, Act.COMPROMISE, by=otto, reason="Seen in a chat")
    session.expire_all()
    papers.ask(session, sitting, by=SYSTEM)
    work()
    assert {place.paper["form"]["id"] for place in sitting.registrations} == {whole}
    assert spoilt != whole
