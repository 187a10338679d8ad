"""The check that runs in the reader's browser, and the folder that keeps it for later."""

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from probity.credentials import presenting, sentences
from probity.credentials.offline import folder
from probity.credentials.views.blueprint import bp
from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public


@bp.page("/verify/offline", needs=Public.VERIFY)
def show_offline() -> ResponseReturnValue:
    return render_template("credentials/offline.html", words=_words())


@bp.page("/verify/offline.zip", needs=Public.VERIFY)
def download_offline() -> ResponseReturnValue:
    settings = current_app.config["PROBITY"]
    page = render_template(
        "credentials/offline_folder.html",
        words=_words(),
        issuer=settings.issuer_name,
        site=settings.base_url,
        made_at=clock.now(),
    )
    packed = folder.pack(db.session(), settings, page)
    response = Response(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="offline.zip"'
    return response


def _words() -> dict[str, str]:
    own = {
        "problem:no-crypto": _(
            "This browser cannot check signatures here. Open the page over https or on this machine."
        ),
        "problem:no-keys": _("The published keys could not be read, so nothing can be checked."),
        "result:pass": _("passed"),
        "result:fail": _("failed"),
        "result:not-checked": _("not checked"),
        "field:recorded": _("Recorded in the log"),
        "field:as-of": _("Status as of"),
    }
    verdicts = {f"verdict:{status}": str(v.heading) for status, v in presenting.VERDICTS.items()}
    return {**sentences.words(), **verdicts, **own}
