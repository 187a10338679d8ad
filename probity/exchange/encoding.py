"""Which encoding a text file has: its mark, UTF-8, or what its bytes look like."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import IO

from probity.exchange.found import Source, Unreadable

MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
COMMON = re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]")
"""The everyday signs and punctuation of GB 2312."""
SAMPLE = 256 * 1024
HIGH = re.compile(rb"[\x80-\xff]+")
BINARY = re.compile("[\x00-\x08\x0e-\x1a]")
PRIVATE = re.compile("[\ue000-\uf8ff]")
USUAL = re.compile("[\t\n\r -~\u00a0-\u00ff\u2010-\u203f\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
"""Signs of Chinese and Western texts."""
MOSTLY = 0.95
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""What pages and joined files leave at the beginning of a line, where no reader looks for it."""
LEFT_OVER = re.compile(f"^[{INVISIBLE}]+", re.MULTILINE)
LEAST_COMMON = 0.6
LEAST_TOGETHER = 0.8


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises Unreadable."""
    encoding = detect(data)
    try:
        return data.decode(encoding), shown(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("encoding_broken", place=error.start) from error


def lines(source: Source) -> Iterator[str]:
    """The lines of a text file, one at a time, however large it is. Raises Unreadable."""
    if not source.head(1024).strip(b"\xef\xbb\xbf\r\n\t \x00"):
        raise Unreadable("file_empty")
    with opened(source, newline=None) as file:
        yield from _bounded(file, source)


def opened(source: Source, newline: str | None) -> io.TextIOBase:
    """A text file to read from its beginning; its encoding is noted. Raises Unreadable."""
    if source.size > source.limits.most_bytes:
        raise Unreadable("file_too_large", most=source.limits.most_bytes // (1024 * 1024))
    if source.size <= SAMPLE:
        text, source.encoding = decode(source.whole())
        return io.StringIO(text.removeprefix("\ufeff"), newline=newline)
    with _bytes_of(source) as stream:
        encoding = _of_stream(stream)
    source.encoding = shown(encoding)
    return io.TextIOWrapper(_bytes_of(source), encoding=encoding, newline=newline)


def _bytes_of(source: Source) -> IO[bytes]:
    """The bytes of a source one after the other: never a second copy of all of them."""
    if source.data is None and source.path is not None:
        return source.path.open("rb")
    return io.BytesIO(source.data or b"")


def _bounded(file: io.TextIOBase, source: Source) -> Iterator[str]:
    most = source.limits.most_question_bytes
    try:
        while line := file.readline(most):
            if len(line) == most:
                raise Unreadable("line_too_long", most=most // (1024 * 1024))
            yield line.rstrip("\n").lstrip(INVISIBLE)
    except UnicodeDecodeError as error:
        raise Unreadable("encoding_broken", place=error.start) from error


def _of_stream(file: IO[bytes]) -> str:
    """The encoding of what is too large to hold as text: UTF-8 only if all of it is."""
    head = file.read(SAMPLE)
    found = detect(head, is_whole=False)
    if found != "utf-8":
        return found
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk = head
    while chunk:
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return _legacy(chunk)
        chunk = file.read(SAMPLE)
    return found


def detect(data: bytes, *, is_whole: bool = True) -> str:
    """The Python name of the encoding; `is_whole` is false for the head of a longer file."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    wide = _without_mark(data)
    if wide:
        return wide
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not is_whole and error.start >= len(data) - 3:
            return "utf-8"
    else:
        return "utf-8"
    return _chinese_without_mark(data) or _legacy(data)


def text_of(head: bytes) -> str:
    """The beginning of a text file; nothing where it is no text."""
    text = head.decode(detect(head, is_whole=False), errors="replace")
    text = LEFT_OVER.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "" if BINARY.search(text[:4096]) else text


def shown(encoding: str) -> str:
    """The name that people know."""
    return {"utf-8-sig": "utf-8", "gb18030": "gb18030"}.get(encoding, encoding)


def _without_mark(data: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain text is zero."""
    head = data[:1024]
    if len(head) < 4:  # noqa: PLR2004 - too short to tell
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and not even:
        return "utf-16-le"
    if even > len(head) // 4 and not odd:
        return "utf-16-be"
    return ""


def _chinese_without_mark(data: bytes) -> str:
    """UTF-16 without its mark where few bytes are zero: digits, spaces and ends of lines."""
    head = data[: 1024 - len(data) % 2]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even == odd:
        return ""
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = head.decode(name, errors="replace")
    is_usual = len(USUAL.findall(text)) >= MOSTLY * len(text)
    return name if is_usual and "\n" in text else ""


def _legacy(data: bytes) -> str:
    """Chinese (GB18030, Big5) where it reads as Chinese; else Windows Western and its kin."""
    sample = data[:SAMPLE]
    if _reads_as_chinese(sample):
        return "gb18030"
    from charset_normalizer import from_bytes  # noqa: PLC0415 (large, seldom needed)

    found = from_bytes(sample, cp_isolation=["big5", "shift_jis", "euc_kr", "cp1251", "cp1250"])
    best = found.best()
    if best is not None and best.encoding in {"big5", "shift_jis", "euc_kr"}:
        return best.encoding
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _reads_as_chinese(sample: bytes) -> bool:
    """Bytes above ASCII stand together, as two of them make a sign; most signs are Chinese.

    In Western texts such bytes stand alone between letters.
    """
    runs = [len(run) for run in HIGH.findall(sample)]
    if sum(run for run in runs if run > 1) < LEAST_TOGETHER * sum(runs):
        return False
    common = sum(len(pair) for pair in COMMON.findall(sample))
    if not runs or common < LEAST_COMMON * sum(runs):
        return False
    text = sample.decode("gb18030", errors="replace")
    return text.count("\ufffd") <= 1 and not PRIVATE.search(text)
