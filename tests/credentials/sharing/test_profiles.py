"""Public profiles: off by default, looked at first, gone at once, nobody else's handle."""

import pytest

from probity.accounts.models import Person
from probity.credentials import actions as register
from probity.credentials import enquiries
from probity.credentials.sharing import forgetting, profiles
from probity.credentials.sharing.models import PublicProfile
from probity.kernel.errors import Refused

HOME = "/certificates/profile"


@pytest.fixture
def save(browse, certificate, ada):
    visitor = browse(ada)

    def saved(expect=303, **fields):
        chosen = {"certificates": [certificate.public_id], "handle": "ada-lim", **fields}
        return visitor.post(HOME, chosen, expect=expect)

    return saved


def test_it_is_off_until_its_owner_has_seen_it_and_switched_it_on(
    browse, save, certificate, ada, bob
):
    me = browse(ada)
    assert "Nobody sees a profile of you." in me.get(HOME).text
    assert save().location == f"{HOME}/preview"
    preview = me.get(f"{HOME}/preview").text
    assert "This is what everybody will see" in preview
    assert "Lamp Practitioner" in preview
    browse(bob).get("/people/ada-lim", expect=404)
    me.post(f"{HOME}/on")
    page = browse().get("/people/ada-lim")
    for words in ("Ada Lim", "Lamp Practitioner", certificate.number, "Valid", "Issued to"):
        assert words in page.text
    assert certificate.public_id not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert 'content="noindex"' in page.text
    assert "/people/ada-lim" in me.get(HOME).text
    assert "This is what everybody sees" in me.get(f"{HOME}/preview").text


def test_search_engines_only_if_wanted(browse, save, ada):
    save(searchable="y")
    browse(ada).post(f"{HOME}/on")
    page = browse().get("/people/ada-lim")
    assert "X-Robots-Tag" not in page.headers
    assert "noindex" not in page.text
    assert browse(ada).get(f"{HOME}/preview").headers["X-Robots-Tag"] == "noindex"


def test_switched_off_it_is_as_if_it_never_was(browse, app, session, save, ada, monkeypatch):
    save()
    me = browse(ada)
    me.post(f"{HOME}/on")
    me.post(f"{HOME}/on")
    me.post(f"{HOME}/off")
    gone, never = (browse().get(f"/people/{one}", expect=404) for one in ("ada-lim", "never"))
    assert "shows nothing" in gone.text
    assert gone.text[gone.text.index("<main") :] == never.text[never.text.index("<main") :]
    me.post(f"{HOME}/on")
    session.get(Person, ada.id).active = False
    session.commit()
    browse().get("/people/ada-lim", expect=404)
    monkeypatch.setattr(enquiries, "MOST_MISSES", 1)
    monkeypatch.setitem(app.extensions, enquiries._EXTENSION, {})
    browse().get("/people/another", expect=429)


def test_only_ones_own_certificates_are_listed(browse, session, save, certificate, bob):
    visitor = browse(bob)
    assert "no certificate to list" in visitor.get(HOME).text
    visitor.post(f"{HOME}/on", expect=404)
    visitor.get(f"{HOME}/preview", expect=404)
    visitor.post(HOME, {"certificates": [certificate.public_id], "handle": "bob-9"}, expect=422)
    visitor.post(HOME, {"handle": "bob-9"})
    assert "at least one certificate first" in visitor.post(f"{HOME}/on", expect=409).text
    choice = profiles.Choice("bob-9", [certificate.public_id], searchable=False)
    assert profiles.save(session, choice, by=bob).items == []


def test_staff_and_strangers_have_none(browse, certificate, rosa):
    browse(rosa).get(HOME, expect=403)
    browse(rosa).post(HOME, {}, expect=403)
    assert "/sign-in" in browse().get(HOME, expect=303).location


def test_handles_are_checked_and_stay_their_owners(browse, session, save, certificate, ada, bob):
    assert "4 to 40" in save(handle="Ada Lim!", expect=409).text
    save(handle="")
    session.expire_all()
    assert len(session.query(PublicProfile).one().handle) == 26
    save()
    save(handle="")
    session.expire_all()
    assert session.query(PublicProfile).one().handle == "ada-lim"
    taken = browse(bob).post(HOME, {"handle": "ada-lim"}, expect=409)
    assert "belongs to somebody else" in taken.text
    forgetting.forget(session, ada.id)
    session.commit()
    browse(bob).post(HOME, {"handle": "ada-lim"}, expect=409)
    profile = session.query(PublicProfile).one()
    assert (profile.person_id, profile.is_on, profile.items) == (None, False, [])
    assert "ada" not in profile.handle


def test_a_public_profile_is_never_empty_by_mistake(browse, session, save, ada):
    save()
    browse(ada).post(f"{HOME}/on")
    assert "everybody sees" in browse(ada).get(save().location).text
    assert "switch the profile off" in save(certificates=[], expect=409).text


def test_what_was_replaced_is_left_out_and_the_rest_says_how_it_stands(
    browse, session, save, certificate, ada, rosa
):
    save()
    browse(ada).post(f"{HOME}/on")
    register.revoke(session, certificate, reason="Identity was false", by=rosa)
    assert "Revoked" in browse().get("/people/ada-lim").text
    profile = session.query(PublicProfile).one()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profiles.register, "status_of", lambda _c: profiles.Status.SUPERSEDED)
        assert profiles.listed(session, profile) == []
        assert "No certificate is listed" in browse().get("/people/ada-lim").text


def test_a_closed_account_takes_everything_along(session, save, certificate, ada):
    save()
    session.expire_all()
    session.get(Person, ada.id).active = False
    session.flush()
    assert forgetting.forget_closed(session) == 1
    assert forgetting.forget_closed(session) == 0
    forgetting.forget(session, ada.id)
    with pytest.raises(Refused):
        profiles.save(session, profiles.Choice("ada-lim", [], searchable=False), by=ada)
