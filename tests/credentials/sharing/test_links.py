"""Links to a certificate: only what was chosen, only while they hold, only one's own."""

import re
from datetime import timedelta

import pytest

from probity.accounts.models import Person
from probity.audit.models import AuditEntry
from probity.credentials import actions as register
from probity.credentials import enquiries
from probity.credentials.proofs import qr
from probity.credentials.sharing import actions, forgetting, queries, rules
from probity.credentials.sharing.models import Share
from probity.kernel import clock, ids
from probity.kernel import jobs as periodic
from probity.kernel.errors import Refused

FORM = {"label": "City of Example", "names": "masked", "ends": "30"}


@pytest.fixture
def make(browse, certificate, ada):
    """Make a link as its holder does; gives its token."""
    visitor = browse(ada)

    def made(**fields):
        url = f"/certificates/{certificate.public_id}/links"
        reply = visitor.post(url, {**FORM, **fields})
        return reply.location.rpartition("/")[2]

    return made


def only(session) -> Share:
    session.expire_all()
    return session.query(Share).one()


def test_a_link_shows_status_and_the_chosen_fields_only(browse, session, make, certificate, bob):
    token = make(level="y", native="y")
    assert re.fullmatch(ids.PUBLIC_ID, token)
    for visitor in (browse(), browse(bob)):
        page = visitor.get(f"/s/{token}")
        for words in ("Lamp Practitioner", "Practitioner", "A** L**", "林*", "in force today"):
            assert words in page.text
        hidden = ("Ada Lim", "林薇", certificate.number, certificate.public_id, "City of Example")
        dates = (f"{certificate.issued_on.year}-", str(certificate.valid_until.year))
        main = page.text[page.text.index("<main") : page.text.index("</main")]
        assert not any(words in main for words in (*hidden, dates[1], "Keeps the lamps on."))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    share = only(session)
    assert (share.uses, share.used_on) == (2, clock.now().date()) or share.uses == 2
    assert token not in str(share.token_hash)
    kept = [row.details for row in session.query(AuditEntry) if "share" in row.details]
    assert kept == [{"share": share.id, "fields": 2}]


def test_everything_can_be_chosen_and_the_code_opens_it(browse, make, certificate):
    fields = ("native", "level", "standard", "summary", "issued_on", "valid_until", "number")
    token = make(names="full", **dict.fromkeys(fields, "y"))
    page = browse().get(f"/s/{token}").text
    for words in ("Ada Lim", "林薇", certificate.number, "Keeps the lamps on."):
        assert words in page
    code = browse().get(f"/s/{token}.png")
    assert code.data == qr.png(f"http://localhost:8000/s/{token}")


def test_the_address_is_shown_to_its_maker_only_and_looking_oneself_does_not_count(
    browse, session, make, certificate, ada, bob
):
    token = make()
    made = f"/certificates/{certificate.public_id}/links/{token}"
    page = browse(ada).get(made)
    assert f'data-copy="http://localhost:8000/s/{token}"' in page.text
    browse(ada).get(f"/s/{token}")
    browse().client.head(f"/s/{token}")
    assert only(session).uses == 0
    browse(bob).get(made, expect=404)
    browse(ada).get(made[:-1] + "7", expect=404)
    listed = browse(ada).get(f"/certificates/{certificate.public_id}/").text
    assert "City of Example" in listed
    assert "never opened" in listed
    assert token not in listed


def test_whatever_does_not_hold_answers_alike(browse, session, make, certificate, ada):
    unknown = browse().get(f"/s/{'a' * 26}", expect=404)
    ends = {
        "withdrawn": lambda share: setattr(share, "withdrawn_at", clock.now()),
        "expired": lambda share: setattr(share, "expires_at", clock.now()),
        "closed": lambda _share: setattr(session.get(Person, ada.id), "active", False),
    }
    tokens = {name: make() for name in ends}
    for share, (name, end) in zip(
        session.query(Share).order_by(Share.id), ends.items(), strict=True
    ):
        browse().get(f"/s/{tokens[name]}")
        end(share)
        session.commit()
    cut = re.compile(r'content="[^"]+"|value="[^"]+"')
    for token in (*tokens.values(), "x", "x" * 300):
        gone = browse().get(f"/s/{token}", expect=404)
        assert cut.sub("", gone.text) == cut.sub("", unknown.text)
        assert "ask the person who gave it to you" in gone.text
        assert gone.headers["Cache-Control"] == unknown.headers["Cache-Control"] == "no-store"
        browse().get(f"/s/{token}.png", expect=404)


