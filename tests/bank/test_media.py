import json

import pytest

from probity.bank import marking
from probity.bank.media import find, key_of, media_of
from tests.factories import bank

PICTURE = {"name": "map.png", "sha256": "a" * 64, "type": "image/png", "size": 5}
SOUND = {"name": "call.mp3", "sha256": "b" * 64, "type": "audio/mpeg", "size": 5}
STEM = bank.text('See ![the "map"](media:map.png) and [the call](media:call.mp3).')


def address(medium):
    return f"/somewhere/{medium.sha256[:4]}"


def shown(item, give=address, **more):
    return marking.candidate_view(item, "en", address=give, **more)["stem_html"]


def test_pictures_and_sounds_get_their_addresses():
    html = shown(bank.item(stem=STEM, media=[PICTURE, SOUND]))
    assert '<img class="item__img" src="/somewhere/aaaa" alt="the &#34;map&#34;">' in html
    assert '<audio class="item__audio" controls preload="none" src="/somewhere/bbbb"' in html
    assert 'aria-label="the call"' in html


@pytest.mark.parametrize("give", [None, address])
def test_words_stand_for_what_is_not_there(give):
    html = shown(bank.item(stem=STEM, status="draft"), give)
    assert html == "See the &#34;map&#34; and the call."


def test_a_picture_without_words_takes_those_of_its_medium():
    picture = {**PICTURE, "alt": bank.text("A map", "地图")}
    item = bank.item(stem=bank.text("![](media:map.png)"), media=[picture])
    assert 'alt="A map"' in shown(item)
    zh = marking.candidate_view(item, "zh-Hans", address=address)["stem_html"]
    assert 'alt="地图"' in zh


def test_other_files_are_offered_for_download():
    sheet = {**PICTURE, "name": "sheet.pdf", "type": "application/pdf"}
    item = bank.item(stem=bank.text("[the sheet](media:sheet.pdf)"), media=[sheet])
    assert '<a href="/somewhere/aaaa" download>the sheet</a>' in shown(item)


def test_a_part_of_a_case_may_show_the_media_of_the_case():
    case = bank.item("case", media=[PICTURE])
    child = case.items[0].model_copy(update={"stem": {"en": "![map](media:map.png)"}})
    assert "/somewhere/aaaa" in shown(child, whole=case)
    assert "<img" not in shown(child)
    assert media_of(case) == {"map.png": case.media[0]}
    assert find(case, "a" * 64) == case.media[0]
    assert find(case, "c" * 64) is None
    assert key_of("a" * 64) == f"bank/media/{'a' * 64}"


def test_the_picture_of_a_hotspot_is_addressed_too():
    item = bank.item("hotspot")
    assert marking.candidate_view(item, "en", address=address)["image"] == "/somewhere/0000"
    assert marking.candidate_view(item, "en")["image"] is None


def test_explanations_show_pictures_and_stay_json():
    item = bank.item("numeric", why=bank.text("![map](media:map.png)"), media=[PICTURE])
    told = json.loads(json.dumps(marking.feedback(item, "1", "en", address=address)))
    assert "/somewhere/aaaa" in told["why"]


def test_parts_of_a_case_look_among_their_own_media_first():
    other = {**PICTURE, "sha256": "c" * 64}
    stem, why = bank.text("![map](media:map.png)"), bank.text("![map](media:map.png) why")
    parts = [
        bank.content("true_false", f"GPP-800{place}", stem=stem, why_true=why, media=media)
        for place, media in enumerate(([PICTURE], [other], []))
    ]
    title = bank.text("Look ![at](media:map.png)")
    case = bank.item(
        "case", items=parts, media=[SOUND, {**PICTURE, "sha256": "d" * 64}], title=title
    )
    view = marking.candidate_view(case, "en", address=address)
    assert "/somewhere/dddd" in view["stem_html"]
    shown_in = [part["stem_html"] for part in view["items"]]
    for html, place in zip(shown_in, ("aaaa", "cccc", "dddd"), strict=True):
        assert f"/somewhere/{place}" in html
    told = marking.feedback(case, None, "en", address=address)["items"]["GPP-8001"]
    assert "/somewhere/cccc" in told["options"]["true"]["why"]
