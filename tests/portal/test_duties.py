"""Background duties as staff see them."""

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.kernel import clock, jobs
from probity.kernel.jobs import Job, JobState

LIST = "/admin/duties/"


@pytest.fixture
def duties(session):
    """One duty in every state."""
    for state in JobState:
        jobs.enqueue(session, "mail.deliver", key=f"probe/{state}", letter="x")
        job = session.scalars(select(Job).where(Job.key == f"probe/{state}")).one()
        job.state = state
        if state is not JobState.QUEUED:
            job.ended_at = clock.now()
        if state in (JobState.DEAD, JobState.ATTENTION):
            job.tries, job.message = 5, "<the reason>"
    session.commit()
    return {job.state: job for job in session.scalars(select(Job))}


def test_staff_see_what_waits_and_what_stopped_and_why(browse, duties, rosa, root):
    for person in (rosa, root):
        page = browse(person).get(LIST).text
        for state in JobState:
            assert f"probe/{state}" in page
        assert page.count("&lt;the reason&gt;") == 2
        assert page.count("Try again") == 2


def test_nobody_else_does(browse, duties, ada, ivy, otto, vera):
    for person in (ada, ivy, otto, vera):
        browse(person).get(LIST, expect=403)
        path = f"{LIST}{duties[JobState.DEAD].id}/tries"
        browse(person).post(path, expect=403)
    browse().get(LIST, expect=303)


@pytest.mark.parametrize("state", JobState)
def test_the_list_is_narrowed_to_a_state(browse, duties, root, state):
    page = browse(root).get(f"{LIST}?state={state}").text
    assert [other for other in JobState if f"probe/{other}" in page] == [state]


def test_an_unknown_state_shows_all(browse, duties, root):
    assert "probe/dead" in browse(root).get(f"{LIST}?state=none").text


@pytest.mark.parametrize("state", [JobState.DEAD, JobState.ATTENTION])
def test_what_stopped_is_given_another_round_and_that_is_recorded(
    browse, session, duties, root, state
):
    job = duties[state]
    assert browse(root).post(f"{LIST}{job.id}/tries").location == LIST
    assert (job.state, job.tries, job.ended_at) == (JobState.QUEUED, 0, None)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"job/{job.id}")).one()
    assert (entry.event, entry.actor_id) == ("duty:retried", root.id)


@pytest.mark.parametrize("state", [JobState.DONE, JobState.QUEUED])
def test_what_did_not_stop_is_left_alone(browse, session, duties, root, state):
    job = duties[state]
    before = (job.state, job.run_at, job.ended_at)
    browse(root).post(f"{LIST}{job.id}/tries")
    assert (job.state, job.run_at, job.ended_at) == before
    query = select(AuditEntry).where(AuditEntry.subject == f"job/{job.id}")
    assert session.scalars(query).all() == []


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "-1", "x"])
def test_a_duty_that_does_not_exist_is_not_found(browse, root, number):
    browse(root).post(f"{LIST}{number}/tries", expect=404)


def test_a_site_without_duties_says_so(browse, root):
    assert "Nothing here." in browse(root).get(LIST).text
