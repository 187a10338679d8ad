"""Packages as the schemas of QTI 2.1.1 and 3.0 and of their manifests want them.

The round trips look at every package that they write in the same way.
"""

import pytest

from probity.bank.shapes import dump_item
from probity.exchange.formats import format_named
from probity.exchange.xml import parse
from tests.exchange.formats.qti import packages
from tests.exchange.formats.qti.grammar import faults
from tests.factories import bank

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
KINDS = ("single", "multiple", "true_false", "numeric", "short_text", "matching", "ordering", "cloze",
         "gap_match", "matrix", "hotspot", "essay", "upload", "case")  # fmt: skip
RICH = {
    "en": "Words with *stress*, **more**, `code`, $x^2$ and [a file](media:law.pdf).\n\n"
    "- one\n- two\n  1. deep\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    "| only | headings |\n|---|---|\n\n```\npre\n```\n\n---\n\n$$\n\\frac{1}{2}\n$$\n\n![A seal](media:seal.png)"
}


def written(writer, items):
    return format_named(writer).write(items, lambda _sha: PNG).data


def assert_valid(writer, items):
    packages.assert_valid(writer, written(writer, items))


@pytest.mark.parametrize(
    ("words", "others"),
    [
        (b"<itemBody>", b"<itemBody>words"),
        (b' identifier="part"', b' identifier="1 part"'),
        (b' shuffle="true"', b' shuffle="yes"'),
        (b"<defaultValue><value>0</value></defaultValue>", b"<defaultValue/>"),
        (b"<simpleChoice", b"<prompt/><simpleChoice"),
        (b'cardinality="single"', b""),
    ],
)
def test_what_the_schema_forbids_is_found(words, others):
    data = packages.files_in(written("qti-2.1", [dump_item(bank.item("single"))]))[
        "items/GPP-0001.xml"
    ]
    assert list(faults(parse(data))) == []
    assert words in data
    assert list(faults(parse(data.replace(words, others))))


@pytest.mark.parametrize("writer", ["qti-2.1", "qti-3.0"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_may_hold_everything(writer, kind):
    content = dump_item(bank.item(kind))
    medium = {"sha256": "a" * 64, "type": "image/png", "size": len(PNG)}
    media = [{"name": "seal.png", **medium}, {"name": "law.pdf", **medium}]
    content |= {
        "media": [*content.get("media", []), *media],
        "tags": ["fuel", "采购"],
        "name": "Name",
        "feedback": {"right": RICH, "wrong": RICH, "general": RICH},
    }
    for holder in (content, *content.get("items", [])):
        if "stem" in holder:
            holder["stem"] = RICH
        for part in (*holder.get("options", []), *holder.get("left", [])):
            part["text"] = {"en": "*a* `b` $c$ ![A seal](media:seal.png)"}
            part["why"] = part["text"]
    assert_valid(writer, [content])


@pytest.mark.parametrize("writer", ["qti-2.1", "qti-3.0"])
def test_gaps_in_lists_and_tables_are_valid(writer):
    content = dump_item(bank.item("gap_match"))
    marks = [f"[[{gap['id']}]]" for gap in content["gaps"]]
    table = f"\n\n| a | b |\n|---|---|\n| so {marks[1]} | c |" if len(marks) > 1 else ""
    content["text"] = {"en": f"- one {marks[0]} here\n  - deep{table}" + " ".join(marks[2:])}
    assert_valid(writer, [content])


@pytest.mark.parametrize("writer", ["qti-2.1", "qti-3.0"])
def test_rubrics_of_the_parts_of_a_case_stand_in_the_body(writer):
    case = dump_item(bank.item("case"))
    essay = dump_item(bank.item("essay"))
    case["items"] = [*case["items"], {**essay, "id": "GPP-0999"}]
    assert_valid(writer, [case])


def test_foreign_metadata_that_a_manifest_may_not_hold_stands_beside_the_item():
    content = dump_item(bank.item("single"))
    old = '<metadata xmlns="m"><lom xmlns="l"><general><keyword>old</keyword></general></lom></metadata>'
    content["foreign"] = {"format": "qti-2.1", "id": "theirs", "max": None,
                          "data": {"metadata": old}, "processing": None}  # fmt: skip
    assert_valid("qti-3.0", [content])
    assert (
        b"<keyword>old</keyword>"
        in packages.files_in(written("qti-3.0", [content]))["metadata/theirs.xml"]
    )
    assert (
        b"<keyword>old</keyword>"
        in packages.files_in(written("qti-2.1", [content]))["imsmanifest.xml"]
    )
