"""`python -m benchmarks.hostile [CASE...]`: what files that mean harm cost each importer.

Each file is read in a process of its own, the way an upload is. The figures to hold: at most 200 MB
over what the idle process needs, and 1 s of CPU for each MB that has to be read (unpacked; the first
counts whole), or for each thousand questions, where they are shorter than a kilobyte.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.hostile_files import CASES, unpacked
from probity.kernel.settings import ROOT

MB = 1_000_000
MOST_MB, MOST_SECONDS = 200, 1.0
SMALL = {
    "aiken": b"Which?\nA. one\nB. two\nANSWER: A\n",
    "gift": b"::a::Which?{=one ~two}\n",
    "xml": b"<quiz><question type='essay'><questiontext><text>a</text></questiontext></question></quiz>",
    "csv": b"Question,Option A,Option B,Answer\r\nWhich?,one,two,A\r\n",
    "yaml": b"format: probity/1\nitems:\n  - {kind: true_false, stem: {en: So}, answer: true}\n",
}


def kilobytes(name: str) -> int:
    """A figure of this process from the kernel."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def read_one(path: Path) -> None:
    """Read one file as the duty does, and print what it cost."""
    import openpyxl  # noqa: F401, PLC0415 - a library, not what the file costs

    from probity.exchange.reading import Told, read_files  # noqa: PLC0415 - counted as idle
    from probity.exchange.sentences import sentence  # noqa: PLC0415

    for ending, data in SMALL.items():
        list(read_files([{"name": f"warm.{ending}", "key": ""}], lambda _key, data=data: data))
    idle = kilobytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    started = time.process_time()
    questions = refused = 0
    told: list[str] = []
    for thing in read_files([{"name": path.name, "key": ""}], lambda _key: path.read_bytes()):
        if isinstance(thing, Told):
            told += [sentence(problem["code"], problem["facts"]) for problem in thing.problems]
        else:
            questions += 1
            refused += thing.values["is_refused"]
    found = {
        "seconds": round(time.process_time() - started, 2),
        "over_idle_mb": round((kilobytes("VmHWM") - idle) * 1024 / MB, 1),
        "questions": questions,
        "refused": refused,
        "said": told[:2],
    }
    print(json.dumps(found))


def measure(name: str, make: Callable[[Path], Path], folder: Path) -> dict[str, Any]:
    path = make(folder)
    size = unpacked(path) / MB
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.hostile", "--read", str(path)],
        capture_output=True, text=True, check=False, cwd=ROOT, env=dict(os.environ),
    )  # fmt: skip
    path.unlink()
    if ran.returncode:
        return {"file": name, "mb": round(size, 1), "died": ran.stderr.strip()[-300:]}
    *logged, last = ran.stdout.splitlines()
    found = json.loads(last)
    if logged:
        found["said"] = [*logged[:1], *found["said"]]
    is_held = found["over_idle_mb"] <= MOST_MB and found["seconds"] <= MOST_SECONDS * max(
        size, 1, found["questions"] / 1000
    )
    return {"file": name, "mb": round(size, 1), **found, "held": is_held}


def show(found: list[dict[str, Any]]) -> None:
    table = Table("file", "MB", "CPU s", "MB over idle", "questions", "refused", "said of the file")
    for one in found:
        said = one.get("died") or "; ".join(one["said"])[:90]
        figures = (str(one.get(key, "")) for key in ("mb", "seconds", "over_idle_mb"))
        counts = (str(one.get(key, "")) for key in ("questions", "refused"))
        style = "" if one.get("held") else "bold red"
        table.add_row(one["file"], *figures, *counts, said, style=style)
    Console(width=180).print(table)


def main() -> int:
    chosen = sys.argv[1:]
    if chosen[:1] == ["--read"]:
        read_one(Path(chosen[1]))
        return 0
    with TemporaryDirectory() as folder:
        found = []
        for name, make in CASES.items():
            if not chosen or name in chosen:
                found.append(measure(name, make, Path(folder)))
                print(json.dumps(found[-1], ensure_ascii=False), file=sys.stderr, flush=True)
    show(found)
    target = ROOT / "build" / "hostile.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    return 0 if all(one.get("held") for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
