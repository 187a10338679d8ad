"""Files that outlive a process: local folder by default, any fsspec address when set."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

import fsspec
from flask import current_app


class Storage(Protocol):
    """Whole files by key; a key is written once and read often."""

    def put(self, key: str, data: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None: ...

    def keys(self, folder: str) -> Iterator[str]: ...


class Folder:
    """A local folder; a file appears whole or not at all, and survives a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)  # on a full disk the rest of it would stay in the way
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def keys(self, folder: str) -> Iterator[str]:
        for path in (self._path(folder) if folder else self.root.resolve()).rglob("*"):
            if path.is_file() and path.suffix != ".part":
                yield path.relative_to(self.root.resolve()).as_posix()

    def _path(self, key: str) -> Path:
        path = (self.root / _checked(key)).resolve()
        if not path.is_relative_to(self.root.resolve()):  # a link in the folder leads out of it
            raise ValueError(f"{key} lies outside the storage")
        return path


class Remote:
    """An object store, where a put is atomic by itself."""

    def __init__(self, url: str) -> None:
        self.files, self.root = fsspec.core.url_to_fs(url)

    def put(self, key: str, data: bytes) -> None:
        self.files.pipe_file(self._path(key), data)

    def get(self, key: str) -> bytes:
        return bytes(self.files.cat_file(self._path(key)))

    def exists(self, key: str) -> bool:
        return bool(self.files.exists(self._path(key)))

    def delete(self, key: str) -> None:
        if self.exists(key):
            self.files.rm_file(self._path(key))

    def keys(self, folder: str) -> Iterator[str]:
        place = self._path(folder) if folder else self.root
        found = self.files.find(place) if self.files.exists(place) else []
        for path in found:
            yield str(path).removeprefix(self.root).lstrip("/")

    def _path(self, key: str) -> str:
        return f"{self.root}/{_checked(key)}"


def _checked(key: str) -> str:
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or ".." in parts:
        raise ValueError(f"{key!r} lies outside the storage")
    return key


def open_storage(url: str) -> Storage:
    """Open the storage an address names."""
    return Folder(Path(url.removeprefix("file://"))) if url.startswith("file://") else Remote(url)


def _storage() -> Storage:
    storage: Storage = current_app.extensions["probity-storage"]
    return storage


def put(key: str, data: bytes) -> None:
    _storage().put(key, data)


def get(key: str) -> bytes:
    """Raise FileNotFoundError for a key never written."""
    return _storage().get(key)


def exists(key: str) -> bool:
    return _storage().exists(key)


def delete(key: str) -> None:
    _storage().delete(key)


def keys(folder: str) -> Iterator[str]:
    """Every key below a folder, or all of them for an empty name; it may take long."""
    return _storage().keys(folder)
