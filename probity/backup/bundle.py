"""A folder of files that keeps verification alive without us: any static web server hands it out.

Each export is a folder of its own under `releases`, made from hard links to what has not changed;
then one link, `current`, is switched. Whoever reads meanwhile sees the one or the other.
"""

import io
import os
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app, render_template
from werkzeug.test import Client

from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.settings import Settings
from probity.kernel.work import reading
from probity.ledger import exporting, queries, signing

CURRENT, RELEASES = "current", "releases"
KEPT = 3
"""Readers may still be at the one before."""

DOCUMENTS = (
    ".well-known/did.json",
    ".well-known/jwks.json",
    ".well-known/probity-keys.json",
)
OFFLINE = "verify/offline.zip"
OK = 200


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the bundle is now, and how large the log in it is."""

    folder: Path
    size: int
    new_tiles: int
    lists: int


def export(app: Flask, folder: Path, tell: Callable[[int], object] = int) -> Exported:
    """Write a new release and switch to it. Raises Refused; then the one before stays."""
    releases = folder / RELEASES
    releases.mkdir(parents=True, exist_ok=True)
    made = releases / f"{clock.now():%Y%m%dT%H%M%S%f}"
    before = (folder / CURRENT).resolve()
    _link(before / "log", made / "log")
    try:
        with reading() as session:
            written = exporting.export(session, made / "log", signing.keys(), tell)
            size = queries.size(session)
        lists = _documents(app, made)
        _pages(made, size)
        _sync(made)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    _switch(folder, made)
    for old in sorted(releases.iterdir())[:-KEPT]:
        shutil.rmtree(old)
    return Exported(made, size, written, lists)


def _link(before: Path, now: Path) -> None:
    """The tiles of the release before, without copying them; full ones are for ever."""
    now.mkdir(parents=True)
    if (before / "tile").is_dir():
        shutil.copytree(before / "tile", now / "tile", copy_function=os.link)


def _documents(app: Flask, made: Path) -> int:
    """What the site itself serves, byte for byte, at the same addresses."""
    client = Client(app)
    for path in DOCUMENTS:
        _write(made / path, _served(client, path))
    lists = 0
    with zipfile.ZipFile(io.BytesIO(_served(client, OFFLINE))) as packed:
        for name in packed.namelist():
            if name.startswith(("log/", ".well-known/")):
                continue  # exported above, with all tiles
            lists += name.startswith("status/")
            _write(made / ("verify.html" if name == "index.html" else name), packed.read(name))
    return lists


def _served(client: Client, path: str) -> bytes:
    settings: Settings = current_app.config["PROBITY"]
    answer = client.get(f"/{path}", base_url=settings.base_url)
    if answer.status_code != OK:
        raise Refused(f"/{path} answered {answer.status_code}: nothing was exported.")
    return answer.get_data()


def _pages(made: Path, size: int) -> None:
    """The page that explains, and what stands for addresses that lead to people's certificates."""
    settings: Settings = current_app.config["PROBITY"]
    told = {
        "issuer": settings.issuer_name,
        "site": settings.base_url,
        "made_at": clock.now(),
        "size": size,
    }
    for name, template in PAGES:
        _write(made / name, render_template(template, **told).encode())


PAGES: Sequence[tuple[str, str]] = (
    ("index.html", "backup/bundle.html"),
    ("404.html", "backup/bundle_missing.html"),
)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # never through a link into the release before
    path.write_bytes(data)


def _sync(folder: Path) -> None:
    """Everything is on the disk before anybody is led to it."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _switch(folder: Path, made: Path) -> None:
    link = folder / f"{CURRENT}.next"
    link.unlink(missing_ok=True)
    link.symlink_to(made.relative_to(folder))
    link.replace(folder / CURRENT)
