"""Without a line: a whole exam, a reload, a device that never comes back, a store that refuses."""

import json
import re

import pytest
from playwright.sync_api import expect

from probity.exams import recovery_keys
from tests.browser import exams
from tests.browser.accessibility import axe
from tests.browser.answering import answer
from tests.browser.appearance import looks, sideways
from tests.browser.databases import any_database, either_database
from tests.browser.room import READY, Room

HOLDING = "html[data-holding-ready]"


@pytest.fixture(autouse=True)
def _line_away(watch):
    watch.tolerate(r"net::ERR_|status of 50[23]")


@pytest.fixture
def room(room):
    """The stand-in for the room has arrived: from now on the line may go."""
    room.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return room


def reload_offline(room):
    """Reload as somebody who confirms that unsent answers are left behind."""
    room.page.once("dialog", lambda dialog: dialog.accept())
    room.page.reload()
    room.page.wait_for_selector(HOLDING)


def unsealed(room, download):
    """The changes in a file, as the exam office reads them."""
    sealed = recovery_keys.read(download.path().read_bytes())
    with room.site.app.test_request_context():
        secret = str(room.site.app.config["SECRET_KEY"])
        return recovery_keys.unseal(secret, sealed).changes


def test_a_whole_exam_is_sat_offline_after_the_start(room):
    key = exams.key(room.site, room.public_id)
    room.page.context.set_offline(True)
    for number, response in enumerate(key.values(), start=1):
        answer(room, number, response)
    room.go(1)
    room.expect_banner("You are offline. Keep going. 11 answers are safe on this device")
    assert room.stored() == {}
    reload_offline(room)
    holding = room.page.locator("main")
    expect(holding).to_contain_text("11 answers are safe on this device and will be sent.")
    expect(holding).to_contain_text(
        re.compile(r"The exam ends at \d\d:\d\d, .* in about \d+ min\.")
    )
    assert "Which one?" not in room.page.content()
    room.page.context.set_offline(False)
    room.page.wait_for_selector(READY)
    room.expect_saved()
    assert room.stored() == key
    room.page.get_by_role("button", name="Finish").click()
    expect(room.page.locator("[data-finish-text]")).to_contain_text("11 of 11")
    room.page.get_by_role("button", name="Hand in", exact=True).click()
    room.expect_result()
    assert room.stored() == key
    assert exams.attempt_of(room.site, room.public_id).answered == len(key)


def test_a_killed_server_or_a_gateway_leads_to_the_holding_page_and_back(room):
    wanted = room.choose(1, 2)
    room.expect_saved()
    room.site.kill_web()
    room.page.reload()
    room.page.wait_for_selector(HOLDING)
    expect(room.page.locator("main")).to_contain_text("Every answer of this device has been sent.")
    room.site.start_web()
    room.page.wait_for_selector(READY)
    assert room.chosen(1) == [wanted]


@either_database
def test_the_stand_in_keeps_no_question(room):
    kept = room.page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              found.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
            }
          }
          return found;
        }"""
    )
    paths = [path for path, _text in kept]
    assert "/attempts/offline" in paths
    assert any(path.endswith("/js/exam/holding.js") for path in paths)
    assert all(path == "/attempts/offline" or path.startswith("/assets/") for path in paths)
    assert not [path for path, text in kept if "Which one?" in text or room.public_id in text]


@either_database
def test_waiting_answers_go_into_a_file_that_only_the_exam_office_reads(room):
    room.page.context.set_offline(True)
    chosen = room.choose(1, 2)
    room.write(5, "采购限额标准")
    room.go(1)
    with room.page.expect_download() as file:
        room.page.get_by_role("button", name="Save my answers to a file").click()
    assert file.value.suggested_filename == f"probity-answers-{room.public_id}.json"
    expect(room.page.get_by_role("dialog", name="Your answers are in a file")).to_contain_text(
        "Questions with answers in the file: 2"
    )
    changes = unsealed(room, file.value)
    assert {change["item"]: change["response"] for change in changes} == {
        "q1": chosen,
        "q5": "采购限额标准",
    }
    sealed = json.loads(file.value.path().read_text())
    assert set(sealed) == {"format", "attempt", "epk", "iv", "salt", "ciphertext"}
    assert "d" not in sealed["epk"]
    room.page.keyboard.press("Escape")
    reload_offline(room)
    with room.page.expect_download() as again:
        room.page.get_by_role("button", name="Save my answers to a file").click()
    assert unsealed(room, again.value) == changes
    assert again.value.path().read_text() != file.value.path().read_text()
    room.page.context.set_offline(False)
    room.page.wait_for_selector(READY)
    room.expect_saved()
    assert room.stored() == {"q1": chosen, "q5": "采购限额标准"}


@either_database
def test_a_hand_in_that_waits_offers_the_file(room):
    room.page.context.set_offline(True)
    room.choose(1, 1)
    room.page.get_by_role("button", name="Finish").click()
    room.page.get_by_role("button", name="Hand in", exact=True).click()
    dialog = room.page.get_by_role("dialog", name="Handing in")
    with room.page.expect_download() as file:
        dialog.get_by_role("button", name="Save my answers to a file").click()
    assert [change["item"] for change in unsealed(room, file.value)] == ["q1"]
    room.page.keyboard.press("Escape")
    room.page.context.set_offline(False)
    room.expect_result()


@any_database
@pytest.mark.parametrize("works_until", ["open", "write"])
def test_a_device_that_refuses_storage_says_so_and_answers_still_arrive(
    site, page, ada, exam, works_until
):
    page.add_init_script(REFUSALS[works_until])
    room = Room(site, page, exams.begin(site, ada, exam)).open()
    wanted = room.choose(1, 2)
    room.expect_banner("This device cannot keep answers: its storage is full or refused.")
    room.expect_saved()
    assert room.stored() == {"q1": wanted}
    page.context.set_offline(True)
    room.choose(3, 1)
    room.expect_banner("What is not sent yet is only in this page")
    page.context.set_offline(False)
    room.expect_saved()
    room.expect_banner("They go straight to the server.")
    assert room.stored() == {"q1": wanted, "q3": True}


REFUSALS = {
    "open": "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };",
    "write": """IDBObjectStore.prototype.add = function add() {
      this.transaction.abort();
      throw new DOMException('', 'QuotaExceededError');
    };""",
}


@any_database
def test_the_holding_page_is_accessible_in_every_look(room):
    room.page.context.set_offline(True)
    room.choose(1, 1)
    reload_offline(room)
    expect(room.page.locator("[data-state]")).to_have_text(
        "Still no answer. The page tries again by itself."
    )
    for look in looks(room.page):
        axe(room.page, f"holding {look}", colours_only="dark" in look)
        assert not sideways(room.page), look
    with room.page.expect_download():
        room.page.get_by_role("button", name="Save my answers to a file").click()
    axe(room.page, "saved file")
    room.page.context.set_offline(False)