def test_guessing_is_slowed_down(browse, app, make, monkeypatch):
    token = make()
    monkeypatch.setattr(enquiries, "MOST_MISSES", 2)
    monkeypatch.setitem(app.extensions, enquiries._EXTENSION, {})
    visitor = browse()
    for letter in "ab":
        visitor.get(f"/s/{letter * 26}", expect=404)
    visitor.get(f"/s/{'c' * 26}", expect=429)
    visitor.get(f"/s/{token}", expect=429)


def test_withdrawing_ends_it_at_once_and_is_for_the_holder_only(
    browse, session, make, certificate, ada, bob, rosa
):
    token = make()
    share = only(session)
    url = f"/certificates/{certificate.public_id}/links/{share.public_id}/withdrawn"
    browse(bob).post(url, expect=404)
    browse(rosa).post(url, expect=403)
    browse(ada).post(url)
    first = only(session).withdrawn_at
    browse().get(f"/s/{token}", expect=404)
    browse(ada).post(url)
    assert only(session).withdrawn_at == first
    assert "Withdrawn" in browse(ada).get(f"/certificates/{certificate.public_id}/").text


def test_a_certificate_of_others_is_no_certificate(browse, certificate, bob, rosa):
    for visitor, expect in ((browse(bob), 404), (browse(rosa), 403)):
        visitor.get(f"/certificates/{certificate.public_id}/", expect=expect)
        visitor.post(f"/certificates/{certificate.public_id}/links", FORM, expect=expect)
    assert (
        "/sign-in" in browse().get(f"/certificates/{certificate.public_id}/", expect=303).location
    )


def test_the_page_says_what_became_of_the_certificate(browse, session, make, certificate, rosa):
    token = make()
    register.decide(session, certificate, register.Decision.EXPIRED, reason="x", by=rosa)
    page = browse().get(f"/s/{token}").text
    assert "its period is over" in page
    assert str(certificate.valid_until.year) not in page[page.index("<main") : page.index("</main")]
    register.revoke(session, certificate, reason="Identity was false", by=rosa)
    assert "The issuer withdrew it" in browse().get(f"/s/{token}").text


def test_ends_and_their_bounds(browse, session, make, certificate, ada):
    url = f"/certificates/{certificate.public_id}/links"
    visitor = browse(ada)
    assert "Choose the last day" in visitor.post(url, {**FORM, "ends": "day"}, expect=422).text
    assert "Write who gets" in visitor.post(url, {"names": "full", "ends": "7"}, expect=422).text
    past = {**FORM, "ends": "day", "until": "2020-01-01"}
    assert "within the next five years" in visitor.post(url, past, expect=409).text
    make(ends="none")
    assert only(session).expires_at is None
    day = clock.now().date() + timedelta(days=3)
    make(ends="day", until=day.isoformat())
    last = session.query(Share).order_by(Share.id.desc()).first()
    assert timedelta(days=2) < last.expires_at - clock.now() < timedelta(days=5)


def test_there_is_a_most(session, certificate, ada, monkeypatch):
    monkeypatch.setattr(rules, "MOST_LINKS", 1)
    wish = actions.Wish("x", [], None)
    actions.share(session, certificate, wish, by=ada)
    with pytest.raises(Refused, match="fifty"):
        actions.share(session, certificate, wish, by=ada)


def test_ended_links_and_those_of_closed_accounts_are_forgotten(session, certificate, ada, work):
    wish = actions.Wish("x", [], None)
    old, new = (actions.share(session, certificate, wish, by=ada) for _ in range(2))
    first = session.query(Share).order_by(Share.id).first()
    first.withdrawn_at = clock.now() - rules.KEPT - timedelta(days=1)
    session.flush()
    assert forgetting.forget_ended(session) == 1
    assert queries.live_share(session, new)
    assert not queries.live_share(session, old)
    session.get(Person, ada.id).active = False
    periodic.hasten(session, "credentials.forget_shares")
    work()
    assert session.query(Share).count() == 0
    assert certificate.number  # the register's proof remains
