"""Course folders to check and load: a small sound course, and ways to spoil it."""

import functools
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
        revision = actions.load_course(session, folder / "lamps", by=SYSTEM)
    else:
        sound_courses(folder)
        revision = load_sound_course(session)
    session.commit()
    return revision


def load_sound_course(session):
    """The sound course as it is in the files, which are read once."""
    content = _sound_course()
    loaded = actions.load_content(session, content, by=SYSTEM)
    if loaded is None:
        loaded = session.scalars(select(Course).where(Course.code == content.code)).one().revision
    return loaded


@functools.cache
def _sound_course():
    (content,) = actions.read_courses(SOUND / "lamps")
    return content
