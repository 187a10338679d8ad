"""Every public QTI file against an independent reading: counts, kinds, keys, maxima, scores."""

from collections import Counter

import pytest

from probity.bank.marking import BadResponse, mark
from probity.exchange.formats.qti.check import parsed
from probity.exchange.sentences import SENTENCES

ALIKE = {"upload": "essay", "matrix": "matching", "case": "other"}
KINDS = frozenset(
    [
        "single",
        "multiple",
        "true_false",
        "short_text",
        "numeric",
        "matching",
        "ordering",
        "cloze",
        "essay",
        "hotspot",
        "gap_match",
    ]
)
DISAGREED = {
    "Learnosity+learnosity-qti/Fixtures/interactions/gap_match_with_duplicated_map.xml": "max",
    "Learnosity+learnosity-qti/Fixtures/interactions/gap_match_with_imageObject.xml": "max",
    "oat-sa+qti-sdk/items/2_0/choice_multiple.xml": "kind",
    "oat-sa+qti-sdk/items/2_2_4/uploadinteraction-with-multiple-mime-types.xml": "people",
    "Citolab+qti-components/api/kennisnet-2/ITEM004.xml": "several values",
    "instructure+qti/items_1.2/matching.xml": "kind",
    "instructure+qti/items_1.2/numeric_exact_match.xml": "kind",
    "instructure+qti/mathml/numeric_1.2.xml": "kind",
    "instructure+qti/items_1.2/ordering.xml": "order",
    "instructure+qti/items_1.2/ordering.row.xml": "order",
    "instructure+qti/items_1.2/ordering_with_labels.xml": "order",
    "LucasWolfgang+QAS-Editor/canvas_respondus.zip": "kind",
}
"""Where we read a file differently, and in what; docs/decisions/0024 says why."""


@pytest.fixture(scope="module")
def readings(qti_readings):
    return qti_readings


def pairs(readings):
    """Each question with what was expected of it."""
    for path, (one, reading, wanted) in readings.items():
        for question, said in zip(
            reading.found if reading else [], wanted.get("items") or [], strict=False
        ):
            yield path, one, question, said


def disagreed(path):
    return DISAGREED.get(path.partition("/")[2], "")


def test_every_question_is_found(readings):
    for path, (_, reading, wanted) in readings.items():
        found = len(reading.found) if reading else 0
        assert found == wanted.get("questions", 0), path
        if "error" in wanted:
            assert reading.problems[0].code == "xml_broken", path
            assert reading.problems[0].where.startswith("line "), path


def test_every_question_is_imported_or_has_a_reason(readings):
    for path, _, question, _ in pairs(readings):
        assert (question.content is None) == (question.refusal is not None), path
        codes = [note.code for note in question.notes]
        codes += [question.refusal.code] if question.refusal else []
        assert set(codes) <= set(SENTENCES), path


def test_kinds_agree(readings):
    for path, _, question, said in pairs(readings):
        if question.content and disagreed(path) != "kind":
            kinds = {said["type"], *said.get("alt_types", [])}
            mine = question.content["kind"]
            assert {mine, ALIKE.get(mine, mine)} & kinds, (path, question.ref)


def judged(one, question, said):
    """What disagrees in maximum, key and scores."""
    item = parsed(question.content, question.media)
    for place, child in enumerate(question.content.get("items", [])):
        child["id"] = f"XXX-{place + 2:03}"
    wrong = []
    if abs(float(one.native_max(question)) - said["max"]) > 1e-6:
        wrong.append("max")
    if "correct" in said and mark(item, one.respond(question, said["correct"])).share != 1:
        wrong.append("key")
    for case in said.get("cases", []):
        try:
            earned = mark(item, one.respond(question, case["response"]))
        except BadResponse:
            wrong.append("case")
            continue
        if abs(float(one.native_score(question, earned)) - case["score"]) > 1e-6:
            wrong.append("case")
    return wrong


def test_keys_maxima_and_scores_agree(readings):
    cases = 0
    for path, one, question, said in pairs(readings):
        if not question.content or not said["scorable"] or disagreed(path):
            continue
        assert question.native.get("scorable") is True, path
        assert judged(one, question, said) == [], (path, question.ref)
        cases += len(said.get("cases", []))
    assert cases > 1500


def test_nearly_all_of_our_kinds_come_in(readings):
    ours = Counter()
    for path, _, question, said in pairs(readings):
        if said["scorable"] and said["type"] in KINDS:
            good = question.content is not None
            ours["in" if good else "out"] += 1
            ours[path.split("/")[0], "in" if good else "out"] += 1
    assert ours["in"] >= 0.98 * (ours["in"] + ours["out"]), ours


def differs(one, question, said):
    """Whether we read a question otherwise than the independent reader."""
    if question.content is None:
        return False
    mine = question.content["kind"]
    if not {mine, ALIKE.get(mine, mine)} & {said["type"], *said.get("alt_types", [])}:
        return True
    if not said["scorable"]:
        return False
    return question.native.get("scorable") is not True or bool(judged(one, question, said))


def test_disagreements_are_real(readings):
    """A line in the table that no longer says anything goes out."""
    found = {
        path.partition("/")[2]
        for path, one, question, said in pairs(readings)
        if disagreed(path) and differs(one, question, said)
    }
    assert found == set(DISAGREED)
