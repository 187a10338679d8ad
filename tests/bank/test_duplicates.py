import pytest

from probity.bank import actions, duplicates
from probity.kernel.permissions import SYSTEM
from tests.factories import bank
from tests.factories.bank import add_item

LONG = "A county school buys forty desks for its new library. Which form of contract does it sign?"
ALIKE = "A county school buys fifty desks for its new library. Which kind of contract does it sign?"
OTHER = "A supplier sends its challenge by post on the last day. When is the challenge in time?"
CHINESE = "某县小学为新图书馆购买四十张课桌，应当签订哪种合同？请选择最符合规定的一种。"
CHINESE_ALIKE = "某县小学为新图书馆购买五十张课桌，应当签订哪一种合同？请选择最符合规定的一种。"
CHINESE_OTHER = "供应商在最后一天邮寄质疑函，质疑何时算作按期提出？请说明起算日期。"


def options(*words):
    return [
        {"id": f"o{n}", "text": bank.text(en, zh), "correct": n == 0, "why": bank.why()}
        for n, (en, zh) in enumerate(words)
    ]


BUYING = options(("A framework", "框架协议"), ("A fixed price", "固定总价"), ("A lease", "租赁"))
TIMELY = options(("When posted", "寄出时"), ("When it arrives", "送达时"), ("Never", "均不算"))


def content(ref, stem, rows):
    return bank.content("single", ref, stem=stem, options=rows)


@pytest.fixture
def bank_of_two(session):
    add_item(session, ref="GPP-0001", stem=bank.text(LONG, CHINESE), options=BUYING)
    add_item(session, ref="GPP-0002", stem=bank.text(OTHER, CHINESE_OTHER), options=TIMELY)


@pytest.mark.usefixtures("bank_of_two")
@pytest.mark.parametrize(
    "stem",
    [
        bank.text(ALIKE, CHINESE_ALIKE),
        bank.text(ALIKE, "另一种说法，与原题没有关系的中文文字，供比较之用。"),
        bank.text("Quite another question in English, about lamps.", CHINESE_ALIKE),
    ],
    ids=["both languages", "English", "Chinese"],
)
def test_nearly_the_same_words_are_found_in_either_language(session, stem):
    found = duplicates.near(session, content("GPP-0003", stem, BUYING), 5)
    assert [ref for ref, _share in found] == ["GPP-0001"]
    assert 0.5 <= found[0][1] < 1


@pytest.mark.usefixtures("bank_of_two")
def test_the_same_words_are_wholly_alike_and_an_item_is_not_like_itself(session):
    same = content("GPP-0003", bank.text(LONG, CHINESE), BUYING)
    assert duplicates.near(session, same, 5) == [("GPP-0001", 1.0)]
    row = add_item(session, ref="GPP-0003", stem=same["stem"], options=BUYING)
    assert [r for r, _s in duplicates.near(session, same, 5, besides=row.id)] == ["GPP-0001"]


@pytest.mark.usefixtures("bank_of_two")
def test_other_questions_are_not_alike(session):
    stem = bank.text("Who opens the bids, and in whose presence?", "谁主持开标，谁应当在场？")
    assert duplicates.near(session, content("GPP-0003", stem, TIMELY[:3]), 5) == []
    assert duplicates.near(session, {"stem": {"en": "?"}}, 5) == []


def test_old_words_are_compared_no_more(session):
    row = add_item(session, ref="GPP-0001", stem=bank.text(LONG, CHINESE), options=BUYING)
    new = bank.item(stem=bank.text(OTHER, CHINESE_OTHER), options=BUYING)
    actions.revise_item(session, row, new, base=1, by=SYSTEM)
    asked = content("GPP-0003", bank.text(ALIKE, CHINESE_ALIKE), TIMELY)
    assert duplicates.near(session, asked, 5) == []


def test_items_without_a_fingerprint_are_given_one(session, work):
    from sqlalchemy import delete

    from probity.bank.models import Sketch

    row = add_item(session, ref="GPP-0001", stem=bank.text(LONG, CHINESE), options=BUYING)
    session.execute(delete(Sketch))
    assert duplicates.without(session, 9) == [row.id]
    duplicates.keep(session, row.id, row.version.content)
    assert duplicates.without(session, 9) == []
    duplicates.keep(session, row.id, {"stem": {"en": "?"}})
    assert duplicates.without(session, 9) == []
