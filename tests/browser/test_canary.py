"""Nothing of a key reaches a candidate's browser before release: all that arrives is looked through."""

import re

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser import exams
from tests.browser.answering import answer
from tests.browser.people import Account
from tests.browser.room import Room
from tests.browser.site import Site
from tests.factories.bank import HIDDEN

NAMES = re.compile(
    r"""["'](correct|answer_key|share|weight|rationale|why|expected_p|facility|discrimination|"""
    r"""accept|traps|legal_basis|author|sources)["']\s*:"""
)
"""Members of an item, or figures about it, that only the bank may know."""
OUR_SCRIPTS = "/assets/"
EVERYTHING_KEPT = """async () => {
  const found = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})];
  for (const {name} of await indexedDB.databases()) {
    const database = await new Promise((resolve) => {
      indexedDB.open(name).onsuccess = (event) => resolve(event.target.result);
    });
    for (const store of database.objectStoreNames) {
      found.push(JSON.stringify(await new Promise((resolve) => {
        database.transaction(store).objectStore(store).getAll().onsuccess =
          (event) => resolve(event.target.result);
      })));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push(`${request.url} ${await (await cache.match(request)).text()}`);
    }
  }
  return found;
}"""


class Received:
    """Every text a browser was sent, with its address."""

    def __init__(self, context: BrowserContext) -> None:
        self.texts: list[tuple[str, str]] = []
        context.route("**/*", self._pass_on)

    def _pass_on(self, route: Route) -> None:
        reply = route.fetch(max_redirects=0)
        if re.match(r"text/|application/(json|javascript)", reply.headers.get("content-type", "")):
            self.texts.append((route.request.url, reply.text()))
        route.fulfill(response=reply)


def walk_through(site: Site, page: Page, room: Room) -> None:
    """Sit the whole exam as a curious candidate would, and hand in."""
    for place, response in enumerate(exams.key(site, room.public_id).values(), 1):
        answer(room, place, response)
    room.expect_saved()
    room.reload()
    for path in ("paper", "state", "result.json", "other-language"):
        page.evaluate("path => fetch(path).then((reply) => reply.text())", f"{room.url}/{path}")
    page.locator("[data-finish]").click()
    page.locator("[data-hand-in]").click()
    room.expect_result()


def test_no_key_rationale_or_figure_arrives_before_release(
    site: Site, context: BrowserContext, page: Page, ada: Account, exam: str, watch: object
) -> None:
    watch.tolerate(r"status of 40[49]")  # type: ignore[attr-defined]
    received = Received(context)
    slug = exams.define_exam(
        site,
        8,
        release={"result": "after_review", "detail": "items", "answers": "after_release"},
    )
    page.goto(f"/exams/{slug}/")
    room = Room(site, page, exams.begin(site, ada, slug)).open()
    walk_through(site, page, room)
    expect(page.locator("main")).to_be_visible()
    for path in ("/learning/", "/exams/", f"/exams/{slug}/", f"{room.url}/result.json"):
        page.goto(path)
    assert len(received.texts) > 20
    context.unroute_all(behavior="wait")  # whatever is under way is heard to its end
    kept = [("kept on the device", one) for one in page.evaluate(EVERYTHING_KEPT)]
    for where, text in received.texts + kept:
        assert HIDDEN not in text, where
        if OUR_SCRIPTS not in where:
            assert not (found := NAMES.search(text)), f"{where}: {found}"
