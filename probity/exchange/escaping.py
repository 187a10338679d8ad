"""Plain words as Markdown that shows exactly these words."""

import re
import unicodedata

RUNS = re.compile(r"([\\`*$|_\[&])\1*")
ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
LINE_START = re.compile(
    r"^( *)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|~~~|-{2,}|=+\s*$|:-|\d{1,9}(?=[.)](\s|$)))",
    re.MULTILINE,
)
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]"
)
BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
BACKTICKS = re.compile(r"`+")
LAST_ASCII = 127


def escaped(words: str, *, in_table: bool = False) -> str:
    """Escape what Markdown would take for a mark; `guarded` sees to the starts of lines."""
    first = len(words) - len(words.lstrip())
    last_link = words.rfind("](")

    def mark(found: re.Match[str]) -> str:
        run, sign, start, end = found[0], found[1], found.start(), found.end()
        before = words[start - 1] if start else " "
        after = words[end] if end < len(words) else " "
        if sign == "|":
            is_mark = in_table or start <= first
        elif sign == "&":
            is_mark = ENTITY.match(words, end - 1) is not None
        elif sign == "[":
            is_mark = len(run) > 1 or before == "!" or start < last_link
        elif sign == "_":
            is_mark = not (before.isalnum() and after.isalnum())
        elif sign == "*":
            is_mark = len(run) > 1 or start <= first or not (before.isspace() and after.isspace())
        else:
            is_mark = sign != "\\" or len(run) > 1 or not after.isalnum()
        return "\\" + "\\".join(run) if is_mark else run

    return RUNS.sub(mark, words)


def label(words: str, *, in_table: bool = False) -> str:
    """Words inside square brackets, as of a picture."""
    return BRACKET.sub(
        lambda found: found[0] if found[0].startswith("\\") else f"\\{found[0]}",
        escaped(words, in_table=in_table),
    )


def guarded(block: str) -> str:
    """Escape what would begin a list, a quotation or a heading at the start of a line."""

    def guard(found: re.Match[str]) -> str:
        indent, sign = found[1], found[2]
        return f"{indent}{sign}\\" if sign.isdigit() else f"{indent}\\{sign}"

    return LINE_START.sub(guard, block)


def code_span(text: str) -> str:
    """Code in a line, with fences longer than what is inside."""
    words = " ".join(text.split())
    if not words:
        return ""
    longest = max((len(run) for run in BACKTICKS.findall(words)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words}{pad}{fence}"


def code_block(text: str) -> str:
    """Code on lines of its own."""
    longest = max((len(run) for run in BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    inside = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return f"{fence}\n{inside}\n{fence}" if inside.strip() else ""


def storable(words: str) -> str:
    """Without characters that a database or a page cannot keep."""
    return UNWANTED.sub("", words)


def is_word(sign: str) -> bool:
    """Neither white space nor punctuation, as the rules for emphasis see them."""
    if sign.isalnum():
        return True
    return (
        ord(sign) > LAST_ASCII and not sign.isspace() and unicodedata.category(sign)[0] not in "PS"
    )
