"""Administrators look after people; nobody else does."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from probity.accounts import actions, queries
from probity.accounts.models import Invitation
from probity.accounts.roles import Role
from probity.audit.models import AuditEntry
from probity.kernel import clock
from probity.kernel.errors import Refused
from tests.accounts.letters import letters_to, link_in

GOOD = "seven quiet lanterns"


def invited(browse, root, **changes):
    form = {"email": "new@example.org", "name": "New Person", "roles": ["reviewer", "marker"]}
    return browse(root).post("/admin/people/invitations", {**form, **changes})


@pytest.mark.parametrize("who", ["ada", "ivy", "otto", "rosa", "vera"])
def test_only_administrators_reach_the_pages(browse, request, root, bob, who):
    visitor = browse(request.getfixturevalue(who))
    here = f"/admin/people/{bob.public_id}/"
    visitor.get("/admin/people/", expect=403)
    visitor.get(here, expect=403)
    visitor.post("/admin/people/invitations", {}, expect=403)
    visitor.post(f"{here}roles", {"role": "administrator"}, expect=403)
    visitor.post(f"{here}roles/candidate/withdrawal", expect=403)
    visitor.post(f"{here}session-endings", expect=403)
    assert bob.roles == {Role.CANDIDATE}


def test_strangers_are_sent_to_sign_in(browse, bob):
    assert browse().get("/admin/people/", expect=303).location == "/sign-in?next=/admin/people/"
    browse().post(f"/admin/people/{bob.public_id}/roles", {"role": "auditor"}, expect=401)


def test_people_are_found_by_name_address_and_role(browse, session, root, ada, bob, ivy):
    ada.name_native = "林爱达"
    visitor = browse(root)
    assert "bob@example.org" not in visitor.get("/admin/people/?q=lim").text
    assert "ada@example.org" in visitor.get("/admin/people/?q=ada+lim").text
    assert "ada@example.org" in visitor.get("/admin/people/?q=爱达").text
    page = visitor.get("/admin/people/?role=instructor").text
    assert ("ivy@example.org" in page, "ada@example.org" in page) == (True, False)
    assert "Nobody found" in visitor.get("/admin/people/?q=%25").text
    visitor.get("/admin/people/?role=emperor&page=99")


def test_an_invitation_is_mailed_shown_once_and_works_once(browse, session, root):
    visitor = browse(root)
    form = {"email": "New@example.org", "name": "New Person", "roles": ["reviewer", "marker"]}
    visitor.post("/admin/people/invitations", form)
    shown = re.findall(
        r"http://localhost:8000(/invitations/[\w-]+)", visitor.get("/admin/people/").text
    )
    assert "/invitations/" not in visitor.get("/admin/people/").text.replace(
        'people/invitations"', ""
    )
    path = link_in(letters_to(session, "new@example.org")[0])
    assert shown == [path]

    newcomer = browse()
    assert "new@example.org" in newcomer.get(path).text
    newcomer.post(path, {"name": "New Person", "password": "short"}, expect=422)
    newcomer.post(path, {"name": "New Person", "name_native": "新人", "password": GOOD})
    person = queries.find_person(session, "new@example.org")
    assert person.roles == {Role.REVIEWER, Role.MARKER}
    assert person.confirmed_at is not None
    newcomer.post("/sign-in", {"email": "new@example.org", "password": GOOD})
    newcomer.get("/account/")

    browse().get(path, expect=404)
    browse().post(path, {"name": "Thief", "password": GOOD}, expect=404)
    kept = session.scalars(select(Invitation)).one()
    assert kept.person_id == person.id
    assert path.rpartition("/")[2] not in kept.token_hash


def test_an_invitation_runs_out_after_seven_days(browse, session, root):
    invited(browse, root)
    path = link_in(letters_to(session, "new@example.org")[0])
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1), tick=False):
        browse().get(path, expect=404)


def test_an_address_that_joined_meanwhile_is_refused(browse, session, root, ada):
    invited(browse, root)
    path = link_in(letters_to(session, "new@example.org")[0])
    ada.email = "new@example.org"
    page = browse().post(path, {"name": "New Person", "password": GOOD}, expect=409)
    assert "has an account by now" in page.text


@pytest.mark.parametrize(
    "changes", [{"email": "nowhere"}, {"name": ""}, {"roles": []}, {"roles": ["emperor"]}]
)
def test_an_invitation_needs_address_name_and_role(browse, root, changes):
    form = {"email": "new@example.org", "name": "New Person", "roles": ["reviewer"], **changes}
    browse(root).post("/admin/people/invitations", form, expect=422)


def test_somebody_with_an_account_is_not_invited(browse, root, ada):
    form = {"email": "ada@example.org", "name": "Ada", "roles": ["reviewer"]}
    page = browse(root).post("/admin/people/invitations", form, expect=409)
    assert "has an account already" in page.text


def test_roles_are_given_and_withdrawn_at_once_and_recorded(browse, session, root, ada):
    visitor, hers, here = browse(root), browse(ada), f"/admin/people/{ada.public_id}/"
    hers.get("/admin/people/", expect=403)
    visitor.post(f"{here}roles", {"role": "administrator"})
    visitor.post(f"{here}roles", {"role": "administrator"})
    hers.get("/admin/people/")
    visitor.post(f"{here}roles/administrator/withdrawal")
    hers.get("/admin/people/", expect=403)
    events = [
        (entry.event, entry.actor_id, entry.details)
        for entry in session.scalars(
            select(AuditEntry).where(AuditEntry.subject == f"person/{ada.id}")
        )
        if entry.details.get("role") == "administrator"
    ]
    assert events == [
        ("role:granted", root.id, {"role": "administrator"}),
        ("role:withdrawn", root.id, {"role": "administrator"}),
    ]
    assert "Rut Admin" in visitor.get(here).text


def test_unknown_roles_and_people_are_refused(browse, root, ada):
    visitor, here = browse(root), f"/admin/people/{ada.public_id}/"
    visitor.post(f"{here}roles", {"role": "emperor"}, expect=422)
    visitor.post(f"{here}roles/emperor/withdrawal", expect=404)
    visitor.post(f"{here}roles/auditor/withdrawal")
    for path in ("", "roles", "roles/auditor/withdrawal", "session-endings"):
        if path:
            visitor.post(f"/admin/people/nobody/{path}", {"role": "auditor"}, expect=404)
        else:
            visitor.get("/admin/people/nobody/", expect=404)


def test_the_last_administrator_stays(browse, session, root, ada):
    visitor = browse(root)
    mine = f"/admin/people/{root.public_id}/roles/administrator/withdrawal"
    assert "last administrator" in visitor.post(mine, expect=409).text
    actions.grant_role(session, ada, Role.ADMINISTRATOR, by=root)
    visitor.post(mine)
    assert root.roles == set()


def test_an_administrator_ends_all_sessions_of_a_person(browse, root, ada):
    hers = browse(ada)
    browse(root).post(f"/admin/people/{ada.public_id}/session-endings")
    hers.get("/account/", expect=303)


def test_inviting_twice_makes_two_links_and_the_first_used_wins(session, root):
    def invitation():
        return actions.invite(
            session, email="new@example.org", name="New", roles=[Role.MARKER], by=root
        )[0]

    first, second = invitation(), invitation()
    facts = {"password_hash": "x", "name_latin": "New", "name_native": None, "locale": "en"}
    actions.accept_invitation(session, first, **facts)
    with pytest.raises(Refused):
        actions.accept_invitation(session, second, **facts)
