"""Any bytes, and real files with damage: read or refused, never another exception."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probity.exchange.formats import format_named
from probity.exchange.found import Limits, Source, read_all
from probity.exchange.items import as_item
from probity.exchange.sentences import say

OWN = Path(__file__).parent / "files"
SEEDS = {
    "moodle-xml": (OWN / "moodle-every-type.xml").read_bytes(),
    "gift": (OWN / "every-type.gift").read_bytes(),
    "aiken": (OWN / "plain.aiken.txt").read_bytes(),
}
TOKENS = [b"{", b"}", b"~", b"=", b"#", b"->", b"%50%", b"::", b"\\", b"\n\n", b"<text>", b"</text>",
          b"<b>", b"&lt;", b"&amp;", b"]]>", b"<![CDATA[", b"100", b"-1e9", b"\xff\xfe", b"\x00",
          b"[[1]]", b"{1:MC:", b"ANSWER: A", b"A) ", b"NaN", b"fraction=", b"\xe9", "题".encode()]  # fmt: skip
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "150"))


@st.composite
def damaged(draw, seed):
    """A real file, cut, doubled or with something put into it, a few times."""
    data = seed
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 400)))
        piece = draw(
            st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6), st.just(data[start:end]))
        )
        data = data[:start] + piece + data[draw(st.sampled_from([start, end])) :]
    return data


def judge(form, data):
    """Everything in it is an item, or refused in words."""
    reading = read_all(form, Source("fuzz", data=data, limits=Limits(most_bytes=10**6)))
    for found in reading.found:
        if found.refusal is not None:
            assert say(found.refusal)
        else:
            as_item(found.content)
            assert form.native_max(found) >= 0
        assert all(say(note) for note in found.notes)
    assert all(say(note) for note in reading.problems)
    kept = [found.content for found in reading.found if found.content]
    media = {medium["sha256"]: b"" for item in kept for medium in item.get("media", ())}
    form.write(kept, media.__getitem__)


@pytest.mark.parametrize("name", sorted(SEEDS))
@settings(max_examples=ROUNDS, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_damaged_files_are_read_or_refused(name, data):
    judge(format_named(name), data.draw(damaged(SEEDS[name])))


@pytest.mark.parametrize("name", sorted(SEEDS))
@settings(max_examples=ROUNDS, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(TOKENS)).map(b"".join)))
def test_any_bytes_are_read_or_refused(name, data):
    judge(format_named(name), data)
