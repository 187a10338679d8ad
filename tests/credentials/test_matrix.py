"""The tamper matrix against the offline verifier, and random bits turned round."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from probity.kernel.settings import ROOT
from tests.credentials import hammering, matrix
from tests.credentials.world import NOW, World

LONG = int(os.environ.get("LONG_HAMMERING", "0"))
"""How many files; twenty times as many credentials and codes."""


@pytest.fixture(scope="module")
def w(tmp_path_factory, font_cache) -> World:
    return World.build(tmp_path_factory.mktemp("world"), font_cache)


def test_every_case_is_caught_and_named(w, subtests):
    assert len(matrix.CASES) >= 30
    for case in matrix.CASES:
        with subtests.test(case.name):
            found = matrix.judge(case, w)
            assert found.status == case.status
            assert case.reason in found.reasons


def test_no_altered_file_is_accepted(w):
    assert hammering.files(w, LONG or 1000, seed=1, whole=5) == []


def test_no_altered_credential_or_code_is_accepted(w):
    count = 10 * LONG or 1000
    assert hammering.credentials(w, count, seed=2) == []
    assert hammering.codes(w, count, seed=3) == []


NOT_IN_THE_BROWSER = {
    *("encrypted", "with a script"),  # read by a PDF parser only
    *("insider: page names somebody else", "insider: later expiry on the page"),
    *("insider: homoglyph in the name", "insider: higher level on the page"),
    *("insider: back-dated", "log rewritten and grown"),
    *("credential: 10 MB", "50 MB"),  # too dear to hand over here
}

WRITTEN_ANEW = {
    *("re-saved", "signature stripped", "signed by others (RSA)", "look-alike re-signs our page"),
}
"""The page looks into files as our signer writes them only; of others it says: not ours."""


def as_modules(folder: Path) -> Path:
    """The page's code where node takes it for modules, as browsers do."""
    for part in ("js/offline", "vendor/noble-ed25519-3.2.0"):
        shutil.copytree(ROOT / "static" / part, folder / part)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder / "js" / "offline"


def test_the_page_comes_to_the_same_verdict_as_the_command(w, tmp_path, subtests):
    """What the page leaves out it says itself; it must never call valid what is not."""
    cases = [case for case in matrix.CASES if case.name not in NOT_IN_THE_BROWSER]
    asked = [
        {
            "data": base64.b64encode(case.make(w)).decode(),
            "published": {
                path: base64.b64encode(data).decode()
                for path, data in (case.published or World.published)(w).items()
            },
            "now": (NOW + case.after).isoformat(),
        }
        for case in cases
    ]
    told = json.dumps({"code": str(as_modules(tmp_path)), "cases": asked})
    done = subprocess.run(
        ["node", "--no-warnings", str(Path(__file__).with_name("offline_harness.mjs"))],
        input=told.encode(),
        capture_output=True,
        check=True,
    )
    for case, found in zip(cases, json.loads(done.stdout), strict=True):
        with subtests.test(case.name):
            anew = case.name in WRITTEN_ANEW
            assert found["status"] == ("unknown" if anew else case.status)
            if case in matrix.BADGES:
                assert case.reason in found["reasons"]
