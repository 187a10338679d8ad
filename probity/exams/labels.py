"""The words people read for the codes of exams."""

from collections.abc import Mapping

from flask_babel import LazyString

from probity.kernel.i18n import lazy_gettext as _l

STATES: Mapping[str, LazyString] = {
    "draft": _l("Draft"),
    "published": _l("Published"),
    "closed": _l("Closed"),
}
STATE_BADGES = {"draft": "", "published": "ok", "closed": "warn"}
COLUMNS: Mapping[str, LazyString] = {
    "recall": _l("Remember, understand"),
    "apply": _l("Apply"),
    "judge": _l("Analyse, evaluate"),
    "case": _l("Case sets"),
}
ORDERS: Mapping[str, LazyString] = {
    "free": _l("Free: candidates go back and forth"),
    "forward_only": _l("Forward only: one question after the other, never back"),
}
SECTIONS: Mapping[str, LazyString] = {
    "open": _l("Open: candidates go from one to the other and back"),
    "sealed": _l("Sealed: whoever goes on to the next cannot come back"),
}
RESULTS: Mapping[str, LazyString] = {
    "at_once": _l("At once, when the attempt ends"),
    "after_review": _l("After review: the exam office releases them"),
    "on_date": _l("On a day"),
}
DETAILS: Mapping[str, LazyString] = {
    "none": _l("Pass or fail and the score"),
    "domains": _l("Also the score by domain"),
    "items": _l("Also the score of every question"),
}
ANSWERS: Mapping[str, LazyString] = {
    "never": _l("Never"),
    "after_release": _l("With the result"),
}
ENDINGS: Mapping[str, LazyString] = {
    "handed-in": _l("Handed in"),
    "time-over": _l("Time over"),
    "window-closed": _l("The window of the exam closed"),
    "ended-by-staff": _l("Ended by the exam staff"),
}
TOOLS: Mapping[str, LazyString] = {
    "calculator": _l("Calculator"),
    "notes": _l("Notes"),
    "strike_out": _l("Striking out options"),
}
FACTS: Mapping[str, LazyString] = {
    "title": _l("Title"),
    "slug": _l("Address"),
    "certificate": _l("Certificate"),
    "items": _l("Items from the public bank"),
    "cells": _l("Blueprint"),
    "paper": _l("Papers"),
    "time": _l("Time"),
    "attempts": _l("Attempts"),
    "cooling_off": _l("Waiting time"),
    "cut": _l("Pass mark"),
    "each_domain": _l("Least mark in each domain"),
    "basis": _l("Basis of the pass mark"),
    "opens": _l("Opens"),
    "closes": _l("Closes"),
    "prerequisites": _l("Lessons to finish first"),
    "order": _l("Going back"),
    "sections": _l("Sections"),
    "times": _l("Time of sections"),
    "shuffle": _l("Shuffled"),
    "result": _l("Results come"),
    "detail": _l("Candidates see"),
    "answers": _l("Right answers are shown"),
    "honour": _l("Own words before the start"),
    "summary": _l("Summary"),
    "tools": _l("Tools"),
    "references": _l("Documents to consult"),
}
FLAGS: Mapping[str, LazyString] = {
    "reversed": _l("Weak candidates do better than strong ones: check the key."),
    "flat": _l("It hardly tells strong from weak candidates."),
    "easy": _l("Almost everybody is right: it costs time and tells little."),
    "hard": _l("Almost nobody is right: check the key and the wording."),
}
FATES: Mapping[str, LazyString] = {
    "saved": _l("Saved before the end: it counts already"),
    "superseded": _l("Arrived before, when a newer answer had been saved"),
    "kept-before": _l("Kept before, waits for or has had its decision"),
    "kept": _l("Kept now, an officer decides whether it counts"),
    "too-many": _l("Not kept: 500 late answers are kept already"),
    "malformed": _l("Not kept: it is no answer to a question of this paper"),
}
