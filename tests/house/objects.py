"""What the parameters of each route stand for: something of one's own, of another's, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.accounts import actions as accounts
from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.api import actions as api
from probity.assembly.models import Form
from probity.bank import filing
from probity.bank.models import Bulk, Item
from probity.credentials import bulk, correcting
from probity.credentials.bulk import Selection
from probity.credentials.bulkchecks import actions as tables
from probity.credentials.control import actions as control
from probity.credentials.control.models import DualControl
from probity.credentials.designs import actions as designs
from probity.credentials.models import Correction
from probity.credentials.paper.design import Design
from probity.credentials.queries import by_public_id
from probity.credentials.receipts import actions as receipts
from probity.credentials.rules import CorrectionState
from probity.credentials.sharing import actions as sharing
from probity.credentials.sharing import consent, profiles
from probity.credentials.sharing.models import BadgeAssertion
from probity.credentials.watching import queries as watching
from probity.credentials.watching.models import Watch, WatchState, Webhook
from probity.exams import actions as exams
from probity.exams.actions import set_admission
from probity.exams.models import Admission, Exam
from probity.exchange import actions as imports
from probity.exchange import exporting
from probity.exchange.actions import Upload
from probity.exchange.completing import Choices
from probity.kernel import clock, ids, jobs
from probity.kernel.jobs import Job, JobState
from probity.kernel.permissions import SYSTEM
from probity.sittings import entitlements, incidents
from probity.sittings.models import Fault, Sitting
from tests.factories.accounts import add_person
from tests.factories.assembly import add_forms, fill_bank
from tests.factories.credentials import add_certifying_exam, only_certificate, pass_exam
from tests.factories.exams import start_attempt
from tests.factories.sittings import add_sitting, entitle, opening_in, place_of

Values = dict[str, Any]


@dataclass
class World:
    """One of each thing that an address can name."""

    session: Session
    exam: Exam
    bob: Person
    certificate: str
    item: str
    job: int
    invitation: str
    passed: str
    form: Form
    shared: str = ""

    def attempt(self, person: Person, *, closed: bool = False) -> Values:
        attempt = start_attempt(self.session, self.exam, person)
        if closed:
            exams.close(self.session, attempt, by=person)
        return {"attempt_id": attempt.public_id}

    def sitting(self) -> Values:
        sitting = add_sitting(self.session, self.exam, self.bob, **opening_in(days=self.days()))
        set_admission(self.session, self.exam, Admission.OPEN, by=SYSTEM)
        place = place_of(self.session, sitting, self.bob)
        return {"public_id": sitting.public_id, "number": place.id}

    def days(self) -> int:
        """A day of its own for each sitting: nobody can be in two at once."""
        return 2 + (self.session.scalar(select(func.count()).select_from(Sitting)) or 0)

    def receipt(self) -> str:
        """A verification receipt that somebody asked for."""
        return receipts.ask(self.session, "sealed", {"answer": {}}, clock.now())

    def share(self) -> str:
        """A link that Bob made to his certificate; one, for there is a most."""
        if self.shared:
            return self.shared
        certificate = by_public_id(self.session, self.certificate)
        assert certificate is not None
        wish = sharing.Wish("x", [], None)
        self.shared = sharing.share(self.session, certificate, wish, by=self.bob)
        return self.shared

    def profile(self) -> str:
        """Bob's public profile."""
        choice = profiles.Choice("bob-of-world", [self.certificate], searchable=False)
        profile = profiles.save(self.session, choice, by=self.bob)
        profiles.switch(self.session, profile, on=True, by=self.bob)
        return profile.handle

    def badge(self, *, its_class: bool = False) -> str:
        """Bob's badge of the older standard, or what it stands for."""
        certificate = by_public_id(self.session, self.certificate)
        assert certificate is not None
        consent.agree(self.session, certificate, by=self.bob)
        self.session.flush()
        made = self.session.get_one(BadgeAssertion, certificate.id)
        return made.badge_token if its_class else made.token

    def correction(self) -> str:
        """A corrected name that waits for the registrar."""
        certificate = by_public_id(self.session, self.certificate)
        assert certificate is not None
        waiting = correcting.waiting_for(self.session, certificate)
        if waiting is not None:
            return waiting.public_id
        asked = Correction(
            public_id=ids.public_id(),
            certificate=certificate,
            name_latin="Bobby Okoro",
            name_native=None,
            words="",
            evidence_name="passport.pdf",
            evidence_sha256="0" * 64,
            storage_key=f"corrections/{ids.public_id()}.pdf",
            state=CorrectionState.WAITING,
            asked_at=clock.now(),
            asked_by_id=self.bob.id,
        )
        self.session.add(asked)
        self.session.flush()
        return asked.public_id

    def bulk(self) -> str:
        """A revocation of many certificates that another person prepared."""
        certificate = by_public_id(self.session, self.certificate)
        assert certificate is not None
        chosen = Selection(None, None, None, certificate.number)
        made = bulk.prepare(self.session, chosen, reason="Because.", by=self.proposer())
        return made.public_id

    def design(self) -> str:
        """A design of certificates that waits for its proof."""
        return designs.create(self.session, "Fine", Design(), by=SYSTEM).key

    def proposer(self) -> Person:
        """Somebody new who may propose what two people must want."""
        count = self.session.scalar(select(func.count()).select_from(DualControl)) or 0
        return add_person(self.session, f"proposer{count}@world.example", Role.REGISTRAR)

    def proposal(self) -> int:
        """Something about keys that another person proposed."""
        proposer = self.proposer()
        count = self.session.scalar(select(func.count()).select_from(DualControl)) or 0
        proposed = control.propose(
            self.session,
            kind="key-rotation",
            subject=f"key/{count}",
            reason="Because.",
            payload={"since": None},
            by=proposer,
        )
        return proposed.id

    def opened(self, person: Person) -> Values:
        opened, _token = accounts.start_session(
            self.session, person, user_agent="Test", multi_factor=True
        )
        return {"public_id": opened.public_id}


