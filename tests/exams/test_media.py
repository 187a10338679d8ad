"""A picture in a paper is seen by whoever sits it, while the question lies open, and by nobody else."""

import pytest

from probity.bank import actions as bank
from probity.bank import showing
from probity.exams import actions
from probity.kernel.permissions import SYSTEM
from tests.factories import exams
from tests.factories.bank import item, text


def pictured(app, session, **changes):
    """An exam of which every item shows a picture."""
    with app.app_context():
        digest = showing.keep(b"secret picture")
    medium = {
        "name": "map.png",
        "sha256": digest,
        "type": "image/png",
        "size": 9,
        "alt": text("Map"),
    }
    words = {"stem": text("Look: ![](media:map.png)"), "media": [medium]}
    items = [
        item("single", f"GPP-{number:04d}", use="secure", status="approved", **words)
        for number in range(1, 5)
    ]
    bank.load_items(session, items, source="test", by=SYSTEM)
    cell = {"domain": "GPP-1", "cognitive": ["apply"], "draw": 4}
    content = exams.exam_content(
        demonstration=False,
        sections=[{"id": "all", "title": exams.text("All"), "cells": [cell]}],
        **changes,
    )
    exam = actions.define(
        session, content, course_code="GP", state=exams.ExamState.PUBLISHED, by=SYSTEM
    )
    session.flush()
    return exam, digest


@pytest.mark.bare
def test_a_secure_picture_is_seen_in_the_room_only(app, session, browse, ada, bob):
    exam, digest = pictured(app, session)
    with app.test_request_context():
        attempt = exams.start_attempt(session, exam, ada)
    version = attempt.paper["slots"][0]["version_id"]
    url = f"/exams/media/{version}/{digest}"
    assert browse(ada).get(url).data == b"secret picture"
    browse(ada).get(f"/media/{version}/{digest}", expect=404)
    browse(bob).get(url, expect=404)
    actions.close(session, attempt, by=ada)
    session.flush()
    browse(ada).get(url, expect=404)
