"""Which faces draw which names, and what none of them draws."""

import pytest
from fontTools.ttLib import TTFont

from probity.credentials.paper import outlines
from probity.credentials.paper.fonts import (
    REMEMBERED,
    Face,
    Library,
    Role,
    clusters,
    common_han,
)
from probity.kernel.errors import Misconfigured


@pytest.fixture(scope="module")
def library(press):
    return press.typesetter.library


@pytest.mark.parametrize(
    "name",
    [
        "Lin Wei", "林蔚", "歐陽娜娜", "䶮㛃𬀪", "欧阳·娜娜", "José Álvarez-O’Brien", "김철수",
        "Nguyễn Thị Hồng", "Łukasz Żółć", "Ἀριστοτέλης", "Иванов Иван", "X\u030c Q\u0303",
        "محمد بن سلمان", "สมชาย ศรีสุข", "नरेन्द्र", "משה", "გიორგი", "Արամ", "ကျော်", "さくら",
    ],
)  # fmt: skip
def test_names_of_many_scripts_can_be_drawn(library, name):
    assert library.missing(name) == []


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("Lin 😀 Wei", ["😀"]),
        ("👩‍👧", ["👩\u200d", "👧"]),
        ("Jo☺", ["☺"]),
        ("𝒳avier", ["𝒳"]),
        ("Wei\uf8ff", ["\uf8ff"]),
        ("\U0001f1e8\U0001f1f3", ["\U0001f1e8", "\U0001f1f3"]),
    ],
)
def test_signs_without_a_glyph_are_named(library, name, missing):
    assert library.missing(name) == missing


def test_a_word_is_drawn_with_one_face_if_one_has_all_its_letters(library):
    first = library.choose("Nguyễn", Role.DISPLAY).faces[0]
    assert all(first.draws(letter) for letter in "Nguyễn")
    assert library.choose("Nguyen", Role.DISPLAY).faces == library.base[Role.DISPLAY]


def test_a_script_without_an_installed_face_is_named(library, tmp_path):
    """The Chinese faces are installed, nothing else is."""
    for name in ("NotoSerifCJK-Bold.ttc", "NotoSansCJK-Regular.ttc"):
        (tmp_path / name).symlink_to(library._path(name))
    bare = Library(library.folder, sources=[tmp_path])
    assert bare.missing("მარი") == ["მ", "ა", "რ", "ი"]
    assert bare.missing("Lin Wei 林薇") == []


def test_very_many_texts_do_not_fill_the_memory(library):
    names = [f"Name {number}" for number in range(2 * REMEMBERED)]
    assert all(library.missing(name) == [] for name in [*names, *names])
    assert len(library._chosen) <= REMEMBERED


def test_the_common_set_is_that_of_both_writings():
    assert {"国", "國", "，"} <= set(common_han())
    assert "國" not in common_han(big5=False)


def test_a_mark_stays_with_its_letter():
    assert clusters("e\u0301x\u030c") == ["é", "x\u030c"]  # composed where Unicode can
    assert clusters("\u0e01\u0e34") == ["\u0e01\u0e34"]


def test_made_faces_are_kept_and_found_again(library, tmp_path):
    kept = {path.name: path.stat().st_mtime_ns for path in library.folder.glob("*.ttf")}
    again = Library(library.folder)
    assert again.base[Role.TEXT][0].data == library.base[Role.TEXT][0].data
    assert {p.name: p.stat().st_mtime_ns for p in library.folder.glob("*.ttf")} == kept


def test_faces_are_made_when_there_are_none(library, tmp_path):
    """The same recipe as for the shared cache, on a handful of characters."""
    source = library._path("NotoSerifCJK-Bold.ttc")
    with TTFont(source, fontNumber=2, lazy=True) as font:
        face = Face("Test Han", outlines.quadratic(font, "林薇\u0000", "Test Han"))
    assert sorted(face.widths) == [ord(" "), ord("林"), ord("薇")]
    fresh = Library(tmp_path / "fonts")
    latin = fresh._latin("Test Serif", "source-serif-4", 600)
    assert latin.draws("Lin")
    (kept,) = (tmp_path / "fonts").iterdir()
    assert kept.name.startswith("test-serif-")
    assert kept.read_bytes() == latin.data


def test_missing_system_fonts_are_named_with_the_remedy(tmp_path):
    with pytest.raises(Misconfigured, match=r"NotoSerifCJK-Bold\.ttc.*apt-get install"):
        _ = Library(tmp_path / "fonts", sources=[tmp_path]).base
