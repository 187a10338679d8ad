"""What a PDF says (text by area, credential, the pages it points to) and what a badge holds.

Runs as a program of its own under strict limits (see sandbox.py), because its parsers take files
from anybody: a megabyte can be made to expand to gigabytes. It therefore imports nothing of ours;
what reads badges lies beside it and is loaded by its path.
"""

import contextlib
import gc
import io
import json
import os
import re
import resource
import runpy
import signal
import socket
import sys
import xml.parsers.expat  # noqa: F401 (for baked.py; loaded here, so that no reader has to)
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pypdfium2

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 5
SECONDS = 10
FILES = 500
STREAM_BYTES = 16 * 1024 * 1024
ALL_STREAM_BYTES = 48 * 1024 * 1024
OBJECTS = 5000
PAGES = 3
TEXT = 20_000
CREDENTIAL, RECEIPT = "credential.json", "receipt.json"

_ACTIVE = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMedia"}
_PAGE = re.compile(r"/c/([a-z2-7]{26})(?![a-z2-7])")
_badges = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("baked.py"))))
_BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError, ValueError)  # fmt: skip


Box = tuple[float, float, float, float]
Found = dict[str, Any]


def read(data: bytes, areas: Mapping[str, Box]) -> Found:
    """The members of `contents.Contents`, or only the `problem` that kept them from being read."""
    if _badges.is_picture(data):
        found: Found = _badges.read(data)
        return found
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                return {"problem": "encrypted"}
            return _contents(pdf, areas)
    except pikepdf.PasswordError:
        return {"problem": "encrypted"}
    except (pikepdf.PdfError, pypdfium2.PdfiumError, MemoryError, *_BROKEN):
        return {"problem": "damaged"}


def _contents(pdf: pikepdf.Pdf, areas: Mapping[str, Box]) -> Found:
    if len(pdf.objects) > OBJECTS or len(pdf.pages) > PAGES:
        return {"problem": "too-complex"}
    if any(_is_active(obj) for obj in _dictionaries(pdf)):
        return {"problem": "active-content"}
    fields, text = _texts(pdf, areas)
    credential, receipt = _attached(pdf, CREDENTIAL), _attached(pdf, RECEIPT)
    sources = (credential or "", *_links(pdf), text)
    claims = dict.fromkeys(found for source in sources for found in _PAGE.findall(source))
    found = {"credential": credential, "receipt": receipt, "claims": list(claims)}
    return {**found, "fields": fields, "text": text}


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of a file, also those inside others."""
    waiting: list[tuple[Any, int]] = [(obj, 0) for obj in pdf.objects]
    while waiting:
        obj, depth = waiting.pop()
        if not isinstance(obj, pikepdf.Object) or depth > 8:  # noqa: PLR2004
            continue
        if isinstance(obj, pikepdf.Stream | pikepdf.Dictionary):
            yield obj
            inner = [obj[key] for key in obj.keys()]  # noqa: SIM118 (a stream has no iterator)
        elif isinstance(obj, pikepdf.Array):
            inner = list(obj)
        else:
            continue
        objects = (i for i in inner if isinstance(i, pikepdf.Object) and not i.is_indirect)
        waiting += [(i, depth + 1) for i in objects]


def _is_active(obj: Any) -> bool:
    """Tell whether a dictionary makes a reader do something by itself."""
    if any(key in obj for key in ("/JS", "/JavaScript", "/OpenAction", "/AA")):
        return True
    return "/S" in obj and str(obj["/S"]) in _ACTIVE


def _attached(pdf: pikepdf.Pdf, name: str) -> str | None:
    if name not in pdf.attachments:
        return None
    data = pdf.attachments[name].get_file().read_bytes()
    return data[:STREAM_BYTES].decode("utf-8", "replace")


def _links(pdf: pikepdf.Pdf) -> Iterator[str]:
    for obj in _dictionaries(pdf):
        if "/URI" in obj:
            yield str(obj["/URI"])
    yield str(pdf.docinfo.get("/Subject", ""))


def _texts(pdf: pikepdf.Pdf, areas: Mapping[str, Box]) -> tuple[dict[str, str], str]:
    """Text of the first page. The second parser sees only what the first has written anew."""
    if not _is_simple(pdf):
        return {}, ""
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    document = pypdfium2.PdfDocument(out.getvalue())
    page = document[0].get_textpage()
    fields = {name: page.get_text_bounded(*box)[:TEXT] for name, box in areas.items()}
    return fields, page.get_text_bounded()[:TEXT]


def _is_simple(pdf: pikepdf.Pdf) -> bool:
    """Whether every stream is plain or deflated and all together stay small."""
    total = 0
    for obj in pdf.objects:
        if not isinstance(obj, pikepdf.Stream):
            continue
        filters: Any = obj.get("/Filter", [])
        names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
        if [str(name) for name in names] not in ([], ["/FlateDecode"]):
            return False
        total += len(obj.read_bytes())
        if total > ALL_STREAM_BYTES:
            return False
    return True


def _main() -> None:
    """Take files from the line in the first argument; the second has the areas.

    Each comes on a line of its own and is read in a process of its own, which ends with it. After
    some hundred files this one ends too, so that no two processes look alike for long.
    """
    _limit_streams()
    areas = {name: tuple(box) for name, box in json.loads(sys.argv[2]).items()}
    gc.collect()
    gc.freeze()  # what is loaded by now is shared by all readers
    with socket.socket(fileno=int(sys.argv[1])) as lines:
        for _ in range(FILES):
            _words, given, _flags, _sender = socket.recv_fds(lines, 1, 1)
            if not given:  # whoever sent files is gone
                return
            if os.fork() == 0:
                lines.close()
                _answer(given[0], areas)
            os.close(given[0])
            _bury()


def _answer(given: int, areas: Mapping[str, Box]) -> None:
    """Read one file under limits, and end."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(SECONDS)
        with socket.socket(fileno=given) as line:
            line.sendall(b"+")
            data = b"".join(iter(lambda: line.recv(65536), b""))
            line.sendall(json.dumps(read(data, areas)).encode())
    finally:
        os._exit(0)


def _bury() -> None:
    """Let go of readers that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _limit_streams() -> None:
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=STREAM_BYTES,
        run_length_max_memory=STREAM_BYTES,
        png_max_memory=STREAM_BYTES,
        tiff_max_memory=STREAM_BYTES,
        max_stream_filters=1,
        parser_max_nesting=100,
    )


if __name__ == "__main__":
    _main()
