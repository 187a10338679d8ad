"""Pictures of designs: only pixels and shapes are kept."""

import io

import pytest
from PIL import Image

from probity.credentials.designs import images
from probity.credentials.designs.images import BadPicture, clean
from tests.factories.designs import DRAWING, png


def test_a_picture_is_put_on_white_and_made_small():
    data, kind = clean(png((2000, 1000), colour=(0, 0, 0, 0)))
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.size, picture.mode) == ((900, 450), "RGB")
        assert picture.getpixel((0, 0)) == (255, 255, 255)
    assert kind == images.PNG


def test_a_drawing_loses_what_acts():
    hostile = DRAWING.replace(b"<rect", b'<script>x()</script><rect onload="x()"')
    data, kind = clean(hostile)
    assert b"script" not in data
    assert b"onload" not in data
    assert kind == images.SVG


def test_what_is_no_picture_is_refused():
    bomb = png((6000, 5000), "1", 1)
    inside = DRAWING.replace(b"<rect", b'<image href="data:image/png;base64,AA"/><rect')
    for data, code in (
        (b"x" * (images.LARGEST + 1), "large"),
        (b"%PDF-1.7", "kind"),
        (b"\x89PNG\r\n\x1a\nxx", "damaged"),
        (b"<svg", "damaged"),
        (bomb, "pixels"),
        (inside, "inside"),
        (DRAWING.replace(b"<rect", b"<text>A</text><rect"), "text"),
    ):
        with pytest.raises(BadPicture) as refused:
            clean(data)
        assert refused.value.reason == f"picture-{code}"
