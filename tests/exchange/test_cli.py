"""`probity bank inspect` and `probity bank mark`."""

import json

import pytest
from click.testing import CliRunner

from probity.exchange.cli import bank


def run(*arguments, given="", expect=0):
    ran = CliRunner().invoke(bank, [str(argument) for argument in arguments], input=given)
    assert ran.exit_code == expect, ran.output
    return ran.output


def test_inspect_says_what_an_import_would_create(own_files):
    lines = run("inspect", "--json", own_files / "moodle-every-type.xml").splitlines()
    told = json.loads(lines[0])
    assert len(lines) == 1
    assert told["format"] == "moodle-xml"
    assert len(told["items"]) + len(told["rejected"]) == 20
    first = told["items"][0]
    assert first["kind"] == "single"
    assert first["stem_text"].startswith("Which threshold applies?")
    assert first["options"][0] == {"id": "a", "text": "The national one"}
    assert first["correct"] == "a"
    assert first["max_score"] == 2.5
    assert first["scorable"] is True
    assert all(
        item["warnings"] == [] or item["warnings"][0].endswith(".") for item in told["items"]
    )
    assert told["rejected"][0]["why"].startswith("A calculated question")
    assert told["rejected"][0]["where"].startswith("line ")


def test_inspect_walks_folders_and_says_what_it_does_not_know(own_files, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "plain.txt").write_bytes((own_files / "plain.aiken.txt").read_bytes())
    (tmp_path / "picture.bin").write_bytes(b"\x00\x01\x02")
    told = [json.loads(line) for line in run("inspect", tmp_path, "--json").splitlines()]
    assert [one["format"] for one in told] == [None, "aiken"]
    assert told[0]["warnings"] == ["Nobody knows the format of this file."]
    assert "1 refused" in run("inspect", tmp_path)


def test_inspect_of_nothing_known_is_refused(tmp_path):
    (tmp_path / "x.bin").write_bytes(b"\x00")
    run("inspect", tmp_path, expect=1)
    run("inspect", tmp_path / "missing", expect=2)


def test_mark_reads_responses_in_the_terms_of_the_file(own_files):
    asked = [
        {"file": "every-type.gift", "index": 0, "response": [1]},
        {"file": "moodle-every-type.xml", "index": 0, "response": [2]},
        {"file": "plain.aiken.txt", "index": 0, "response": [1]},
        {"file": "plain.aiken.txt", "index": 9, "response": [1]},
        {"file": "missing.txt", "index": 0, "response": [1]},
        {"file": "moodle-every-type.xml", "index": 10, "response": "An essay."},
        {"file": "moodle-every-type.xml", "index": 17, "response": "code"},
    ]
    given = "\n".join(map(json.dumps, asked)) + "\nno json\n"
    told = [
        json.loads(line)
        for line in run("mark", "--native", "--root", own_files, given=given).splitlines()
    ]
    assert told[0]["score"] == pytest.approx(1 / 3)
    assert told[1]["score"] == pytest.approx(-5 / 12)
    assert told[2] == {"file": "plain.aiken.txt", "index": 0, "score": 1.0, "max_score": 1.0}
    assert [one.get("score") for one in told[3:]] == [None] * 5
    assert all(one["error"] for one in told[3:])


def test_mark_wants_to_be_told_whose_terms_they_are():
    assert "--native" in run("mark", expect=2)
