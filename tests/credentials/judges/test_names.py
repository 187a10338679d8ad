"""Certificates with hard names before independent judges; LONG_JUDGES=200 has as many made."""

import pytest

from tests.credentials.judges import judging
from tests.credentials.judges.names import chosen
from tests.factories.credentials import make_facts, make_file

NAMES = chosen()


@pytest.mark.parametrize("kind", NAMES)
def test_every_judge_accepts_the_file(press, tmp_path, kind):
    latin, native, language = NAMES[kind]
    facts = make_facts(press, name_latin=latin, name_native=native, native_lang=language)
    data, _file = make_file(press, facts)
    path = tmp_path / "certificate.pdf"
    path.write_bytes(data)
    keys = press.ring.private(facts.key_id).public
    complaints = [
        *judging.standards(data),
        *judging.accessibility(path),
        *judging.signature(path),
        *judging.pyhanko(data, keys.authority),
        *judging.code(data, facts, keys.credential),
        *judging.text(path, data, facts),
        *judging.fonts(data),
    ]
    assert complaints == []


def test_the_judges_do_notice(press, made, tmp_path):
    """A judge who never complains is none."""
    changed = made.data.replace(b"/Lang (en)", b"/Lang (fr)")
    stripped = made.data[: made.data.index(b"/Contents <3")]
    path = tmp_path / "changed.pdf"
    path.write_bytes(changed + b"\n%more\n")
    keys = press.ring.private(made.facts.key_id).public
    assert any(judging.signature(path))
    assert any(judging.pyhanko(changed, keys.authority))
    other = make_facts(press, name_native="林薇", number="PRB-2026-000124")
    assert any(judging.text(path, made.data, other))
    assert any(judging.code(made.data, other, keys.credential))
    path.write_bytes(stripped)
    assert any(judging.signature(path))
