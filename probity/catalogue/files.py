"""The files below a courses folder: read once, by listed names only, never through a link."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from probity.catalogue.figures import NAME as FIGURE_NAME
from probity.catalogue.problems import Report
from probity.kernel.settings import ROOT
from probity.kernel.yamlfile import LIMIT_BYTES, Place

SHARED = "_shared"
SHARED_FILES = ("instruments.yaml", "competencies.yaml", "schemes.yaml")
BUNDLED = ROOT / "courses"
MOST_FILES = 5000

_SLUG = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
LESSON = re.compile(
    rf"modules/(?P<module>\d{{2}}-{_SLUG})/(?P<number>\d{{2}})-(?P<slug>{_SLUG})\.md"
)
TRANSLATION = re.compile(
    rf"modules/(?P<module>\d{{2}}-{_SLUG})/(?P<number>\d{{2}})-(?P<slug>{_SLUG})"
    r"\.(?P<locale>zh-Hans)\.md"
)
MODULE = re.compile(rf"modules/(?P<module>\d{{2}}-{_SLUG})/module\.yaml")
PLANNED = re.compile(rf"modules/(?P<module>\d{{2}}-{_SLUG})/planned\.yaml")
QUESTIONS = re.compile(rf"questions/(?P<topic>{_SLUG})\.yaml")
EXAM = re.compile(rf"exams/(?P<exam>{_SLUG})\.yaml")
FIGURE = re.compile(rf"assets/{FIGURE_NAME.pattern}")
SINGLE = re.compile(r"(?:course|glossary)\.yaml")
UNREAD = re.compile(r"(?:README|LICENSE|NOTICE)(?:\.md)?")
_KNOWN = (LESSON, TRANSLATION, MODULE, PLANNED, QUESTIONS, EXAM, FIGURE, SINGLE, UNREAD)

_START = Place(1, 1)


@dataclass(slots=True)
class Tree:
    """File contents by path below the courses folder, and which courses were asked about."""

    root: Path
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def below(self, folder: str) -> dict[str, bytes]:
        start = f"{folder}/"
        return {
            path.removeprefix(start): raw
            for path, raw in self.files.items()
            if path.startswith(start)
        }

    def courses(self) -> list[str]:
        return sorted({path.partition("/")[0] for path in self.files} - {SHARED})

    def digest(self, course: str, edition: int) -> str:
        """Identity of all that a revision is made of: files, shared files, way of rendering."""
        total = hashlib.sha256(f"edition {edition}\n".encode())
        for folder in (SHARED, course):
            for path, raw in sorted(self.below(folder).items()):
                total.update(f"{folder}/{path} {hashlib.sha256(raw).hexdigest()}\n".encode())
        return total.hexdigest()


class NoCourses(Exception):
    """The path holds no course at all."""


def read_tree(path: Path, report: Report) -> Tree:
    """Read a folder of courses, or one course with its neighbours and what they share."""
    path = path.resolve()
    if not path.is_dir():
        raise NoCourses(f"{path} is not a folder.")
    single = (path / "course.yaml").is_file()
    root = path.parent if single else path
    tree = Tree(root)
    folders = sorted(entry for entry in root.iterdir() if _is_course(entry))
    for folder in folders:
        asked = not single or folder == path
        _read_folder(tree, folder, report if asked else Report())
        if asked:
            tree.asked.append(folder.name)
    if not tree.asked:
        raise NoCourses(f"{path} holds no folder with a course.yaml.")
    _read_shared(tree, report)
    return tree


def _is_course(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink() and (entry / "course.yaml").exists()


def _read_shared(tree: Tree, report: Report) -> None:
    """Private folders may keep no lists of their own; they then use those that are bundled."""
    folder = tree.root / SHARED
    folder = folder if folder.is_dir() and not folder.is_symlink() else BUNDLED / SHARED
    for name in SHARED_FILES:
        file = folder / name
        if file.is_file() and not file.is_symlink():
            tree.files[f"{SHARED}/{name}"] = _bytes_of(file)
        else:
            mend = "Add it, or keep the course beside the folder that has it."
            report.add(f"{SHARED}/{name}", _START, "F07", "The file is missing.", mend)


def _read_folder(tree: Tree, folder: Path, report: Report) -> None:
    spelt: dict[str, str] = {}
    for count, entry in enumerate(_entries(folder)):
        inside = entry.relative_to(folder).as_posix()
        shown = f"{folder.name}/{inside}"
        if count == MOST_FILES:
            mend = "Keep only what belongs to the course."
            report.add(shown, _START, "F08", f"There are more than {MOST_FILES} files.", mend)
            return
        if entry.is_symlink() or not entry.is_file():
            mend = "Put the file itself here; links are not followed."
            report.add(shown, _START, "F04", "This is a link, not a file.", mend)
            continue
        twin = spelt.setdefault(inside.lower(), inside)
        if twin != inside:
            mend = "Rename one: some systems take them for the same file."
            report.add(shown, _START, "F06", f"It differs from {twin} by capitals only.", mend)
        elif not any(pattern.fullmatch(inside) for pattern in _KNOWN):
            _complain_unknown(report, shown)
        elif not UNREAD.fullmatch(inside):
            tree.files[shown] = _bytes_of(entry)


def _complain_unknown(report: Report, shown: str) -> None:
    report.add(
        shown,
        _START,
        "F09",
        "The name or the place of this file is not part of the format.",
        "Small letters, digits and hyphens; lessons begin with two digits: 02-is-it-open.md.",
    )


def _entries(folder: Path) -> Iterator[Path]:
    """Everything below a folder but hidden files, in order; folders that are links are shown."""
    for current, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (Path(current) / name).is_symlink()]
        for name in sorted([*links, *(name for name in names if not name.startswith("."))]):
            yield Path(current) / name


def _bytes_of(file: Path) -> bytes:
    """At most one byte more than allowed: enough to see that it is too much."""
    with file.open("rb") as stream:
        return stream.read(LIMIT_BYTES + 1)
