"""Routes for load balancers and monitors."""

import hmac

from flask import Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from probity.kernel import storage
from probity.kernel.db import db
from probity.kernel.permissions import Public
from probity.kernel.settings import is_loopback
from probity.kernel.web import Blueprint

bp = Blueprint("operations", __name__)

PROBE = "readyz"


@bp.raw("/healthz", methods=["GET"], needs=Public.OPERATIONS)
def healthz() -> ResponseReturnValue:
    return jsonify(status="up")


@bp.raw("/readyz", methods=["GET"], needs=Public.OPERATIONS)
def readyz() -> ResponseReturnValue:
    """Answer 503 naming what does not answer."""
    failed = []
    try:
        db.session.execute(text("SELECT 1"))
    except Exception:  # noqa: BLE001 (any failure means the same to a load balancer)
        failed.append("database")
    finally:
        db.session.rollback()
    try:
        storage.exists(PROBE)
    except Exception:  # noqa: BLE001
        failed.append("storage")
    if failed:
        return jsonify(status="not ready", failed=failed), 503
    return jsonify(status="ready")


@bp.raw("/metrics", methods=["GET"], needs=Public.OPERATIONS)
def metrics() -> ResponseReturnValue:
    """Serve Prometheus figures to holders of METRICS_TOKEN, or to this machine if none is set."""
    token = current_app.config["PROBITY"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        if not hmac.compare_digest(token.encode(), given.encode()):
            abort(404)
    elif not is_loopback(request.remote_addr or ""):
        abort(404)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
