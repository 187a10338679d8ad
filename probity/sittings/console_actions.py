"""What an invigilator does from the console, and what it came to in one sentence."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from probity.exams import supervision
from probity.exams.supervision import Done
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed, ngettext
from probity.kernel.permissions import Actor
from probity.sittings import actions, console_labels
from probity.sittings.models import Registration, Sitting

TICKED, EVERYBODY, ROOM = "ticked", "everybody", "room:"
MOST_NAMED = 8

Act = Callable[[Sequence[int]], Done]


def lock_chosen(
    session: Session, sitting: Sitting, scope: str, ticked: Sequence[int]
) -> Sequence[Registration]:
    """The registrations an act is for, held in the order of their ids.

    `scope` is everybody, the candidates ticked, or `room:` with the name of a room.
    """
    query = select(Registration).where(Registration.sitting_id == sitting.id)
    if scope.startswith(ROOM):
        query = query.where(Registration.room == scope.removeprefix(ROOM))
    elif scope != EVERYBODY:
        query = query.where(Registration.id.in_(ticked))
    query = query.order_by(Registration.id).options(defer(Registration.paper)).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    if not found:
        raise Refused(
            _("Tick at least one candidate, or choose a room or everybody."), "nobody-chosen"
        )
    return found


def authorise(session: Session, chosen: Sequence[Registration], *, by: Actor) -> str:
    """Let the chosen people start."""
    new = actions.authorise(session, chosen, by=by)
    words = ngettext("%(num)d candidate may start.", "%(num)d candidates may start.", new)
    already = len(chosen) - new
    if already:
        words += " " + ngettext("%(num)d could already.", "%(num)d could already.", already)
    return str(words)


def supervise(chosen: Sequence[Registration], act: Act) -> str:
    """Do something to the attempts of the chosen people; says for whom it was done, and why not."""
    attempts = {one.attempt_id: one for one in chosen if one.attempt_id is not None}
    done = act(list(attempts))
    sentences = [
        ngettext("Done for %(num)d candidate.", "Done for %(num)d candidates.", len(done.changed))
    ]
    waiting = [one for one in chosen if one.attempt_id is None]
    left_alone = [(one, "not-started") for one in waiting]
    left_alone += [(attempts[attempt.id], str(why)) for attempt, why in done.skipped]
    sentences += _left_alone(left_alone)
    return " ".join(map(str, sentences))


def _left_alone(found: Sequence[tuple[Registration, str]]) -> list[str]:
    """Who was left alone, by the reason."""
    sentences = []
    for reason in dict.fromkeys(why for _one, why in found):
        places = [one for one, why in found if why == reason]
        more = len(places) - MOST_NAMED
        named = listed([one.person.name_latin for one in places[:MOST_NAMED]])
        if more > 0:
            named = _("%(names)s and %(more)d more", names=named, more=more)
        sentences.append(f"{console_labels.SKIPS[reason]}: {named}.")
    return sentences


def end(session: Session, place: Registration, reason: str, *, by: Actor) -> str:
    """End one candidate's exam."""

    def act(attempts: Sequence[int]) -> Done:
        return supervision.end(session, attempts[0], reason, by=by) if attempts else Done()

    return supervise([place], act)
