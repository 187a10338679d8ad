"""A press whose fonts are made once per machine, and certificates in the register."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from probity.credentials.actions import IssuedFile
from probity.credentials.facts import CertificateFacts
from probity.credentials.press import Press
from probity.credentials.proofs import keys
from tests.factories.credentials import (
    add_certifying_exam,
    make_facts,
    make_file,
    make_press,
    only_certificate,
    share_fonts,
)


@dataclass(frozen=True)
class Made:
    """One finished file and what belongs to it."""

    press: Press
    facts: CertificateFacts
    data: bytes
    file: IssuedFile

    @property
    def trusted(self):
        return keys.trusted(self.press.folder, demonstration=self.press.settings.demonstration)


@pytest.fixture(scope="session")
def font_cache(request) -> Path:
    return request.config.cache.mkdir("certificate-fonts")


@pytest.fixture(scope="session")
def press(tmp_path_factory, font_cache) -> Press:
    return make_press(tmp_path_factory.mktemp("press"), font_cache)


@pytest.fixture(scope="session")
def made(press) -> Made:
    facts = make_facts(press)
    return Made(press, facts, *make_file(press, facts))


@pytest.fixture
def certifying(app, session, tmp_path, font_cache):
    """An exam that earns certificates, in an installation that can print them."""
    share_fonts(app.config["PROBITY"].instance_dir, font_cache)
    return add_certifying_exam(session, tmp_path)


@pytest.fixture
def certificate(session, certifying, ada, grounds):
    """Ada's certificate, issued by the duty before the test began."""
    grounds.mend_files()
    return only_certificate(session)


@pytest.fixture
def issued_bytes(app, certificate):
    from probity.kernel import storage

    with app.app_context():
        return storage.get(certificate.storage_key)
