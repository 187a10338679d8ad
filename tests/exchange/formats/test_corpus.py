"""GIFT, Aiken and Moodle XML of others: every question taken in, every response marked alike.

Where this differs from the independent reading, decision 0023 says why; the list is below.
"""

from collections import Counter

import pytest

from probity.bank import marking
from probity.exchange.detect import format_of
from probity.exchange.found import Source
from probity.exchange.items import as_item
from tests.factories.exchange import read_all

FOLDERS = ("aiken", "gift", "gift_crlf", "moodle_xml", "moodle_xml_crlf")
NAMES = {"aiken": "aiken", "gift": "gift", "moodle": "moodle-xml"}
NEAR = 0.0006
BRIDGED = (
    "gift/FAIR-by-Design-Methodology+FAIR-by-Design_ToT/Stage 5 – Publish/"
    "18-Publishing to learning platform/Assessment/questions-Publishing to the learning platform.txt"
)
"""One more question than a reader finds that stops at blank lines inside braces."""
NUMERICAL = "moodle_xml/AdrianoRuseler+python-scripts-for-moodle-questions/numerical/"
AGREED = {
    (f"{NUMERICAL}numerical.xml", 0, "86.0"),
    (f"{NUMERICAL}numericals.xml", 0, "70.0"),
    (f"{NUMERICAL}numericals.xml", 1, "66.0"),
    (f"{NUMERICAL}numericals.xml", 3, "81.0"),
    (f"{NUMERICAL}numericals.xml", 4, "81.0"),
    (f"{NUMERICAL}numericals.xml", 4, "78.0"),
    (f"{NUMERICAL}numericalsnum.xml", 0, "86.0"),
    (f"{NUMERICAL}numericalsnum.xml", 1, "95.0"),
    (f"{NUMERICAL}numericalsnum.xml", 1, "96.0"),
    (f"{NUMERICAL}numericalsnum.xml", 1, "100.5"),
    (f"{NUMERICAL}numericalsnum.xml", 4, "98.0"),
}
"""Overlapping answers: Moodle takes the first that fits, the other reader the exact value."""


@pytest.fixture(scope="module")
def readings(corpus, expected):
    """Each file as we read it, beside what is expected."""
    found = {}
    for name, wanted in expected.items():
        if name.split("/")[0] in FOLDERS:
            source = Source(name.rsplit("/", 1)[-1], path=corpus / name)
            form = format_of(source)
            found[name] = (form, read_all(form, source), wanted)
    return found


def paired(readings):
    """Each question with the format that read it and what is expected of it."""
    for name, (form, reading, wanted) in readings.items():
        ours = reading.found[1:] if name == BRIDGED else reading.found
        for found, item in zip(ours, wanted["items"], strict=True):
            yield name, form, found, item


def test_every_file_is_recognised_and_read_to_its_end(readings):
    assert len(readings) == 132
    for name, (form, reading, _wanted) in readings.items():
        assert form.name == NAMES[name.split("/")[0].split("_")[0]], name
        assert reading.problems == [], name


def test_every_question_is_taken_in(readings):
    refused = [(name, found.ref) for name, _form, found, _item in paired(readings) if found.refusal]
    assert refused == []
    others, wanted = Counter(), Counter({"description": 1})  # one has a title and no words
    for _form, reading, file in readings.values():
        others.update(other.what for other in reading.others)
        wanted.update(file.get("non_questions") or {})
    assert others == wanted


def test_kinds_and_points_are_those_of_the_file(readings):
    for name, form, found, item in paired(readings):
        place = (name, found.index)
        assert found.kind in {item["type"], *item.get("alt_types", ())}, place
        assert float(form.native_max(found)) == pytest.approx(item["max"], abs=NEAR), place


def test_keys_are_those_of_the_file(readings):
    """Our own key earns what the best response earns, and the file's key is our key."""
    judged = 0
    for name, form, found, item in paired(readings):
        if not item["scorable"] or any(place[:2] == (name, found.index) for place in AGREED):
            continue
        ours = as_item(found.content)
        best = max(item["cases"], key=lambda case: case["score"])
        if not best["score"]:
            continue
        for response in (marking.key_response(ours), form.respond(found, best["response"])):
            score = form.native_score(found, marking.mark(ours, response))
            assert float(score) == pytest.approx(best["score"], abs=NEAR), (name, found.index)
        judged += 1
    assert judged == 769


def test_every_response_earns_what_the_file_says(readings):
    differing = set()
    judged = 0
    for name, form, found, item in paired(readings):
        ours = as_item(found.content)
        for case in item.get("cases", ()) if item["scorable"] else ():
            mark = marking.mark(ours, form.respond(found, case["response"]))
            judged += 1
            if float(form.native_score(found, mark)) != pytest.approx(case["score"], abs=NEAR):
                differing.add((name, found.index, case["response"]))
    assert judged == 2457
    assert differing == AGREED
