"""What the last preparation covered, so that the next start need not look at everything again."""

import hashlib
import json
from pathlib import Path

from probity.kernel.settings import ROOT, Settings

FILE = "prepared.json"
CODE = ("migrations", "probity")
"""A newer version of either may have something to prepare."""


def note(chosen: Settings, greeting: str) -> None:
    """Remember that everything is prepared, and what to say at the next start."""
    path = chosen.instance_dir / FILE
    path.touch(mode=0o600)  # the greeting of a demonstration names its password
    path.write_text(json.dumps({"stamp": _stamp(chosen), "greeting": greeting}))


def greeting(chosen: Settings) -> str | None:
    """The greeting if nothing has changed since; None if it must be prepared.

    Only SQLite is vouched for: another database may have been changed from elsewhere.
    """
    database = Path(chosen.database_url.removeprefix("sqlite:///"))
    path = chosen.instance_dir / FILE
    if not (database.is_file() and path.is_file()):
        return None
    try:
        kept = json.loads(path.read_text())
        return str(kept["greeting"]) if kept["stamp"] == _stamp(chosen) else None
    except (ValueError, TypeError, KeyError):
        return None


def _stamp(chosen: Settings) -> str:
    """SHA-256 (hex) over the settings and over name, size and time of every file that matters."""
    found = hashlib.sha256(repr((chosen.database_url, chosen.base_url)).encode())
    found.update(f"{chosen.storage_url} {chosen.demo_password}".encode())
    for folder in (*(ROOT / name for name in CODE), *chosen.courses_dirs):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                state = path.stat()
                found.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return found.hexdigest()
