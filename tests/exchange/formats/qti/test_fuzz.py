"""Broken and hostile files: a reading, a refusal, a bound on time and memory; nothing else."""

import io
import random
import re
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probity.bank.shapes import dump_item
from probity.exchange.formats import format_named
from probity.exchange.formats.qti.bundling import to_version_3
from probity.exchange.formats.qti.making import etree
from probity.exchange.formats.qti.writing import item_of
from probity.exchange.found import MIB, Source
from probity.exchange.inspecting import settle
from probity.exchange.sentences import say
from tests.exchange.formats.qti.cases import choice, item, one, response
from tests.exchange.formats.qti12.test_reading import ABC, document, equal, lid, when
from tests.exchange.fuzzing import rounds
from tests.factories import bank
from tests.factories.exchange import read_all

KINDS = (
    "single", "multiple", "true_false", "numeric", "short_text", "matching", "ordering", "cloze",
    "gap_match", "matrix", "hotspot", "essay", "case",
)  # fmt: skip
WORDS = [b"", b"0", b"-1", b"1e99", b"9" * 40, b"NaN", b"true", b"\x00", b"\xff\xfe", b"]]>", b"a b",
         b"multiple", b"ordered", b"float", b"integer", b"point", b"pair", b"<p>", b"&#x1F600;"]  # fmt: skip


def seeds():
    """Documents of every kind in every version."""
    for kind in KINDS:
        root, _ = item_of(dump_item(bank.item(kind)), "i1", lambda name: name)
        yield "qti-2.x", etree.tostring(root)
        yield "qti-3.0", etree.tostring(to_version_3(root))
    yield "qti-1.2", document(lid("r1", *ABC), when(equal("x2"))).encode()
    adds = when(equal("x1", "l1"), "50", "Add") + when(equal("x3", "l2"), "50", "Add")
    pairs = lid("l1", *ABC, title="Left") + lid("l2", *ABC, title="Other")
    yield "qti-1.2", document(pairs, adds, "matching_question").encode()
    written = "<response_str ident='r1'><render_fib fibtype='Decimal'/></response_str>"
    yield "qti-1.2", document(written, when("<vargte respident='r1'>1</vargte>")).encode()


SEEDS = list(seeds())
VERSIONS = ("qti-1.2", "qti-2.x", "qti-3.0")
ATTRIBUTE = re.compile(rb'"[^"<>]{0,60}"')
ELEMENT = re.compile(rb"<([\w:.-]+)[^<>]*?/>")


def mutated(data, rng):
    """The document with a few things changed: values, elements, bytes."""
    for _ in range(rng.randint(1, 5)):
        way = rng.randint(0, 4)
        spots = list((ATTRIBUTE if way < 2 else ELEMENT).finditer(data))
        if way < 2 and spots:
            spot, other = rng.choice(spots), rng.choice(spots)
            new = other[0] if way else b'"' + rng.choice(WORDS).replace(b"<p>", b"") + b'"'
            data = data[: spot.start()] + new + data[spot.end() :]
        elif way < 4 and spots:
            spot, other = rng.choice(spots), rng.choice(spots)
            data = data[: spot.start()] + (other[0] if way == 3 else b"") + data[spot.end() :]
        elif data:
            place = rng.randrange(len(data))
            data = data[:place] + rng.choice(WORDS) + data[place + rng.randint(0, 3) :]
    return data


def assert_sound(reading):
    for found in reading.found:
        assert (found.content is None) == (found.refusal is not None)
        settle(found)
        assert found.refusal is None or say(found.refusal)
        assert all(say(note) for note in found.notes)
    assert all(say(note) for note in reading.problems)


