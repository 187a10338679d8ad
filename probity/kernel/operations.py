"""Routes for load balancers and monitors."""

import hmac

from flask import Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from probity.kernel import storage
from probity.kernel.db import db
from probity.kernel.permissions import Public
from probity.kernel.settings import Settings, is_loopback
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
    """Serve Prometheus figures to holders of METRICS_TOKEN; in a demonstration to this machine."""
    if not _may_read_metrics():
        abort(404)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics() -> bool:
    settings: Settings = current_app.config["PROBITY"]
    if settings.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(settings.metrics_token.encode(), given.encode())
    # behind a proxy on the same machine everybody seems to come from here
    return settings.demonstration and is_loopback(request.remote_addr or "")
