"""A translation has the skeleton of its original and says from which text it was made."""

import re

from probity.catalogue.markdown import Parsed, compare
from probity.catalogue.problems import Report
from probity.catalogue.sources import LessonText
from probity.kernel.yamlfile import Place

_STATED = re.compile(r"(?m)^(translated_from:\s*)[\"']?[0-9a-f]*[\"']?\s*$")


def check_skeleton(
    translation: LessonText, mine: Parsed, original: LessonText, theirs: Parsed, report: Report
) -> None:
    meta = translation.meta
    if meta.value.translated_from != original.digest:
        report.add(
            meta.file,
            meta.place("translated_from"),
            "T01",
            "The English lesson has changed since this translation.",
            f'Compare, translate the change, then write `translated_from: "{original.digest}"`'
            " (or run the check with --accept-translation).",
            "warning",
        )
    if report.has_errors(original.meta.file):
        return  # first the original, then its translation
    parting = compare(mine.skeleton, theirs.skeleton)
    if parting:
        here, there, line = parting
        last = translation.body.count("\n")
        report.add(
            meta.file,
            Place((line if line >= 0 else last) + translation.body_line, 1),
            "T02",
            f"Here stands {here}, the English text has {there}.",
            "Keep callouts, headings, checks and links in the order of the English lesson.",
        )


def accepted(text: str, digest: str) -> str:
    """The translation's text with the digest of the original as it is now."""
    return _STATED.sub(rf'\g<1>"{digest}"', text, count=1)
