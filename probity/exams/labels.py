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
    "free": _l("Free: candidates go back and forth until they hand in"),
    "forward_only": _l("Forward only"),
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
}
FACTS: Mapping[str, LazyString] = {
    "title": _l("Title"),
    "slug": _l("Address"),
    "certificate": _l("Certificate"),
    "items": _l("Items from the public bank"),
    "cells": _l("Blueprint"),
    "time": _l("Time"),
    "attempts": _l("Attempts"),
    "cooling_off": _l("Waiting time"),
    "cut": _l("Pass mark"),
    "basis": _l("Basis of the pass mark"),
    "opens": _l("Opens"),
    "closes": _l("Closes"),
    "prerequisites": _l("Lessons to finish first"),
    "order": _l("Going back"),
    "shuffle": _l("Shuffled"),
    "result": _l("Results come"),
    "detail": _l("Candidates see"),
    "answers": _l("Right answers are shown"),
    "honour": _l("Own words before the start"),
    "summary": _l("Summary"),
}
FLAGS: Mapping[str, LazyString] = {
    "reversed": _l("Weak candidates do better than strong ones: check the key."),
    "flat": _l("It hardly tells strong from weak candidates."),
    "easy": _l("Almost everybody is right: it costs time and tells little."),
    "hard": _l("Almost nobody is right: check the key and the wording."),
}
