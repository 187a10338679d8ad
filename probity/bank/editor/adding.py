"""Adding a picture or a sound to the draft of an item."""

from collections.abc import Mapping

from probity.bank import showing
from probity.bank.editor import files
from probity.bank.editor.draft import Draft
from probity.kernel.i18n import gettext as _


def add(kind: str, draft: Draft, name: str, data: bytes, alt: Mapping[str, str]) -> str | None:
    """Keep a file and list it in the draft, or say why it cannot be there.

    The first picture of a question about areas is the picture it asks about.
    """
    if not data:
        return str(_("The file is empty. Choose another one."))
    if len(data) > files.MOST_BYTES:
        return str(_("The file is larger than %(most)s MiB.", most=files.MOST_BYTES // files.MIB))
    found = files.recognised(data)
    if found is None:
        return str(_("Only pictures (PNG, JPEG, GIF, WebP) and sounds (MP3, Ogg, WAV, M4A)."))
    if found.type.startswith("image/") and not alt["en"]:
        return str(_("Say what the picture shows, in English, for those who do not see it."))
    taken = {row["name"] for row in draft["media"]}
    row = {
        "name": files.safe_name(name, found.type, taken),
        "sha256": showing.keep(data),
        "type": found.type,
        "size": str(len(data)),
        "alt": dict(alt),
    }
    draft["media"].append(row)
    if kind == "hotspot" and found.width and not draft.get("image"):
        draft |= {"image": row["name"], "width": str(found.width), "height": str(found.height)}
    return None