def build_world(session: Session, folder: Path, work: Any) -> World:
    """A course, an exam, a certificate of Bob's, a duty that stopped, an open invitation."""
    exam = add_certifying_exam(session, folder)
    bob = add_person(session, "bob@world.example", Role.CANDIDATE)
    passed = pass_exam(session, exam, bob).public_id
    work()
    certificate = only_certificate(session).public_id
    jobs.enqueue(session, "mail.deliver", key="stopped", letter="none")
    job = session.scalars(select(Job).where(Job.key == "stopped")).one()
    job.state = JobState.DEAD
    _invitation, token = accounts.invite(
        session, email="new@world.example", name="New Person", roles=[Role.CANDIDATE], by=SYSTEM
    )
    fill_bank(session)
    form = add_forms(session, bob).forms[0]
    session.commit()
    return World(session, exam, bob, certificate, "GPP-0001", job.id, token, passed, form)


def variants(world: World, route: str, me: Person | None) -> dict[str, Values]:
    """The objects to ask this route for, by what they are to this person."""
    for prefix, choose in KINDS.items():
        if route.startswith(prefix):
            return choose(world, me)
    raise KeyError(f"Tell tests/house/objects.py what the parameters of {route} stand for.")


def _attempts(world: World, me: Person | None) -> dict[str, Values]:
    own = {}
    if me is not None:  # closed first: a start gives back the attempt that is open
        own["own, handed in"] = world.attempt(me, closed=True)
        own["own"] = world.attempt(me)
    return {**own, "another's": world.attempt(world.bob), "none": {"attempt_id": UNKNOWN}}


def _of_exam(world: World, _me: Person | None) -> dict[str, Values]:
    """An exam, with the attempt that passed it."""
    there = {"code": world.exam.code, "attempt_id": world.passed}
    return {"there": there, "none": {**there, "code": UNKNOWN, "attempt_id": UNKNOWN}}


