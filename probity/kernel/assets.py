"""Static files under one hash of the whole tree, so that a page and its files always fit."""

import hashlib
import re
from pathlib import Path, PurePosixPath

from flask import Flask, Response, request, send_from_directory

from probity.kernel.settings import ROOT

FOREVER = "public, max-age=31536000, immutable"
STALE = "no-cache"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_IMPORT = re.compile(r'^@import url\("([^"]+)"\)(?: layer\((\w+)\))?;$', re.MULTILINE)


def init_assets(app: Flask, root: Path = ROOT / "static") -> None:
    """Serve the tree below `/assets/<hash>/` and give templates `asset(name)`."""
    version = tree_hash(root)
    names = frozenset(_files(root))
    sheets = {name: expand(root, name) for name in names if _has_imports(root / name)}

    def serve(tag: str, name: str) -> Response:
        if name in sheets:
            sheet = expand(root, name) if app.debug else sheets[name]
            response = Response(sheet, mimetype="text/css")
            response.add_etag()
            response.make_conditional(request)
        else:
            kind = TYPES.get(PurePosixPath(name).suffix)
            response = send_from_directory(root, name, mimetype=kind)
        # a page from before a deployment asks by the old hash: today's file, but not for long
        response.headers["Cache-Control"] = FOREVER if tag == version and not app.debug else STALE
        return response

    def asset(name: str) -> str:
        if name not in names and not (root / name).is_file():
            raise FileNotFoundError(f"static/{name} does not exist. Correct the name in asset().")
        return f"/assets/{version}/{name}"

    app.add_url_rule("/assets/<tag>/<path:name>", "asset", serve)
    app.jinja_env.globals["asset"] = asset


def tree_hash(root: Path) -> str:
    """Twelve digits that change when a name or a byte in the tree changes."""
    whole = hashlib.sha256()
    for name in _files(root):
        whole.update(name.encode() + b"\0" + hashlib.sha256((root / name).read_bytes()).digest())
    return whole.hexdigest()[:12]


def expand(root: Path, name: str) -> str:
    """Write into a style sheet, for each `@import`, the file it names, inside its layer.

    An imported file from another folder may not use url(): the address would change its meaning.
    """
    folder = (root / name).parent

    def written_in(found: re.Match[str]) -> str:
        path, layer = folder / found[1], found[2]
        text = path.read_text(encoding="utf-8").strip()
        if "url(" in text and path.parent != folder:
            raise ValueError(f"{found[1]} uses url(). Move it beside {name}, which imports it.")
        return f"@layer {layer} {{\n{text}\n}}" if layer else text

    return _IMPORT.sub(written_in, (root / name).read_text(encoding="utf-8"))


def _files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def _has_imports(path: Path) -> bool:
    return path.suffix == ".css" and bool(_IMPORT.search(path.read_text(encoding="utf-8")))
