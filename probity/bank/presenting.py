"""What the studio's pages about items show."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from probity.bank import (
    checklist,
    desk,
    history,
    labels,
    listing,
    marking,
    queries,
    reviews,
    sentences,
    showing,
)
from probity.bank.editor import items as editor
from probity.bank.editor.draft import Draft
from probity.bank.editor.fields import chunks
from probity.bank.editor.layout import sections
from probity.bank.media import Address
from probity.bank.models import Item, ItemVersion
from probity.bank.shapes import AnyItem
from probity.kernel.permissions import Actor
from probity.kernel.shapes import LOCALES

UNWRITTEN = "ITM-{}"
"""Stands in for ids that are not given yet while a draft is looked at."""


def wanted(chosen: Mapping[str, str]) -> listing.Filter:
    """The filter in a page's address."""
    return listing.Filter(
        text=chosen.get("q", "")[:200],
        kind=chosen.get("kind", ""),
        domain=chosen.get("domain", ""),
        competency=chosen.get("competency", ""),
        cognitive=chosen.get("cognitive", ""),
        partition=chosen.get("use", ""),
        state=chosen.get("state", ""),
        folder=int(folder) if (folder := chosen.get("folder", "")[:9]).isdecimal() else None,
        tag=chosen.get("tag", "")[:60],
        figures=chosen.get("figures", ""),
        missing_chinese="untranslated" in chosen,
    )


def item_list(
    session: Session, actor: Actor, chosen: listing.Filter, page: int, address: str = ""
) -> dict[str, Any]:
    """One page of the bank, what was asked for, and what may be asked for."""
    domains, competencies = queries.places(session)
    counts = queries.count_by_state(session, actor)
    found = listing.page(session, actor, chosen, page, counts)
    return {
        **desk.list_side(session, actor, found.items, address),
        "page": found,
        "wanted": chosen,
        "labels": labels,
        "headline": desk.headline,
        "counts": counts,
        "domains": [(domain, domain) for domain in domains],
        "competencies": [(competency, competency) for competency in competencies],
    }


def one_item(session: Session, row: Item, locale: str, actor: Actor) -> dict[str, Any]:
    """An item as candidates see it, its key, its history and what a reviewer would remark."""
    item = queries.parsed(session, row.version)
    versions = queries.versions_of(session, row)
    return {
        **desk.beside(session, row, actor),
        "row": row,
        "item": item,
        "shown": locale,
        "view": marking.candidate_view(item, locale, address=showing.address_in(row.version.id)),
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
        "views": views_of(queries.parsed(session, version), showing.address_in(version.id)),
        "changes": history.changes(before.content, version.content) if before else [],
        "authors": queries.authors_of(session, [version]),
    }


def editor_page(
    session: Session,
    kind: str,
    draft: Draft,
    *,
    actor: Actor,
    row: Item | None = None,
    problems: editor.Problems | None = None,
) -> dict[str, Any]:
    """The form, what is wrong with it, and the item as far as it is one."""
    content = editor.content_of(kind, draft, row.version.content if row else None, author="–")
    for number, part in enumerate((content, *content.get("items", ()))):
        part.setdefault("id", UNWRITTEN.format(9999 - number))
    item = editor.checked(kind, draft, {**content, "status": "draft"}, new=row is None)
    address = _unsaved_address(row.version if row else None)
    finished: dict[str, Any] = {}
    if not isinstance(item, dict):
        views = views_of(item, lambda medium: address(medium.sha256))
        wanting = editor.wanting(kind, draft, item, new=row is None)
        finished = {"views": views, "wanting": wanting, **remarks(item)}
    domains, competencies = queries.places(session)
    besides = row.id if row else None
    return {
        "pictures": _pictures(draft, address),
        "alike": desk.alike(session, content, actor, besides=besides) if finished else [],
        "discussion": reviews.discussion(session, row) if row else [],
        "sentences": sentences,
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


def views_of(item: AnyItem, address: Address) -> dict[str, marking.View]:
    """The item as candidates see it, in every language."""
    return {locale: marking.candidate_view(item, locale, address=address) for locale in LOCALES}


def _unsaved_address(version: ItemVersion | None) -> Callable[[str], str]:
    """Files of the stored words have the address of their version, others one of their own."""
    stored = {medium["sha256"] for medium in version.content.get("media", ())} if version else ()

    def address(sha256: str) -> str:
        if version is not None and sha256 in stored:
            return url_for("media.show_medium", version_id=version.id, sha256=sha256)
        return url_for("bank.show_unsaved_file", sha256=sha256)

    return address


def _pictures(draft: Draft, address: Callable[[str], str]) -> dict[str, str]:
    """The addresses of the pictures of a draft, by name."""
    return {
        row["name"]: address(row["sha256"])
        for row in draft.get("media", ())
        if row["sha256"] and str(row["type"]).startswith("image/")
    }


def remarks(item: AnyItem) -> dict[str, Any]:
    """The remarks of the checklist, and the checks without a remark."""
    found = checklist.advice(item)
    codes = {remark.code for remark in found}
    names = [name for name in checklist.applicable(item) if name not in codes]
    return {
        "remarks": [(one.part, labels.advice_sentence(one.code, one.facts)) for one in found],
        "passed": [labels.CHECKS[name] for name in names],
    }
