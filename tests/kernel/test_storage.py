"""Files that outlive a process: whole or not at all, and never outside."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from probity.kernel import storage
from probity.kernel.storage import Folder, Remote, open_storage


@pytest.fixture(params=["folder", "remote"])
def kept(request, tmp_path):
    """Each kind of storage, empty."""
    MemoryFileSystem.store.clear()
    urls = {"folder": f"file://{tmp_path / 'files'}", "remote": "memory://bucket/probity"}
    return open_storage(urls[request.param])


def test_an_address_chooses_the_kind(tmp_path):
    assert isinstance(open_storage(f"file://{tmp_path}"), Folder)
    assert isinstance(open_storage("memory://bucket"), Remote)


def test_what_was_put_is_there_until_it_is_deleted(kept):
    assert not kept.exists("a/b.pdf")
    kept.put("a/b.pdf", b"\x00\xff" * 100_000)
    assert kept.exists("a/b.pdf")
    assert kept.get("a/b.pdf") == b"\x00\xff" * 100_000
    kept.put("a/b.pdf", b"second")
    assert kept.get("a/b.pdf") == b"second"
    kept.delete("a/b.pdf")
    assert not kept.exists("a/b.pdf")


def test_what_was_never_put_is_missing(kept):
    with pytest.raises(FileNotFoundError):
        kept.get("none.pdf")
    kept.delete("none.pdf")


@pytest.mark.parametrize("key", ["../out", "a/../../out", "/etc/passwd", "", "..", "."])
@pytest.mark.parametrize("way", ["put", "get", "exists", "delete"])
def test_no_key_leads_outside(kept, key, way):
    with pytest.raises(ValueError, match="outside the storage"):
        getattr(kept, way)(key, *([b"x"] if way == "put" else []))


def test_a_link_in_the_folder_leads_nowhere(tmp_path):
    kept = Folder(tmp_path / "files")
    kept.put("inside", b"x")
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "files" / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="outside the storage"):
        kept.get("link/secret")


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    kept = Folder(tmp_path)
    kept.put("a", b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        kept.put("a", b"new")
    assert kept.get("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"], "nothing of it takes up space"


def test_many_writers_of_one_key_leave_one_whole_file(tmp_path):
    kept = Folder(tmp_path)
    contents = [bytes([number]) * 200_000 for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: kept.put("a", data), contents))
    assert kept.get("a") in contents
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_the_application_has_one_storage(app):
    with app.app_context():
        storage.put("probe/a", b"x")
        assert storage.exists("probe/a")
        assert storage.get("probe/a") == b"x"
        storage.delete("probe/a")
        assert not storage.exists("probe/a")


def test_the_keys_of_a_folder_are_listed(kept):
    assert list(kept.keys("none")) == []
    for key in ("a/1.pdf", "a/b/2.pdf", "c/3.pdf"):
        kept.put(key, b"x")
    assert sorted(kept.keys("a")) == ["a/1.pdf", "a/b/2.pdf"]
    assert sorted(kept.keys("")) == ["a/1.pdf", "a/b/2.pdf", "c/3.pdf"]
