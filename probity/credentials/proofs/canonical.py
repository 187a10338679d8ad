"""Documents as RDF in one canonical order of bytes, for proofs that sign the meaning of a document.

The contexts lie beside this file and no other is ever loaded. The JSON-LD processor leaves out what
no context names, without a word: never trust such a proof alone.
"""

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
FOLDER = Path(__file__).with_name("contexts")
FILES: Mapping[str, str] = {
    CREDENTIALS: "credentials-v2.json",
    OPEN_BADGES: "open-badges-3.0.3.json",
    EXTENSIONS: "open-badges-extensions.json",
}

_OPTIONS = """\
_:c14n0 <http://purl.org/dc/terms/created> "{created}"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/security#{type}> .
_:c14n0 <https://w3id.org/security#cryptosuite> "{cryptosuite}"^^<https://w3id.org/security#cryptosuiteString> .
_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#{proofPurpose}> .
_:c14n0 <https://w3id.org/security#verificationMethod> <{verificationMethod}> .
"""
_ESCAPED = re.compile(r"[^A-Za-z0-9:.#%_-]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def quads(document: Mapping[str, Any]) -> bytes:
    """The document as canonical N-Quads (RDFC-1.0). Raises ValueError if it has no such form."""
    if _holds_controls(document):
        # the processor spells these as URDNA2015 did, not as RDFC-1.0 does
        raise ValueError("a text with control characters has no canonical form here")
    processor = _processor()
    try:
        found: str = processor.normalize(
            document,
            {
                "algorithm": "URDNA2015",
                "format": "application/n-quads",
                "documentLoader": _load,
            },
        )
    except processor.JsonLdError as error:
        raise ValueError(f"not to be read as JSON-LD: {error.type}") from error
    return found.encode()


def options(stated: Mapping[str, str]) -> bytes:
    """The options of a proof in the same form; their shape is always the same, so it is known here.

    Raises ValueError for values that would need to be escaped.
    """
    if any(_ESCAPED.search(value) for value in stated.values()):
        raise ValueError("an option of a proof holds signs that no proof of ours has")
    return _OPTIONS.format_map(stated).encode()


def _load(url: str, _options: Any = None) -> dict[str, Any]:
    """Give out the contexts beside this file; nothing is fetched."""
    if url not in FILES:
        raise _processor().JsonLdError(
            "unknown context", "jsonld.LoadDocumentError", code="loading document failed"
        )
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": _context(url),
    }


@functools.cache
def _context(url: str) -> Any:
    return json.loads((FOLDER / FILES[url]).read_text())


@functools.cache
def _processor() -> Any:
    # a fifth of a second to load: only who makes or checks a proof pays it
    from pyld import jsonld  # noqa: PLC0415

    return jsonld


def _holds_controls(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_controls(key) or _holds_controls(inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return any(_holds_controls(inner) for inner in value)
    return isinstance(value, str) and _CONTROL.search(value) is not None
