"""The file formats that questions come in and go out in: one module each, loaded when needed."""

from importlib import import_module

from probity.exchange.found import Format, Writer

MODULES = {
    "probity": "probity.exchange.formats.own",
    "xlsx": "probity.exchange.formats.sheet",
    "moodle-xml": "probity.exchange.formats.moodle",
    "aiken": "probity.exchange.formats.aiken",
    "gift": "probity.exchange.formats.gift",
    "qti-3.0": "probity.exchange.formats.qti3",
    "qti-2.x": "probity.exchange.formats.qti2",
    "qti-2.1": "probity.exchange.formats.qti2",
    "qti-1.2": "probity.exchange.formats.qti12",
    "cartridge": "probity.exchange.formats.package",
    "csv": "probity.exchange.formats.sheet",
    "chinese-text": "probity.exchange.formats.chinese_text",
}
"""Each module holds FORMATS, a dict of its formats by name. Detection asks in this order."""

WRITERS: tuple[str, ...] = (
    "probity",
    "xlsx",
    "csv",
    "moodle-xml",
    "qti-2.1",
    "qti-3.0",
    "gift",
    "aiken",
)
"""The formats that can be exported to, in the order in which they are offered."""


def format_named(name: str) -> Format:
    """The format of this name; raises KeyError."""
    found: Format = import_module(MODULES[name]).FORMATS[name]
    return found


def writer_named(name: str) -> Writer:
    """The format of this name, if questions go out in it; raises KeyError."""
    if name not in WRITERS:
        raise KeyError(name)
    found: Writer = import_module(MODULES[name]).FORMATS[name]
    return found
