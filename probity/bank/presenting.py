"""What the studio's pages about items show."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from probity.bank import checklist, history, labels, marking, queries
from probity.bank.editor import items as editor
from probity.bank.editor.draft import Draft
from probity.bank.editor.fields import chunks
from probity.bank.editor.layout import sections
from probity.bank.models import Item, ItemVersion
from probity.bank.shapes import AnyItem
from probity.kernel.markup import plain_text
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Actor
from probity.kernel.shapes import LOCALES

UNWRITTEN = "ITM-{}"
"""Stands in for ids that are not given yet while a draft is looked at."""


def wanted(chosen: Mapping[str, str]) -> queries.Filter:
    """The filter in a page's address."""
    return queries.Filter(
        text=chosen.get("q", "")[:200],
        kind=chosen.get("kind", ""),
        domain=chosen.get("domain", ""),
        competency=chosen.get("competency", ""),
        cognitive=chosen.get("cognitive", ""),
        partition=chosen.get("use", ""),
        state=chosen.get("state", ""),
        missing_chinese="untranslated" in chosen,
    )


def item_list(session: Session, actor: Actor, chosen: queries.Filter, page: int) -> dict[str, Any]:
    """One page of the bank, what was asked for, and what may be asked for."""
    domains, competencies = queries.places(session)
    return {
        "page": paginate(session, queries.search(actor, chosen), page),
        "wanted": chosen,
        "labels": labels,
        "headline": headline,
        "counts": queries.count_by_state(session, actor),
        "domains": [(domain, domain) for domain in domains],
        "competencies": [(competency, competency) for competency in competencies],
    }


def one_item(session: Session, row: Item, locale: str) -> dict[str, Any]:
    """An item as candidates see it, its key, its history and what a reviewer would remark."""
    item = queries.parsed(session, row.version)
    versions = queries.versions_of(session, row)
    return {
        "row": row,
        "item": item,
        "shown": locale,
        "view": marking.candidate_view(item, locale),
        "is_scorable": marking.is_scorable(item),
        "versions": versions,
        "authors": queries.authors_of(session, versions),
        "labels": labels,
        **remarks(item),
    }


def one_version(session: Session, row: Item, version: ItemVersion) -> dict[str, Any]:
    """An older wording, and what it changed."""
    before = queries.find_version(session, row, version.number - 1)
    return {
        "row": row,
        "version": version,
        "views": views_of(queries.parsed(session, version)),
        "changes": history.changes(before.content, version.content) if before else [],
        "authors": queries.authors_of(session, [version]),
    }


def editor_page(
    session: Session,
    kind: str,
    draft: Draft,
    *,
    row: Item | None = None,
    problems: editor.Problems | None = None,
) -> dict[str, Any]:
    """The form, what is wrong with it, and the item as far as it is one."""
    content = editor.content_of(kind, draft, row.version.content if row else None, author="–")
    for number, part in enumerate((content, *content.get("items", ()))):
        part.setdefault("id", UNWRITTEN.format(9999 - number))
    item = editor.checked(kind, draft, content, new=row is None)
    finished = {} if isinstance(item, dict) else {"views": views_of(item), **remarks(item)}
    domains, competencies = queries.places(session)
    return {
        "kind": kind,
        "row": row,
        "chunks": chunks,
        "sections": sections(kind, new=row is None),
        "draft": draft,
        "problems": problems or {},
        "names": editor.names_of(kind, draft, new=row is None),
        "labels": labels,
        "known": {"domain": domains, "competency": competencies},
        **finished,
    }


def headline(content: Mapping[str, Any]) -> dict[str, str]:
    """The question of an item, or the title of a case set, as plain words."""
    text: dict[str, str] = content.get("stem") or content["title"]
    return {locale: plain_text(words) for locale, words in text.items()}


def views_of(item: AnyItem) -> dict[str, marking.View]:
    """The item as candidates see it, in every language."""
    return {locale: marking.candidate_view(item, locale) for locale in LOCALES}


def remarks(item: AnyItem) -> dict[str, Any]:
    """The remarks of the checklist, and the checks without a remark."""
    found = checklist.advice(item)
    codes = {remark.code for remark in found}
    names = [name for name in checklist.applicable(item) if name not in codes]
    return {
        "remarks": [(one.part, labels.advice_sentence(one.code, one.facts)) for one in found],
        "passed": [labels.CHECKS[name] for name in names],
    }
