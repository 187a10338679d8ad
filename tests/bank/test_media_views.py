"""Who may see the pictures of an item, and how they are sent."""

import pytest

from probity.bank import showing
from tests.factories.bank import add_item, text

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BYTES = {
    "image/png": b"picture",
    "image/svg+xml": DRAWING,
    "text/html": b"<script>alert(1)</script>",
}


def with_picture(app, session, use="practice", kind="image/png"):
    with app.app_context():
        digest = showing.keep(BYTES[kind])
    medium = {"name": "map.png", "sha256": digest, "type": kind, "size": 7, "alt": text("A map")}
    row = add_item(session, use=use, media=[medium], stem=text("![](media:map.png)"))
    return f"/media/{row.version.id}/{digest}"


def test_a_public_picture_is_sent_to_anybody_signed_in(app, session, browse, ada):
    url = with_picture(app, session)
    got = browse(ada).get(url)
    assert (got.data, got.mimetype) == (b"picture", "image/png")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == showing.KEPT_FOR
    browse().get(url, expect=303)


def test_a_secure_picture_needs_the_right_to_read_the_item(app, session, browse, ada, ivy, otto):
    url = with_picture(app, session, use="secure")
    browse(ada).get(url, expect=404)
    browse(ivy).get(url, expect=404)
    browse(otto).get(url)


def test_addresses_that_lead_nowhere(app, session, browse, ivy):
    url = with_picture(app, session)
    visitor = browse(ivy)
    visitor.get(f"{url[:-4]}0000", expect=404)
    visitor.get("/media/999999/" + "0" * 64, expect=404)
    lost = {"name": "x.png", "sha256": "1" * 64, "type": "image/png", "size": 7, "alt": text("x")}
    row = add_item(session, ref="GPP-0002", media=[lost])
    visitor.get(f"/media/{row.version.id}/{'1' * 64}", expect=404)


@pytest.mark.parametrize(
    ("kind", "sent", "disposition"),
    [
        ("image/svg+xml", "image/svg+xml", "inline"),
        ("text/html", "application/octet-stream", "attachment"),
    ],
)
def test_nothing_inside_a_file_can_run(app, session, browse, ivy, kind, sent, disposition):
    got = browse(ivy).get(with_picture(app, session, kind=kind))
    assert got.mimetype == sent
    assert got.headers["Content-Disposition"].startswith(disposition)
    policy = got.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")


def test_a_part_of_a_sound_can_be_asked_for(app, session, browse, ivy):
    got = browse(ivy).get(with_picture(app, session), 206, headers={"Range": "bytes=0-2"})
    assert got.data == b"pic"


def test_practice_shows_the_picture_under_its_address(app, session, browse, ada):
    url = with_picture(app, session)
    assert f'src="{url}"' in browse(ada).get("/practice/").text
