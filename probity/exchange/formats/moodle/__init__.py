"""Moodle XML."""

from probity.exchange.formats.moodle.format import MoodleXml

FORMATS = {"moodle-xml": MoodleXml()}
