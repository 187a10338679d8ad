"""The static bundle: what a plain web server needs to keep verification alive."""

import functools
import http.server
import threading
import urllib.request

import pytest
from playwright.sync_api import expect, sync_playwright

from probity.backup import bundle
from probity.credentials.checks import sandbox
from probity.credentials.offline import trust, verifier
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.ledger import standalone
from tests.backup.conftest import quiet
from tests.browser.conftest import ARGUMENTS
from tests.chromium import EXECUTABLE


@pytest.fixture(scope="module")
def address(told):
    """The bundle behind a web server that knows nothing but files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_words):
            pass

    handler = functools.partial(Quiet, directory=str(told.bundle / bundle.CURRENT))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def fetch(address, path):
    with urllib.request.urlopen(f"{address}/{path}", timeout=5) as answer:
        return answer.read()


def pdf(told):
    key = next(iter(told.site.files().values()))
    return (told.site.instance / "files" / key).read_bytes()


def test_documents_are_those_of_the_site(told, address):
    client = told.site.app.test_client()
    for path in (*bundle.DOCUMENTS, "log/checkpoint", "log/keys", "status/1-revocation"):
        assert fetch(address, path) == client.get(f"/{path}").get_data(), path
    assert b"Certificates of" in fetch(address, "")
    assert b"not kept here" in fetch(address, "404.html")
    for name in (b"h1@example.org", b"Ada"):
        assert not any(
            name in path.read_bytes()
            for path in (told.bundle / "current").rglob("*")
            if path.is_file()
        )


def test_a_certificate_verifies_with_nothing_else(told):
    opened = trust.load(told.bundle / bundle.CURRENT)
    found = verifier.examine(pdf(told), opened, clock.now(), sandbox.read)
    assert found.status == verifier.VALID
    assert {check.name for check in found.checks if check.result.value == "pass"} >= {
        "credential-proof",
        "log-inclusion",
        "status-list",
    }


def test_the_log_is_audited_from_the_copy(told, address):
    report = standalone.audit(standalone.opened(f"{address}/log"), (), [])
    assert report.faults == []
    assert report.size > 2


def test_later_exports_share_what_has_not_changed_and_switch_at_once(told, tmp_path, monkeypatch):
    app = told.site.app
    with app.app_context():
        first = bundle.export(app, tmp_path, quiet)
        assert (tmp_path / bundle.CURRENT).resolve() == first.folder.resolve()
        for _ in range(bundle.KEPT):
            last = bundle.export(app, tmp_path, quiet)
        assert len(list((tmp_path / bundle.RELEASES).iterdir())) == bundle.KEPT
        assert (tmp_path / bundle.CURRENT).resolve() == last.folder.resolve()
        with monkeypatch.context() as broken:
            broken.setattr(bundle, "OFFLINE", "verify/nowhere.zip")
            with pytest.raises(Refused, match="answered 404"):
                bundle.export(app, tmp_path, quiet)
        assert (tmp_path / bundle.CURRENT).resolve() == last.folder.resolve()
        assert len(list((tmp_path / bundle.RELEASES).iterdir())) == bundle.KEPT
    assert last.lists == 2


@pytest.mark.browser
@pytest.mark.parametrize("told", ["sqlite"], indirect=True)
def test_a_dropped_file_is_checked_in_the_browser(told, address, tmp_path):
    (tmp_path / "certificate.pdf").write_bytes(pdf(told))
    with sync_playwright() as play:
        page = play.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS).new_page()
        page.goto(f"{address}/")
        page.get_by_role("link", name="Check a file in your browser").click()
        page.locator("input[type=file]").set_input_files(tmp_path / "certificate.pdf")
        expect(page.locator("[data-verdict]")).to_contain_text("Valid", timeout=30_000)
