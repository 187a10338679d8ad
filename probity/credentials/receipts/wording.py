"""The words of a receipt, in the language of whoever asked for it."""

from datetime import datetime
from typing import Any

from probity.credentials import sentences
from probity.kernel.i18n import content_locale, when
from probity.kernel.i18n import gettext as _


def compose(told: dict[str, Any], asked: dict[str, str], asked_at: datetime) -> dict[str, Any]:
    """Everything that stands on the page; no more than the answer that was shown."""
    tables = [_table(_("What was asked"), _asked(asked))]
    if told["certificate"]:
        tables.append(_table(_("What the register said"), _certificate(told["certificate"])))
    if told["differences"]:
        tables.append(_table(_("What differs"), _differences(told["differences"])))
    checked = [(sentences.CHECK_NAMES[c["name"]], c["detail"]) for c in told["checks"]]
    if checked:
        tables.append(_table(_("What we checked"), checked))
    reasons = sentences.reasons_told(tuple(told["reasons"]))
    return {
        "lang": content_locale(),
        "message": " ".join([told["message"], *reasons]),
        "tables": tables,
        "answer": told,
        "words": {
            "title": _("Verification receipt"),
            "asked_at": _("asked on %(time)s", time=when(asked_at).striptags()),
            "note_heading": _("What this is"),
            "note": _(
                "A record of one answer, true for the moment stated. The certificate may have been "
                "revoked since: verify it again before you rely on it. This file can itself be "
                "dropped on the verify page. The lines below are the state of the public log then."
            ),
        },
    }


def _table(heading: str, rows: list[tuple[Any, Any]]) -> dict[str, Any]:
    return {"heading": heading, "rows": [[str(label), str(value)] for label, value in rows]}


def _asked(asked: dict[str, str]) -> list[tuple[str, str]]:
    labels = {
        "number": _("Number"),
        "name": _("Holder's name"),
        "address": _("Address in the code"),
        "sha256": _("File (SHA-256)"),
    }
    return [(labels[name], value) for name, value in asked.items()]


def _certificate(stated: dict[str, Any]) -> list[tuple[Any, Any]]:
    rows = [
        (sentences.FIELDS["holder"], stated["holder"]),
        (sentences.FIELDS["title"], " / ".join(stated["title"].values())),
        (sentences.FIELDS["level"], " / ".join(stated["level_name"].values())),
        (sentences.FIELDS["standard"], " / ".join(stated["standard"].values())),
        (sentences.FIELDS["number"], stated["number"]),
        (sentences.FIELDS["issuer"], stated["issuer"]),
        (sentences.FIELDS["issued_on"], stated["issued_on"]),
        (sentences.FIELDS["valid_until"], stated["valid_until"]),
        (_("Recorded in the log"), stated["recorded_at"]),
        (_("Reason given"), stated["reason"]),
    ]
    return [(label, value) for label, value in rows if value]


def _differences(rows: list[dict[str, str]]) -> list[tuple[Any, str]]:
    return [
        (
            sentences.FIELDS[row["field"]],
            _("“%(old)s” instead of “%(new)s”", old=row["in_file"], new=row["in_register"]),
        )
        for row in rows
    ]
