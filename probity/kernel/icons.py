"""Icons as inline SVG, so that they take the colour and the size of the words beside them."""

import re
from functools import cache, lru_cache

from markupsafe import Markup

from probity.kernel.settings import ROOT

FOLDER = ROOT / "static" / "vendor" / "lucide-static-1.62.0"

_SVG = Markup(
    '<svg class="{}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"'
    ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>'
)
_NAMED = Markup('role="img" aria-label="{}"')
_SILENT = Markup('aria-hidden="true"')
_INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@lru_cache(maxsize=1024)
def icon(name: str, label: str | None = None, *, kind: str = "") -> Markup:
    """Draw one icon. Silent to screen readers unless it has a label; `kind` adds a class.

    Raises KeyError when the folder holds no such icon.
    """
    classes = f"icon {kind}".rstrip()
    return _SVG.format(classes, _NAMED.format(label) if label else _SILENT, _shapes(name))


@cache
def _shapes(name: str) -> Markup:
    path = FOLDER / f"{name}.svg"
    found = _INSIDE.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    if found is None:
        raise KeyError(f"There is no icon {name!r}. Choose one of static/vendor/{FOLDER.name}/.")
    return Markup(" ".join(found[1].split()))  # noqa: S704 - our own vendored file
