"""Items of every kind, small and complete; `hidden` words must never reach a candidate."""

from copy import deepcopy

from probity.bank import actions
from probity.bank.shapes import parse_item
from probity.kernel.permissions import SYSTEM

HIDDEN = "canary"


def text(words, chinese=None):
    return {"en": words, "zh-Hans": chinese or f"中文 {words}"}


def why(words="reason"):
    return text(f"{HIDDEN} {words}", f"{HIDDEN} 理由")


COMMON = {
    "use": "practice",
    "domain": "GPP-1",
    "competency": "PR01.F",
    "cognitive": "apply",
    "status": "in_review",
    "author": f"{HIDDEN} author",
    "facts": ["GP-004"],
    "expected_p": "0.65",
    "legal_basis": [
        {
            "instrument": "REG",
            "article": HIDDEN,
            "effective_from": "2015-03-01",
            "checked_on": "2026-11-22",
            "confidence": "A",
        }
    ],
    "sources": [why("source")],
}


def options(*ids, correct):
    return [
        {"id": name, "text": text(f"Option {name}"), "correct": name in correct, "why": why()}
        for name in ids
    ]


CONTENT = {
    "single": {
        "stem": text("Which one?"),
        "options": options("part", "whole", "none", correct={"whole"}),
    },
    "multiple": {
        "stem": text("Which of these?"),
        "options": options("budget", "fees", "gift", "sales", correct={"budget", "fees"}),
    },
    "true_false": {
        "stem": text("It is so."),
        "answer": False,
        "why_true": why(),
        "why_false": why(),
    },
    "numeric": {
        "stem": text("How much?"),
        "answer": "18.95",
        "tolerance": {"absolute": "0.01"},
        "unit": {"code": "CNY", "accept": ["RMB", "元", f"{HIDDEN}"]},
        "decimals": 2,
        "why": why(),
        "traps": [{"value": "18", "why": why("trap")}],
    },
    "short_text": {
        "stem": text("Which value?"),
        "accept": [
            {"text": "procurement limit", "also": [f"{HIDDEN} limit"]},
            {"text": f"{HIDDEN} threshold", "share": "1/2", "why": why()},
            {"text": "采购限额标准"},
        ],
        "traps": [{"text": f"{HIDDEN} trap", "why": why("trap")}],
        "why": why(),
    },
    "matching": {
        "stem": text("What is each?"),
        "left": [
            {"id": name, "text": text(f"Left {name}"), "why": why()}
            for name in ("fuel", "boiler", "care")
        ],
        "right": [
            {"id": name, "text": text(f"Right {name}")} for name in ("goods", "works", "services")
        ],
        "pairs": {"fuel": "goods", "boiler": "works", "care": "services"},
    },
    "ordering": {
        "stem": text("Put in order."),
        "steps": [
            {"id": name, "text": text(f"Step {name}"), "why": why()}
            for name in ("body", "money", "split", "limit")
        ],
        "why": why(),
    },
    "cloze": {
        "stem": text("Complete."),
        "text": text(
            "Sign in [[days]] days, [[who]], within [[rate]] %.", "[[days]][[who]][[rate]]"
        ),
        "gaps": [
            {"id": "days", "number": 30, "why": why()},
            {"id": "who", "accept": [{"text": "buyer", "also": [HIDDEN]}], "why": why()},
            {
                "id": "rate",
                "choose": [
                    {"id": "ten", "text": text("ten"), "correct": True},
                    {"id": "two", "text": text("two")},
                ],
                "why": why(),
            },
        ],
    },
    "gap_match": {
        "stem": text("Fill in."),
        "text": text("The [[who]] signs [[what]].", "[[who]]签[[what]]。"),
        "gaps": [{"id": "who", "why": why()}, {"id": "what", "why": why()}],
        "choices": [
            {"id": name, "text": text(f"Piece {name}"), "why": why()}
            for name in ("buyer", "contract", "gift")
        ],
        "pairs": {"who": "buyer", "what": "contract"},
    },
    "matrix": {
        "stem": text("Judge each."),
        "rows": [
            {"id": name, "text": text(f"Row {name}"), "why": why()}
            for name in ("bid", "tea", "car")
        ],
        "columns": [{"id": name, "text": text(f"Column {name}")} for name in ("yes", "no")],
        "cells": ["bid yes", "tea no", "car no"],
    },
    "hotspot": {
        "stem": text("Where is the seal?"),
        "media": [
            {
                "name": "page.png",
                "sha256": "0" * 64,
                "type": "image/png",
                "size": 68,
                "alt": text("A page with three marks"),
            }
        ],
        "image": "page.png",
        "width": 100,
        "height": 80,
        "areas": [
            {
                "id": name,
                "shape": shape,
                "coords": coords,
                "label": text(f"Area {name}"),
                "correct": name == "seal",
                "why": why(),
            }
            for name, shape, coords in (
                ("head", "rect", [0, 0, 100, 20]),
                ("seal", "circle", [70, 60, 10]),
                ("foot", "poly", [0, 60, 40, 60, 20, 80]),
            )
        ],
        "why": why(),
    },
    "essay": {
        "stem": text("Answer in five lines."),
        "rubric": [{"id": "result", "text": why("rubric"), "points": 2}],
        "model_answer": why("model"),
    },
    "upload": {
        "stem": text("Hand in the sheet."),
        "rubric": [{"id": "sheet", "text": why("rubric"), "points": 2}],
        "accept_types": ["application/pdf"],
    },
}
SCORABLE = ("single", "multiple", "true_false", "numeric", "short_text", "matching", "ordering")
SCORABLE = (*SCORABLE, "cloze", "gap_match", "matrix", "hotspot", "case")


def content(kind, ref="GPP-0001", **changes):
    """The content of one item of this kind, as a file would hold it."""
    own = _case(ref) if kind == "case" else deepcopy(CONTENT[kind])
    return {**deepcopy(COMMON), "id": ref, "kind": kind, **own, **changes}


def item(kind="single", ref="GPP-0001", **changes):
    return parse_item(content(kind, ref, **changes))


def _case(ref):
    number = int(ref[-3:])
    kinds = ("single", "numeric", "matching")
    return {
        "title": text("Three messages"),
        "material": [
            {"id": "inbox", "title": text("Inbox"), "text": text("**Library**: lamps.")},
            {
                "id": "notice",
                "title": text("Notice"),
                "text": text("| a | b |\n|---|---|\n| 1 | 2 |"),
            },
        ],
        "items": [
            content(kind, f"{ref[:3]}-{8000 + 10 * (number % 90) + place}")
            for place, kind in enumerate(kinds)
        ],
    }


def add_item(session, kind="single", ref="GPP-0001", **changes):
    """An item in the bank, as somebody wrote it in the browser."""
    row = actions.create_item(session, item(kind, ref, **changes), by=SYSTEM)
    session.flush()
    return row
