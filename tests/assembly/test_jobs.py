"""The search is a duty of the worker."""

from probity.assembly import actions, queries
from probity.assembly.models import SetState
from tests.factories.assembly import add_blueprint, fill_bank


def test_the_worker_assembles_what_was_asked_for(session, ivy, work):
    fill_bank(session)
    asked = actions.ask(session, add_blueprint(session, ivy), by=ivy)
    assert asked.state is SetState.WAITING
    work()
    found = queries.find_set(session, asked.id)
    assert found.state is SetState.ASSEMBLED
    assert [len(form.items) for form in found.forms] == [10, 10]
    assert found.forms[0].created_by_id == ivy.id


def test_a_duty_that_runs_twice_keeps_the_first_forms(session, ivy, work):
    fill_bank(session)
    asked = actions.ask(session, add_blueprint(session, ivy), by=ivy)
    work()
    before = [form.id for form in queries.find_set(session, asked.id).forms]
    job = queries.job_of(session, asked)
    job.state, job.owner = "queued", None
    work()
    assert [form.id for form in queries.find_set(session, asked.id).forms] == before
