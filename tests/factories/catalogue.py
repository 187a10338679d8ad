"""Course folders to check and load: a small sound course, and ways to spoil it."""

import shutil
from datetime import date
from pathlib import Path

from probity.catalogue import actions
from probity.kernel.permissions import SYSTEM

SOUND = Path(__file__).resolve().parents[1] / "content" / "sound"
TODAY = date(2026, 11, 22)


def sound_courses(folder):
    """A copy of the sound courses that a test may spoil."""
    return Path(shutil.copytree(SOUND, folder / "courses"))


def spoil(courses, file, find, put):
    """Replace the first occurrence of some words in a course file."""
    path = courses / file
    text = path.read_text("utf-8")
    assert find in text, f"{find!r} is not in {file}"
    path.write_text(text.replace(find, put, 1), "utf-8")
    return courses


def load_lamps(session, folder):
    """The sound course as a revision of the database."""
    courses = folder if (folder / "lamps").is_dir() else sound_courses(folder)
    revision = actions.load_course(session, courses / "lamps", by=SYSTEM)
    session.commit()
    return revision
