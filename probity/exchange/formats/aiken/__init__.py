"""Aiken."""

from probity.exchange.formats.aiken.format import Aiken

FORMATS = {"aiken": Aiken()}
