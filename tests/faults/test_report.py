"""The report: rows replace rows, sums are sums, and the documentation names every case."""

import json

import pytest

from faults import report
from faults.__main__ import chosen, main


def row(name, database="sqlite", **changes):
    figures = {
        "acknowledged": 10,
        "kills": 2,
        "lost": 0,
        "duplicated": 0,
        "errors_5xx_other_than_503": 0,
        "passed": True,
    }
    return {"name": name, "database": database, **figures, **changes}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "build" / "faults.json"


def test_a_case_that_is_run_again_replaces_its_row(file):
    for one in (row("F10"), row("F2"), row("F2", "postgresql"), row("F2", lost=1, passed=False)):
        report.keep(one, path=file)
    found = json.loads(file.read_text())
    assert [(one["name"], one["database"]) for one in found["cases"]] == [
        ("F2", "postgresql"),
        ("F2", "sqlite"),
        ("F10", "sqlite"),
    ]
    assert found["totals"]["lost"] == 1
    assert found["totals"]["failed"] == 1
    assert found["totals"]["acknowledged"] == 30
    assert found["totals"]["kills"] == 6


def test_a_case_that_is_skipped_later_has_no_figures(file):
    report.keep(row("F9"), path=file)
    report.keep({"name": "F9", "database": "sqlite", "reason": "no strace"}, "skipped", file)
    found = json.loads(file.read_text())
    assert found["cases"] == []
    assert found["skipped"][0]["reason"] == "no strace"


@pytest.mark.parametrize(
    ("words", "names"),
    [("F1", ["F1"]), ("F5", ["F5a", "F5b", "F5c"]), ("F13, F2", ["F2", "F13"])],
)
def test_cases_are_chosen_by_name(words, names):
    assert [one.name for one in chosen(words)] == names


def test_a_name_that_does_not_exist_is_told(monkeypatch):
    monkeypatch.setattr("sys.argv", ["faults", "--case", "F99"])
    with pytest.raises(SystemExit, match=r"No case is named F99\. There are: F1, F2"):
        main()


def test_the_documentation_describes_every_case_as_it_is():
    chosen("")
    text = report.PAGE.read_text()
    shown = text.partition(report.CASES_FROM)[2].partition(report.CASES_TO)[0].strip()
    assert shown == "\n".join(report.described()), "run `python -m faults --document`"


def test_figures_are_written_between_their_marks(tmp_path):
    page = tmp_path / "faults.md"
    marks = (report.CASES_FROM, report.CASES_TO, report.FIGURES_FROM, report.FIGURES_TO)
    page.write_text("before\n{}\n{}\nmiddle\n{}\nof yesterday\n{}\nafter\n".format(*marks))
    more = {"form": "long", "p99_ms": 7, "longest_silence_s": 1.5}
    report.document({"cases": [row("F1", **more)], "skipped": []}, page)
    text = page.read_text()
    assert "of yesterday" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "10 acknowledged answers, 2 processes killed, 0 lost" in text
