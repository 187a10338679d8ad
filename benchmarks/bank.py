"""Pages of the bank over 20,000 items: CPU of list, filter, search and near-duplicates.

`.venv/bin/python -m benchmarks.bank [sqlite|postgresql] [items]` makes a database of its own, fills
it with rows like those of the bank, and prints the CPU of each page in milliseconds, that of
PostgreSQL's processes included.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from benchmarks.cpu import children, used
from probity.accounts.roles import Role
from probity.bank import duplicates, filing, rules
from probity.bank.finding import keep
from probity.bank.models import Figures, Folder, Item, ItemVersion, Shelved, Sketch, Tag, Use, Words
from probity.bank.searching import search_text
from probity.kernel import clock
from probity.kernel.db import db
from probity.wiring import create_app
from tests.databases import PostgresServer, environment
from tests.factories import bank as factory
from tests.factories.accounts import add_person, sign_in_client

ITEMS, REPEATS, AT_ONCE = 20_000, 20, 500
NOUNS = [
    "lamp",
    "desk",
    "bridge",
    "school",
    "hospital",
    "notice",
    "tender",
    "bid",
    "price",
    "contract",
    "supplier",
    "expert",
]
VERBS = [
    "buys",
    "signs",
    "opens",
    "challenges",
    "publishes",
    "compares",
    "delivers",
    "inspects",
    "rejects",
]
HANZI = "采购人供应商投标文件评审专家合同价格公告质疑投诉验收预算限额框架协议竞争谈判询价单一来源"
STATES = ("draft", "in_review", "approved", "active", "retired")
PAGES = {
    "first page": "",
    "page 200": "?page=200",
    "state": "?state=in_review",
    "domain and level": "?domain=GPP-3&cognitive=apply",
    "folder": "?folder=3",
    "tag": "?tag=tag7",
    "search, rare": "?q=w4711",
    "search, common": "?q=tender+bridge",
    "search, Chinese": "?q=采购人",
    "search and filter": "?q=tender&domain=GPP-2&state=active",
    "hard ones": "?figures=hard",
}


def content(number: int, rng: Random) -> dict[str, object]:
    """An item of about the length of real ones, unlike all others."""
    words = [f"w{rng.randrange(40_000)}", *rng.choices(NOUNS, k=6), *rng.choices(VERBS, k=3)]
    rng.shuffle(words)
    chinese = "".join(rng.choices(HANZI, k=40))
    options = [
        {
            "id": f"o{place}",
            "text": {"en": " ".join(rng.choices(NOUNS, k=7)), "zh-Hans": chinese[place:]},
            "correct": place == 1,
            "why": factory.text("Because the rule says so in plain words."),
        }
        for place in range(4)
    ]
    return factory.content(
        "single",
        f"GPP-{number:07}",
        stem={"en": f"{' '.join(words)}?", "zh-Hans": chinese},
        options=options,
        domain=f"GPP-{1 + number % 8}",
        cognitive=("remember", "apply", "analyse")[number % 3],
    )


def fill(session: Session, items: int) -> None:
    """Rows written in bulk; what actions would do besides is written with them."""
    rng, now = Random(1), clock.now()
    folders = [filing.add_folder(session, f"Folder {n}", None) for n in range(1, 41)]
    for start in range(1, items + 1, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, items + 1))
        contents = {number: content(number, rng) for number in numbers}
        _insert(session, contents, folders, now)
        for number, one in contents.items():
            keep(session, number, search_text(one))
    session.commit()


def _insert(
    session: Session, contents: dict[int, dict], folders: list[Folder], now: object
) -> None:
    def state(number: int) -> str:
        return STATES[number % len(STATES)]

    session.execute(insert(Item), [
        {"id": n, "ref": one["id"], "kind": "single", "partition": "practice", "state": state(n),
         "current": 1, "live": 1 if state(n) == "active" else None,
         "folder_id": folders[n % len(folders)].id}
        for n, one in contents.items()
    ])  # fmt: skip
    session.execute(insert(ItemVersion), [
        {"id": n, "item_id": n, "number": 1, "content": one, "sha256": rules.digest(one),
         "domain": one["domain"], "competency": "PR01.F", "cognitive": one["cognitive"],
         "expected_p": "0.65", "points": 1, "is_scorable": True, "is_bilingual": n % 9 > 0,
         "source": "bench", "created_at": now, "note": ""}
        for n, one in contents.items()
    ])  # fmt: skip
    session.execute(insert(Tag), [{"item_id": n, "tag": f"tag{n % 50}"} for n in contents])
    session.execute(insert(Sketch), [
        {"band": band, "item_id": n} for n, one in contents.items() for band in duplicates.bands(one)
    ])  # fmt: skip
    session.execute(insert(Use), [
        {"item_id": n, "place": "exam/GP-X1", "shown": n % 300, "last_at": now} for n in contents
    ])  # fmt: skip
    session.execute(insert(Figures), [
        {"item_id": n, "version_id": n, "answers": 90, "facility": n % 100 / 100,
         "discrimination": 0.3, "counted_at": now}
        for n in contents
    ])  # fmt: skip
    session.execute(insert(Shelved), [
        {"item_id": n, "place": "practice", "partition": "practice", "version_id": n}
        for n in contents if state(n) in {"in_review", "approved", "active"}
    ])  # fmt: skip


def cpu(run: Callable[[], object], server: int | None) -> float:
    """Milliseconds of CPU of one run: this process, and the database's server if it has one."""
    below, start = [server, *children(server)] if server else [], time.process_time()
    before = used(below)
    for _ in range(REPEATS):
        run()
    spent = time.process_time() - start + used(below) - before
    return spent * 1000 / REPEATS


def measure(app: Flask, items: int, server: int | None) -> Iterator[tuple[str, float]]:
    with app.app_context():
        db.create_all()
        session = db.session()
        ivy = add_person(session, "ivy@example.org", Role.INSTRUCTOR, name_latin="Ivy Chen")
        started = time.perf_counter()
        fill(session, items)
        yield f"filled {items} items, s", time.perf_counter() - started
        asked = session.get_one(ItemVersion, items // 2).content
        known = session.scalar(select(func.count()).select_from(Words))
        assert known == items
        client = sign_in_client(app, session, ivy)
        for query in PAGES.values():
            client.get(f"/studio/items/{query}")
        gc.collect()
        gc.freeze()  # what filling left behind is nothing that a server would have to walk
        for name, query in PAGES.items():
            yield name, cpu(lambda q=query: client.get(f"/studio/items/{q}"), server)  # type: ignore[misc]
        yield "near-duplicates", cpu(lambda: duplicates.near(session, asked, 5), server)
        session.rollback()


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    items = int(sys.argv[2]) if len(sys.argv) > 2 else ITEMS
    with TemporaryDirectory(prefix="probity-bank-") as folder:
        server = PostgresServer(Path(folder)) if kind == "postgresql" else None
        if server:
            server.start()
        url = server.create_database("bank") if server else f"sqlite:///{folder}/bank.db"
        try:
            pid = int((server.data / "postmaster.pid").read_text().split()[0]) if server else None
            app = create_app(environment(url, Path(folder) / "instance"), TESTING=True)
            for name, figure in measure(app, items, pid):
                print(f"{kind:11} {name:24} {figure:8.1f}", flush=True)
        finally:
            if server:
                server.stop()


if __name__ == "__main__":
    main()
