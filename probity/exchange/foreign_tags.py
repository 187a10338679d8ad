"""The tags of HTML, by what we make of them."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


BLOCKS = _names(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary"
    " table tbody td tfoot th thead tr ul caption menu legend"
)
PLAIN_INLINE = _names(
    "a abbr acronym bdi bdo big font ins label mark nobr ruby rt rp rb s small span strike del"
    " time wbr map area picture data output tex source track o:p blink basefont colgroup col"
    " param optgroup option"
)
CODE = _names("code tt kbd samp")
ACTIVE = _names("script style noscript template link meta head title base")
EMBEDDED = _names(
    "object embed iframe applet canvas svg input select textarea button meter progress"
)
MARKS = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em", "u", "cite", "dfn", "var"), "*"),
}
SUPERSCRIPT = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)) | {"−": "⁻"}
SUBSCRIPT = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)) | {"−": "₋"}
