"""Lines that break, repeat, delay and shorten what is sent over them."""

from urllib.parse import urlsplit

from faults.proxy import LosesReplies, Mangles
from faults.trial import POSTGRESQL, Trial, case

SAVE = b"/responses HTTP/"
HAND_IN = b"/submission HTTP/"


@case(
    "F6a",
    "The reply of the database is lost after it has committed",
    "a proxy between site and PostgreSQL passes a message on, throws the reply away and cuts the line",
    "The save is acknowledged once, with the version it got the first time; a hand-in stays one",
    (POSTGRESQL,),
)
def database_reply_lost(trial: Trial) -> None:
    proxy = trial.proxy(trial.site.cluster.socket)
    name = urlsplit(trial.site.url).path.lstrip("/")
    through = f"postgresql://postgres@127.0.0.1:{proxy.port}/{name}?sslmode=disable"
    node = trial.own_node(DATABASE_URL=through)
    people = trial.people(trial.either(6, 12), node.port)
    proxy.habit = lambda: LosesReplies(trial.rng, 0.03, proxy.counts)
    proxy.cut_all()  # the lines of before keep their good habits
    with trial.saving(people):
        trial.saved_before(trial.either(150, 1500), 120)
    receipts = [person.hand_in() for person in people]
    trial.claim("The same receipt again", [one.hand_in() for one in people] == receipts)
    trial.claim("Replies were lost", proxy.counts["replies lost"] > 0)
    trial.figures["database replies lost"] = proxy.counts["replies lost"]


@case(
    "F6b",
    "The reply of the site is lost after it has committed",
    "a proxy between candidate and site passes a save or a hand-in on, throws the reply away and cuts",
    "The device sends the same save again and gets the version of the first time; one hand-in",
)
def site_reply_lost(trial: Trial) -> None:
    door = trial.proxy(("127.0.0.1", trial.node.port))
    people = trial.people(trial.either(6, 12), door.port)
    door.habit = lambda: LosesReplies(trial.rng, 0.15, door.counts, SAVE)
    door.cut_all()
    with trial.saving(people):
        trial.saved_before(trial.either(200, 1500), 120)
    lost = door.counts["replies lost"]
    door.habit = lambda: LosesReplies(trial.rng, 0.5, door.counts, HAND_IN)
    door.cut_all()
    receipts = [person.hand_in() for person in people]
    trial.claim("The same receipt again", [one.hand_in() for one in people] == receipts)
    trial.claim("Replies were lost", lost > 0)
    trial.figures |= {
        "save replies lost": lost,
        "hand-in replies lost": door.counts["replies lost"] - lost,
    }


@case(
    "F13",
    "Requests arrive twice, late, out of order and cut short",
    "a proxy sends every third save again one to four times within two seconds, delays and truncates",
    "The state is that of the saves in the order in which each device sent them",
)
def mangled(trial: Trial) -> None:
    door = trial.proxy(("127.0.0.1", trial.node.port))
    people = trial.people(trial.either(6, 12), door.port)
    door.habit = lambda: Mangles(trial.rng, door.counts, SAVE)
    door.cut_all()
    with trial.saving(people):
        trial.saved_before(trial.either(200, 1500), 120)
    door.settle()
    replays = {word: n for word, n in door.counts.items() if word.startswith("replay")}
    codes = {word.rsplit(" ", 1)[-1] for word in replays}
    trial.claim("A replay is acknowledged again or refused", codes <= {"200", "409", "503"})
    trial.claim("It happened", door.counts["sent again"] and door.counts["truncated"])
    trial.figures |= dict(door.counts)
    last = {
        person.client: {item: version for item, version in person.versions.items() if version}
        for person in people
    }
    again = {
        person.client: {item: v for item, v in person.open_room().versions.items() if v}
        for person in people
    }
    trial.claim("Every device finds the versions it was told", last == again)