def _sessions(world: World, me: Person | None) -> dict[str, Values]:
    own = {"own": world.opened(me)} if me is not None else {}
    return {**own, "another's": world.opened(world.bob), "none": {"public_id": UNKNOWN}}


def _fixed(**there: Any) -> Callable[[World, Person | None], dict[str, Values]]:
    """Something that exists for everybody, and something that does not."""

    def choose(world: World, _me: Person | None) -> dict[str, Values]:
        found = {name: value(world) if callable(value) else value for name, value in there.items()}
        first = next(iter(found))
        return {"there": found, "none": {**found, first: UNKNOWN_TYPES[type(found[first])]}}

    return choose


def _bulk(world: World, me: Person | None) -> dict[str, Values]:
    """An act on many items of one's own and of another's."""

    def done_by(person: Person) -> Values:
        row = Bulk(
            person_id=person.id, act="tag", value="x", before=[], at=clock.now(), undone_at=None
        )
        world.session.add(row)
        world.session.flush()
        return {"number": row.id}

    own = {"own": done_by(me)} if me is not None else {}
    return {**own, "another's": done_by(world.bob), "none": {"number": 999_999}}


def _filters(world: World, me: Person | None) -> dict[str, Values]:
    kept = filing.save_filter(world.session, "Mine", "state=draft", by=me or world.bob)
    world.session.flush()
    return {"there": {"number": kept.id}, "none": {"number": 999_999}}


def _folders(world: World, _me: Person | None) -> dict[str, Values]:
    folder = filing.add_folder(world.session, "Law", None)
    return {"there": {"number": folder.id}, "none": {"number": 999_999}}


def _renderings(world: World, me: Person | None) -> dict[str, Values]:
    """A page that is being made, and one that another registrar asked for."""

    def asked(person: Person) -> Values:
        made = designs.preview(world.session, Design(), "usual", by=person)
        return {"token": made.token, "number": 0}

    own = {"own": asked(me)} if me is not None else {}
    unknown = {"token": UNKNOWN, "number": 0}
    return {**own, "another's": asked(world.bob), "none": unknown}


def _imports(world: World, me: Person | None) -> dict[str, Values]:
    """An import of one's own that is being read, and one that only who reads secure items may see."""

    def begun(person: Person) -> Values:
        upload = Upload("questions.csv", "exchange/none", "0" * 64, 1)
        batch = imports.begin(world.session, [upload], Choices(), by=person)
        return {"public_id": batch.public_id, "sha256": "0" * 64}

    own = {"own": begun(me)} if me is not None else {}
    unknown = {"public_id": UNKNOWN, "sha256": "0" * 64}
    return {**own, "a colleague's": begun(world.bob), "none": unknown}


def _exports(world: World, me: Person | None) -> dict[str, Values]:
    """An export of one's own that is being written, and one of another's."""
    rows = world.session.scalars(select(Item).where(Item.ref == world.item)).all()

    def asked(person: Person) -> Values:
        export = exporting.ask(world.session, rows, "probity", by=person)
        return {"public_id": export.public_id}

    own = {"own": asked(me)} if me is not None else {}
    return {**own, "another's": asked(world.bob), "none": {"public_id": UNKNOWN}}


def _sittings(world: World, _me: Person | None) -> dict[str, Values]:
    """A sitting to come with Bob on its roster, of an exam that stays open to everybody else."""
    other = world.sitting()
    unknown = {"public_id": UNKNOWN, "number": 999_999}
    return {"there": other, "none": unknown}


