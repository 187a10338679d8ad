"""Documents of the exam form: read, shown again, added, dropped, stored."""

from werkzeug.datastructures import MultiDict

from probity.exams import documents
from probity.exams.documents import Written

STORED = {
    "references": [
        {"id": "act", "title": {"en": "Act"}, "text": {"en": "Article 1"}},
        {"id": "table", "title": {"en": "Table", "zh-Hans": "表"}, "text": {"en": "| a |"}},
    ]
}


def form_of(written):
    fields = {"documents": str(len(written))}
    for place, one in enumerate(written):
        fields[f"d{place}-id"] = one.id
        for (name, locale), words in one.words.items():
            fields[documents.control(place, name, locale)] = words
    return MultiDict(fields)


def test_what_is_stored_comes_back_from_the_form_unchanged():
    again = documents.read(form_of(documents.show(STORED)))
    assert documents.content_of(again) == STORED["references"]


def test_buttons_add_up_to_the_most_and_drop_one():
    written = []
    for _ in range(12):
        documents.press(written, "document")
    assert len(written) == 8
    written[1].words["title", "en"] = "Second"
    documents.press(written, "drop:1")
    assert len(written) == 7
    assert not any(one.words for one in written)
    for nonsense in ("drop:99", "drop:", "drop:x", "save", ""):
        documents.press(written, nonsense)
    assert len(written) == 7


def test_an_empty_one_is_left_out_and_a_half_written_one_is_not():
    half = Written(words={("title", "en"): "Act", ("text", "en"): " "})
    stored = documents.content_of([Written(), half])
    assert stored == [{"id": "document_1", "title": {"en": "Act"}, "text": {}}]
    assert documents.controls_of([Written(), half])["references.0.text"] == "d1-text-en"


def test_ids_are_given_once_and_twins_in_a_forged_form_are_told_apart():
    twins = [Written("act", {("title", "en"): word}) for word in ("A", "B")]
    assert [one["id"] for one in documents.content_of(twins)] == ["act", "document_1"]


def test_a_forged_number_of_documents_reads_at_most_the_most():
    assert documents.read(MultiDict({"documents": "1000000"})) == []
    assert len(documents.read(MultiDict({"documents": "99"}))) == 8
    assert documents.read(MultiDict({"documents": "-1"})) == []
