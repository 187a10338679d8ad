"""Nothing of keys, reasons, law or statistics reaches a candidate's browser, whatever it asks for."""

import json
import re

from playwright.sync_api import Response, expect

from tests.browser import exams
from tests.browser.databases import either_database
from tests.browser.room import Room
from tests.factories.bank import HIDDEN

KEPT = """
async () => {
  const found = { local: { ...localStorage }, session: { ...sessionStorage }, stores: [] };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
    });
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      found.stores.push(await new Promise((resolve) => { all.onsuccess = () => resolve(all.result); }));
    }
  }
  return JSON.stringify([found, await caches.keys(), document.cookie]);
}
"""
RECEIPT = """
async (url) => (await fetch(url, {
  method: 'POST',
  headers: {
    'Accept': 'application/json',
    'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content,
  },
})).text()
"""
KEYS = re.compile(
    r'"(correct|accept|pairs|tolerance|traps|share|rationale|why|expected_p|facts)"\s*:'
)


class Tap:
    """Keeps the text of everything that a browser was sent."""

    def __init__(self, context):
        self.texts: dict[str, str] = {}
        self.pending: list[Response] = []
        context.on("response", self._note)

    def _note(self, response: Response) -> None:
        kind = response.headers.get("content-type", "")
        if response.status != 303 and re.search("text|json|javascript|svg", kind):
            self.pending.append(response)

    def read(self) -> dict[str, str]:
        """Take down what came; to be called before the page is left."""
        pending, self.pending = self.pending, []
        self.texts |= {response.url: response.text() for response in pending}
        return self.texts


def test_a_crawl_of_all_that_the_browser_receives_finds_no_key(site, new_context, ada, exam, watch):
    watch.tolerate(r"net::ERR_|status of 4")
    context = new_context(ada)
    tap = Tap(context)
    page = context.new_page()
    page.goto(f"/exams/{exam}/")
    expect(page.locator("[data-summary]")).to_have_text("All ready")
    tap.read()
    room = Room(site, page, exams.begin(site, ada, exam)).open()
    for path in ("paper", "state", "result.json", "scratch", "other-language"):
        page.evaluate("async (url) => (await fetch(url)).text()", f"{room.url}/{path}")
    for number in range(1, 12):
        room.go(number)
    room.choose(1, 1)
    room.write(5, "procurement")
    room.expect_saved()
    context.set_offline(True)
    room.choose(3, 1)
    room.expect_line(3, "Kept on this device")
    kept = page.evaluate(KEPT)
    context.set_offline(False)
    room.expect_saved()
    texts = {**tap.read(), "storage": kept, "page": page.content()}
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Hand in", exact=True).click()
    room.expect_result()
    tap.pending = []  # what the room received last went with it; the receipt can be had again
    texts["receipt"] = page.evaluate(RECEIPT, f"{room.url}/submission")
    for path in ("state", "result.json"):
        page.evaluate("async (url) => (await fetch(url)).text()", f"{room.url}/{path}")
    texts |= {**tap.read(), "result": page.content()}
    assert "answers_sha256" in texts["receipt"]
    assert len(texts) > 20
    assert any(url.endswith("/paper") for url in texts)
    for url, text in texts.items():
        assert HIDDEN not in text, url
        assert not KEYS.search(text), (url, KEYS.search(text))


@either_database
def test_the_device_keeps_answers_but_no_questions(room, watch):
    watch.tolerate(r"net::ERR_")
    room.page.context.set_offline(True)
    room.choose(1, 1)
    room.expect_line(1, "Kept on this device")
    found = json.loads(room.page.evaluate(KEPT))[0]
    [[change]] = found["stores"]
    assert set(change) == {
        "id",
        "attempt",
        "client",
        "seq",
        "item",
        "base",
        "after",
        "response",
        "at",
    }
    assert "Which one?" not in json.dumps(found)
    room.page.context.set_offline(False)
    room.expect_saved()
    assert json.loads(room.page.evaluate(KEPT))[0]["stores"] == [[]]
