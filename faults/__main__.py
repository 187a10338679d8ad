"""`make faults`: the cases one after the other; CASE, DATABASE and LONG choose."""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from faults import cases, report
from faults.site import FaultSite
from faults.trial import BOTH, CASES, Case, Skipped, run


def register() -> dict[str, Case]:
    """Import every module of cases."""
    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"faults.cases.{module.name}")
    return CASES


def chosen(words: str) -> list[Case]:
    """The cases named (`F1,F5` takes F5a, F5b … too), in the order of the plan; all by default."""
    known = sorted(register().values(), key=lambda one: report.order(one.name))
    wanted = [word for word in words.replace(",", " ").split() if word]
    found = [
        one
        for one in known
        if not wanted or one.name in wanted or one.name.rstrip("abcd") in wanted
    ]
    if not found:
        sys.exit(f"No case is named {words}. There are: {', '.join(one.name for one in known)}.")
    return found


@contextmanager
def opened(kind: str) -> Iterator[FaultSite]:
    """A filled site that ends with the block."""
    site = FaultSite(kind)
    try:
        site.open()
        yield site.fill()
    finally:
        site.close()


def main() -> int:
    """Do what was chosen; 1 if a case failed."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--case", default=os.environ.get("CASE", ""), help="such as F1,F5a")
    parser.add_argument("--database", default=os.environ.get("DATABASE", ""), choices=["", *BOTH])
    parser.add_argument("--long", action="store_true", default=bool(os.environ.get("LONG")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "1")))
    parser.add_argument("--failed", action="store_true", help="only what failed in the run before")
    parser.add_argument("--document", action="store_true", help="only write the table of figures")
    options = parser.parse_args()
    wanted = chosen(options.case)
    failed = {(row["name"], row["database"]) for row in report.load()["cases"] if not row["passed"]}
    if not options.document:
        for kind in [options.database] if options.database else BOTH:
            these = [one for one in wanted if not options.failed or (one.name, kind) in failed]
            on_one_database(kind, these, long=options.long, seed=options.seed)
    found = report.load()
    report.show(found["cases"], found["skipped"])
    if options.document or options.long:
        report.document(found)
    return int(any(not row["passed"] for row in found["cases"]))


def on_one_database(kind: str, wanted: list[Case], *, long: bool, seed: int) -> None:
    """Do these cases on one site; each row is kept as soon as it is there."""
    wanted = [one for one in wanted if kind in one.databases]
    if not wanted:
        return
    with opened(kind) as site:
        for one in wanted:
            print(f"{one.name} on {kind}: {one.fault} … ", end="", flush=True)
            try:
                row = run(one, site, long=long, seed=seed)
            except Skipped as reason:
                print(f"skipped: {reason}", flush=True)
                report.keep({"name": one.name, "database": kind, "reason": str(reason)}, "skipped")
                continue
            report.keep(row)
            verdict = "passed" if row["passed"] else "FAILED"
            print(f"{verdict} ({row['acknowledged']} acknowledged, {row['seconds']} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
