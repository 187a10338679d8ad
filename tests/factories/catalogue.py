"""Course folders to check and load: a small sound course, and ways to spoil it."""

import shutil
from datetime import date
from pathlib import Path

from sqlalchemy import select

from probity.catalogue import actions
from probity.catalogue.models import Course
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
    """The sound course as a revision of the database; `folder` then holds its files, to be spoiled."""
    if (folder / "lamps").is_dir():
        content = _read(folder, _bytes_in(folder))
    else:
        sound_courses(folder)
        content = _sound_course()
    revision = _loaded(session, content)
    session.commit()
    return revision


def load_sound_course(session):
    """The sound course as it is in the files, which are read once."""
    return _loaded(session, _sound_course())


def _sound_course():
    return _read(SOUND, _bytes_in(SOUND))


def _bytes_in(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path.relative_to(folder)), path.read_bytes()) for path in files)


_known = {}


def _read(folder, data):
    """The course in a folder; reading the same bytes again would only take time."""
    if data not in _known:
        (_known[data],) = actions.read_courses(folder / "lamps")
    return _known[data]


def _loaded(session, content):
    """The current revision, new or not."""
    if revision := actions.load_content(session, content, by=SYSTEM):
        return revision
    return session.scalars(select(Course).where(Course.code == content.code)).one().revision
