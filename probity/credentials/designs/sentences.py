"""What is wrong with a design or a picture, in words."""

from probity.credentials.designs.rules import LONGEST_LINE, PLACEHOLDERS, Flaw
from probity.kernel.i18n import lazy_gettext as _l

FLAWS = {
    "orientation": _l("This layout exists upright only. Choose portrait."),
    "colour": _l("%(what)s is no colour. Choose one, or type it like #0b5068."),
    "contrast": _l(
        "This colour is too pale to be read on white paper (contrast %(what)s, at least 4.5 is "
        "needed). Choose a darker one."
    ),
    "heading": _l("Write the heading in English; the page needs one."),
    "long": _l("This line is longer than %(most)s characters. Shorten it."),
    "placeholder": _l("%(what)s is no placeholder. There are: %(known)s."),
    "brace": _l(
        "A brace stands alone. Placeholders look like {holder}; other braces cannot be used."
    ),
}
PICTURES = {
    "kind": _l("This is neither a PNG nor an SVG file. Save the picture as one of the two."),
    "large": _l("The file is larger than 1 MB. Save the picture smaller; 900 pixels are enough."),
    "pixels": _l("The picture has more than 24 million pixels. Save it smaller; 900 across are enough."),
    "damaged": _l("The picture cannot be read. Save it once more and try again."),
    "text": _l("The drawing holds text, which looks different without its font. Convert the text to outlines first."),
    "inside": _l("The drawing holds another picture. Save it as PNG instead."),
    "alt": _l("Say what the picture shows, for people who cannot see it."),
}  # fmt: skip
FIELDS = {
    "heading": _l("Heading"),
    "before": _l("Line above the name"),
    "sentence": _l("Line below the name"),
    "check": _l("Last line"),
    "title": _l("title of the certificate"),
    "summary": _l("What the certificate attests"),
    "issuer": _l("name of the issuer"),
}
NAMES = {
    "usual": _l("Usual name"),
    "eighty": _l("80 characters"),
    "rare": _l("Rare Chinese characters"),
    "arabic": _l("Arabic"),
    "thai": _l("Thai"),
    "vietnamese": _l("Vietnamese"),
    "letter": _l("One letter"),
}


def told(flaw: Flaw) -> str:
    """The sentence of a flaw."""
    known = ", ".join("{" + name + "}" for name in PLACEHOLDERS)
    facts = {"what": flaw.what, "most": LONGEST_LINE, "known": known}
    return str(FLAWS[flaw.code]) % facts if "%(" in str(FLAWS[flaw.code]) else str(FLAWS[flaw.code])