@pytest.mark.parametrize("name", VERSIONS)
@settings(max_examples=rounds(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_changed_documents_are_read_or_refused(name, seed):
    rng = random.Random(seed)
    data = rng.choice([data for version, data in SEEDS if version == name])
    assert_sound(read_all(format_named(name), Source("a.xml", mutated(data, rng))))


@pytest.mark.parametrize("name", [*VERSIONS, "cartridge"])
@settings(max_examples=rounds(40), deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_refused(name, data):
    reading = read_all(format_named(name), Source("a", data))
    assert reading.problems or not reading.found


@pytest.mark.parametrize("name", ["cartridge"])
@settings(max_examples=rounds(60), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_packages_of_changed_documents_are_read_or_refused(name, seed):
    rng = random.Random(seed)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for place in range(3):
            file.writestr(f"{place}.xml", mutated(rng.choice(SEEDS)[1], rng))
        file.writestr(
            "imsmanifest.xml", mutated(b"<manifest><resource href='0.xml'/></manifest>", rng)
        )
    assert_sound(read_all(format_named(name), Source("a.zip", stream.getvalue())))


def spelled_out(options):
    """Rules that cost much for each response, over as many options as can be tried."""
    names = [f"O{n}" for n in range(options)]
    test = "".join(
        f'<member><baseValue baseType="identifier">{name}</baseValue><variable'
        f' identifier="RESPONSE"/></member>'
        for name in names
    )
    rule = (
        f"<responseCondition><responseIf><and>{test * 20}</and><setOutcomeValue"
        ' identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
        "</responseIf></responseCondition>"
    )
    declared = response(*names[:3], cardinality="multiple")
    return item(
        choice(*names, most=0), declared, f"<responseProcessing>{rule * 20}</responseProcessing>"
    )


def test_costly_rules_are_given_up_in_time():
    started = time.process_time()
    assert one(spelled_out(11)).refusal.code == "qti_unproved"
    assert time.process_time() - started < 3


def costly(size):
    """A bank of questions whose rules cost as much as they may."""
    part = document(lid("r1", *((f"x{n}", "Words") for n in range(11)), cardinality="Multiple"),
                    "".join(when(f"<and>{equal('x1')}{equal('x2')}</and>") for _ in range(5)))  # fmt: skip
    inner = re.search("<item.*</item>", part)[0]
    return f"<questestinterop>{inner * (size // len(inner))}</questestinterop>".encode()


def test_many_costly_questions_take_about_a_second_for_each_mebibyte():
    data = costly(MIB // 2)
    started = time.process_time()
    reading = read_all(format_named("qti-1.2"), Source("a.xml", data))
    assert time.process_time() - started < 4
    assert_sound(reading)
    assert len(reading.found) == data.count(b"<item ")


def plain(size):
    """A bank of questions with simple rules."""
    inner = re.search("<item.*</item>", document(lid("r1", *ABC), when(equal("x2"))))[0]
    return f"<questestinterop>{inner * (size // len(inner))}</questestinterop>".encode()


def test_a_large_file_needs_little_memory():
    data = plain(MIB // 4)
    tracemalloc.start()
    for thing in format_named("qti-1.2").read(Source("a.xml", data)):
        del thing
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MIB


def test_a_bank_of_plain_questions_is_quick():
    started = time.process_time()
    reading = read_all(format_named("qti-1.2"), Source("a.xml", plain(MIB // 2)))
    assert not any(found.refusal for found in reading.found)
    assert time.process_time() - started < 3


def test_drawings_lose_their_scripts_and_strange_files_are_not_taken():
    stream = io.BytesIO()
    text = item('<p><img src="evil.svg" alt="A"/><img src="../../etc/passwd" alt="B"/></p>'
                + choice("A", "B"), response("A"))  # fmt: skip
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
    )
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("items/i.xml", text)
        file.writestr("items/evil.svg", drawing)
    (found,) = read_all(format_named("cartridge"), Source("a.zip", stream.getvalue())).found
    assert [file.type for file in found.media] == ["image/svg+xml"]
    assert b"alert" not in found.media[0].data
    assert {"media_missing", "scripts_removed"} <= {note.code for note in found.notes}