def _incidents(world: World, _me: Person | None) -> dict[str, Values]:
    """An incident of a sitting; it began before anybody could start."""
    there = world.sitting()
    sitting = world.session.scalars(
        select(Sitting).where(Sitting.public_id == there["public_id"])
    ).one()
    incident = incidents.report(
        world.session,
        sitting,
        room=None,
        fault=Fault.POWER,
        note="Dark",
        began_at=clock.now(),
        by=SYSTEM,
    )
    unknown = {"public_id": UNKNOWN, "number": 999_999}
    return {"there": {**there, "number": incident.id}, "none": unknown}


def _entitled(world: World, _me: Person | None) -> dict[str, Values]:
    granted = entitle(world.session, world.bob, "5/4")
    there = {"public_id": world.bob.public_id, "number": granted.id}
    entitlements.withdraw(world.session, granted, "For the next one", by=SYSTEM)
    return {"there": there, "none": {"public_id": UNKNOWN, "number": 999_999}}


def _keys(world: World, me: Person | None) -> dict[str, Values]:
    """A key for programs of one's own, and one of another's."""

    def made(person: Person) -> Values:
        key, _token = api.make(world.session, person, "Program", 30)
        api.revoke(world.session, key, by=person)
        return {"public_id": key.public_id}

    own = {"own": made(me)} if me is not None else {}
    return {**own, "another's": made(world.bob), "none": {"public_id": UNKNOWN}}


def _tables(world: World, me: Person | None) -> dict[str, Values]:
    """A table of one's own that is being read, and one of another's."""

    def begun(person: Person) -> Values:
        table = tables.begin(
            world.session, "a.csv", "0" * 64, f"tables/{ids.public_id()}", "en", by=person
        )
        table.created_at -= timedelta(days=2)  # a day has its limits
        return {"public_id": table.public_id, "kind": "csv"}

    own = {"own": begun(me)} if me is not None else {}
    unknown = {"public_id": UNKNOWN, "kind": "csv"}
    return {**own, "another's": begun(world.bob), "none": unknown}


def _watches(world: World, me: Person | None) -> dict[str, Values]:
    """A wish of one's own to watch Bob's certificate, and one of somebody else."""
    certificate = by_public_id(world.session, world.certificate)
    assert certificate is not None

    def asked(person: Person) -> Values:
        watch = watching.latest(world.session, certificate.id, person.id) or Watch(
            public_id=ids.public_id(),
            certificate=certificate,
            watcher=person,
            purpose="Because.",
            state=WatchState.ASKED,
            asked_at=clock.now(),
            status="",
        )
        world.session.add(watch)
        world.session.flush()
        return {"public_id": watch.public_id, "answer": "agreed"}

    other = add_person(world.session, f"{ids.public_id()}@world.example", Role.CANDIDATE)
    own = {"own": asked(me)} if me is not None and me is not world.bob else {}
    unknown = {"public_id": UNKNOWN, "answer": "agreed"}
    return {**own, "another's": asked(other), "none": unknown}


def _webhooks(world: World, me: Person | None) -> dict[str, Values]:
    """A webhook of one's own, and one of another's."""

    def added(person: Person) -> Values:
        hook = Webhook(
            public_id=ids.public_id(),
            person=person,
            url="https://hook.example/",
            failures=0,
            created_at=clock.now(),
            gave_up=False,
        )
        world.session.add(hook)
        world.session.flush()
        return {"public_id": hook.public_id, "delivery_id": 999_999}

    own = {"own": added(me)} if me is not None else {}
    unknown = {"public_id": UNKNOWN, "delivery_id": 999_999}
    return {**own, "another's": added(world.bob), "none": unknown}


def _nothing(name: str) -> Callable[[World, Person | None], dict[str, Values]]:
    """Tokens that only their own tests can make."""
    return lambda _world, _me: {"none": {name: UNKNOWN}}


