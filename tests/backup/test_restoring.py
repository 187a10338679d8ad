"""Back on an empty machine, in parts, over something else: nothing is lost without a word."""

import shutil

import pytest

from probity.backup import restoring, verifying
from probity.backup.restoring import Part, Place
from probity.backup.sealing import Damaged, Passphrase, WrongKey
from probity.credentials import checking
from probity.credentials.alerts import log_keys
from probity.kernel.errors import Refused
from tests.backup.conftest import SECRET


@pytest.fixture(scope="module")
def restored(told, tmp_path_factory):
    """The newer backup on an empty machine."""
    place = told.place(tmp_path_factory.mktemp("restored"))
    found = told.restore(told.newer, place)
    return place, found, told.open(place)


def findings(site):
    with site.app.app_context():
        return checking.run(log_keys(site.app.config["PROBITY"]), every_file=True).findings


def test_everything_is_as_it_was(told, restored):
    place, found, site = restored
    assert site.numbers() == told.site.numbers()
    assert findings(site) == []
    assert found.aside == []
    keys = sorted(path.name for path in (told.site.instance / "keys").glob("*.pem"))
    assert sorted(path.name for path in (place.instance / "keys").glob("*.pem")) == keys
    for path in place.instance.rglob("*.pem"):
        assert path.stat().st_mode & 0o077 == 0
    assert (place.instance / "secrets.json").read_bytes() == (
        told.site.instance / "secrets.json"
    ).read_bytes()
    assert not list(place.instance.parent.glob(".*restoring"))


def test_an_occupied_place_is_refused_and_described(told, restored):
    place, _found, site = restored
    with pytest.raises(Refused, match=r"3 certificates up to PRB-\d{4}-000003, and a log of") as no:
        told.restore(told.older, place)
    assert "keys" in str(no.value)
    assert len(site.numbers()) == 3


def test_a_damaged_backup_changes_nothing(told, tmp_path):
    data = bytearray(told.newer.path.read_bytes())
    data[len(data) // 2] ^= 1
    broken = tmp_path / "broken.backup"
    broken.write_bytes(data)
    place = told.place(tmp_path)
    with pytest.raises(Damaged, match=r"changed or damaged in bytes .* That is in or after "):
        restoring.restore(broken, SECRET, place)
    with pytest.raises(WrongKey):
        restoring.restore(told.newer.path, Passphrase(b"not the right one"), place)
    assert restoring.what_is_there(place) == []
    report = verifying.verify(broken, SECRET)
    assert not report.sound
    assert "bytes" in report.checks[0][2][0]


def test_replacing_moves_aside_what_was_there(told, tmp_path):
    place = told.restored(told.newer, tmp_path)
    found = told.restore(told.older, place, replace=True)
    assert found.aside
    assert any("replaced" in kept for kept in found.aside)
    assert len(told.open(place).numbers()) == 2


def test_a_lost_storage_is_filled_again(told, tmp_path):
    place = told.restored(told.newer, tmp_path)
    site = told.open(place)
    number, key = next(iter(site.files().items()))
    with pytest.raises(Refused, match="not empty"):
        told.restore(told.newer, place)
    shutil.rmtree(place.instance / "files")
    assert {one.kind for one in findings(site)} == {"file-missing"}
    told.restore(told.newer, place, only=Part.FILES)
    assert findings(site) == []
    (place.instance / "files" / key).write_bytes(b"%PDF-")
    assert [(one.kind, one.subject) for one in findings(site)] == [("file-differs", number)]
    assert told.restore(told.newer, place, only=Part.FILES).files == 1
    assert findings(site) == []


def test_lost_keys_come_back_and_newer_ones_are_kept(told, tmp_path):
    place = told.restored(told.newer, tmp_path)
    keys = place.instance / "keys"
    before = {path.name: path.read_bytes() for path in keys.glob("*.*")}
    shutil.rmtree(keys)
    told.restore(told.newer, place, only=Part.KEYS)
    assert {path.name: path.read_bytes() for path in keys.glob("*.*")} == before
    (keys / "public.json").write_text("[]")
    with pytest.raises(Refused, match=r"public\.json is there and differs"):
        told.restore(told.newer, place, only=Part.KEYS)
    found = told.restore(told.newer, place, only=Part.KEYS, replace=True)
    assert (keys / "public.json").read_bytes() == before["public.json"]
    assert [kept for kept in found.aside if "public.json.replaced" in kept]


def test_a_database_alone(told, tmp_path):
    place = told.restored(told.newer, tmp_path)
    with pytest.raises(Refused, match="There is a database already"):
        told.restore(told.older, place, only=Part.DATABASE)
    found = told.restore(told.older, place, only=Part.DATABASE, replace=True)
    assert len(found.aside) == 1
    site = told.open(place)
    assert {one.kind for one in findings(site)} == {"file-without-certificate"}


def test_a_name_that_leads_out_is_refused(tmp_path):
    class Member:
        name = "instance/../../outside"

    (tmp_path / "stage").mkdir()
    with pytest.raises(Refused, match="leads out"):
        restoring._Taking(tmp_path / "stage", None).take(Member())


def test_a_place_is_empty_if_it_holds_fresh_secrets_only(tmp_path):
    instance = tmp_path / "place"
    instance.mkdir()
    (instance / "secrets.json").write_text("{}")
    place = Place.of(instance, None, f"file://{tmp_path / 'elsewhere'}")
    assert restoring.what_is_there(place) == []
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a").write_bytes(b"")
    assert restoring.what_is_there(place) == ["the storage holds files, such as a"]
