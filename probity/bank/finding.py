"""The index of the words that items are found by: what it holds, and how it is asked.

Both databases find the same: whole words by their beginning, Chinese by pairs of characters.
"""

from collections.abc import Mapping

from sqlalchemy import Select, cast, delete, insert, select, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from probity.bank import searching
from probity.bank.models import Words

ON_SQLITE = "sqlite"


def keep(session: Session, item_id: int, words: str) -> None:
    """Find the item by these words from now on, and by the former ones no more."""
    on_sqlite = session.get_bind().dialect.name == ON_SQLITE
    if on_sqlite:
        former = session.scalar(select(Words.text).where(Words.item_id == item_id))
        if former is not None:
            _tell_index(session, item_id, former, gone=True)
    session.execute(delete(Words).where(Words.item_id == item_id))
    session.execute(insert(Words).values(item_id=item_id, text=words))
    if on_sqlite:
        _tell_index(session, item_id, words, gone=False)


def keep_new(session: Session, words: Mapping[int, str]) -> None:
    """Find new items by their words from now on; words by item id."""
    rows = [{"item_id": item_id, "text": said} for item_id, said in words.items()]
    if not rows:
        return
    session.execute(insert(Words), rows)
    if session.get_bind().dialect.name == ON_SQLITE:
        session.execute(text("INSERT INTO item_found (rowid, text) VALUES (:item_id, :text)"), rows)


def matching(session: Session, query: str) -> Select[int] | None:
    """Ids of the items in which every word of the query occurs; None if it holds no word."""
    terms = searching.terms(query)
    if not terms:
        return None
    if session.get_bind().dialect.name == ON_SQLITE:
        asked = " AND ".join(f'"{word}"{"*" if begins else ""}' for word, begins in terms)
        found = text("SELECT rowid AS item_id FROM item_found WHERE item_found MATCH :asked")
        rows = found.bindparams(asked=asked).columns(Words.item_id).subquery()
        return select(rows.c.item_id)
    asked = " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in terms)
    return select(Words.item_id).where(Words.text.op("@@")(cast(asked, TSQUERY)))


def _tell_index(session: Session, item_id: int, words: str, *, gone: bool) -> None:
    if gone:
        statement = "INSERT INTO item_found (item_found, rowid, text) VALUES ('delete', :id, :text)"
    else:
        statement = "INSERT INTO item_found (rowid, text) VALUES (:id, :text)"
    session.execute(text(statement), {"id": item_id, "text": words})