UNKNOWN = "z" * 26
UNKNOWN_TYPES: dict[type, Any] = {str: UNKNOWN, int: 999_999}
KINDS = {
    "/account/sessions/": _sessions,
    "/account/": _nothing("token"),
    "/admin/duties/": _fixed(job_id=lambda world: world.job),
    "/admin/people/": _fixed(public_id=lambda world: world.bob.public_id, role="auditor"),
    "/attempts/": _attempts,
    "/verify/receipts/": _fixed(token=lambda world: world.receipt()),
    "/c/": _fixed(public_id=lambda world: world.certificate),
    "/badges/2.0/assertions/": _fixed(token=lambda world: world.badge()),
    "/badges/2.0/classes/": _fixed(token=lambda world: world.badge(its_class=True)),
    "/certificates/profile/": lambda _world, _me: {"": {"state": "off"}},
    "/api/v1/certificates/": _fixed(public_id=lambda world: world.certificate),
    "/certificates/watchers/": _watches,
    "/certificates/": _fixed(
        public_id=lambda world: world.certificate, token=lambda world: world.share(), share_id="z"
    ),
    "/confirm/": _nothing("token"),
    "/courses/": _fixed(course="lamps", lesson="first-light"),
    "/employer/keys/": _keys,
    "/employer/tables/": _tables,
    "/employer/watches/": _watches,
    "/employer/webhooks/": _webhooks,
    "/exams/media/": _fixed(version_id=1, sha256="0" * 64),
    "/exams/": _fixed(slug=lambda world: world.exam.slug),
    "/invitations/": _fixed(token=lambda world: world.invitation),
    "/log/": _fixed(level=0, place="000"),
    "/media/": _fixed(version_id=1, sha256="0" * 64),
    "/people/": _fixed(handle=lambda world: world.profile()),
    "/practice/": _fixed(ref=lambda world: world.item),
    "/receipts/": _attempts,
    "/reset/": _nothing("token"),
    "/s/": _fixed(token=lambda world: world.share()),
    "/sign-in/passkey/": _nothing("token"),
    "/studio/accommodations/": _entitled,
    "/studio/blueprints/": _fixed(number=lambda world: world.form.set.revision.blueprint_id),
    "/studio/certificates/bulk/": _fixed(public_id=lambda world: world.bulk()),
    "/studio/certificates/corrections/": _fixed(public_id=lambda world: world.correction()),
    "/studio/certificates/designs/choices/": _fixed(code=lambda world: world.exam.code),
    "/studio/certificates/designs/renderings/": _renderings,
    "/studio/certificates/designs/": _fixed(key=lambda world: world.design()),
    "/studio/certificates/duties/": _fixed(job_id=lambda world: world.job),
    "/studio/certificates/": _fixed(
        public_id=lambda world: world.certificate, decision="revoked", change_id=999_999
    ),
    "/studio/exams/": _of_exam,
    "/studio/exports/": _exports,
    "/studio/form-sets/": _fixed(number=lambda world: world.form.set_id),
    "/studio/forms/": _fixed(
        number=lambda world: world.form.id, item=lambda world: world.form.items[0][1]
    ),
    "/studio/imports/templates/": _fixed(name="questions.csv"),
    "/studio/imports/": _imports,
    "/studio/items/bulk/": _bulk,
    "/studio/items/files/": _fixed(sha256="0" * 64),
    "/studio/items/filters/": _filters,
    "/studio/items/folders/": _folders,
    "/studio/items/": _fixed(
        ref=lambda world: world.item,
        number=1,
        other="GPP-0002",
        public_id=lambda world: world.bob.public_id,
    ),
    "/status/": _fixed(list_id=1, purpose="revocation"),
    "/studio/keys/proposals/": _fixed(proposal_id=lambda world: world.proposal()),
    "/studio/keys/": _fixed(key_id=f"demo-{clock.now().year}-1", act="key-rotation"),
    "/studio/sittings/admission/": _fixed(code=lambda world: world.exam.code),
    "/studio/sittings/<public_id>/incidents/": _incidents,
    "/studio/sittings/": _sittings,
    "/studio/results/": _of_exam,
}
"""By the beginning of the route, the longer one first."""
