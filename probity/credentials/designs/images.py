"""Pictures that registrars upload: cleaned, made small, without anything that is not a picture."""

import hashlib
import io

from lxml import etree

from probity.credentials.designs import sentences
from probity.credentials.paper.design import Picture
from probity.exchange import media
from probity.kernel import storage
from probity.kernel.errors import Refused

PNG, SVG = "image/png", "image/svg+xml"
LARGEST = 1024 * 1024
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 900
FOLDER = "designs"


class BadPicture(Refused):
    """A file that cannot be used; the message says why."""

    def __init__(self, code: str) -> None:
        super().__init__(str(sentences.PICTURES[code]), f"picture-{code}")


def key_of(sha256: str) -> str:
    """Where a picture lies in the storage."""
    return f"{FOLDER}/{sha256}"


def keep(data: bytes, alt: str) -> Picture:
    """Clean a picture and put it into the storage. Raises BadPicture."""
    cleaned, kind = clean(data)
    if not alt:
        raise BadPicture("alt")
    sha256 = hashlib.sha256(cleaned).hexdigest()
    storage.put(key_of(sha256), cleaned)
    return Picture(sha256, kind, alt)


def renamed(picture: Picture, alt: str) -> Picture:
    """The same picture under other words. Raises BadPicture if there are none."""
    if not alt:
        raise BadPicture("alt")
    return Picture(picture.sha256, picture.kind, alt)


def clean(data: bytes) -> tuple[bytes, str]:
    """What is kept of a file, and what it is. Raises BadPicture."""
    if len(data) > LARGEST:
        raise BadPicture("large")
    kind, _ending = media.true_type(data)
    if kind == SVG:
        return _drawing(data), SVG
    if kind == PNG:
        return _pixels(data), PNG
    raise BadPicture("kind")


def _drawing(data: bytes) -> bytes:
    cleaned, _was_active = media.clean_svg(data)
    if cleaned is None:
        raise BadPicture("damaged")
    names = {etree.QName(one).localname for one in etree.fromstring(cleaned).iter("*")}
    if names & {"text", "tspan", "textPath"}:
        raise BadPicture("text")
    if names & {"image", "feImage"}:
        raise BadPicture("inside")
    return cleaned


def _pixels(data: bytes) -> bytes:
    """The same on white, no larger than print needs, and nothing but pixels."""
    from PIL import Image  # noqa: PLC0415 (large; only an upload needs it)

    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadPicture("pixels")
            coloured = picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture("damaged") from error
    white = Image.new("RGBA", coloured.size, "white")
    flat = Image.alpha_composite(white, coloured).convert("RGB")
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    flat.save(out, "PNG", optimize=True)
    return out.getvalue()
