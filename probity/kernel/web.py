"""The only `Blueprint` in the code base: it opens the unit of work and demands a permission."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, cast

import flask
from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from probity.kernel.permissions import Actor, Permission, Public
from probity.kernel.work import reading, writing

View = Callable[..., ResponseReturnValue]

csrf = CSRFProtect()

LARGEST_INTEGER = 2**31 - 1
"""What an integer column of either database can hold."""


class Integer(IntegerConverter):
    """`<int:…>` in an address: a number that no column holds leads nowhere."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_INTEGER, **options})


class Blueprint(flask.Blueprint):
    """Registers routes; each one says what it needs."""

    def page(
        self, rule: str, *, needs: Permission | Public, speaks_json: bool = False
    ) -> Callable[[View], View]:
        """Register a GET page that cannot write; `speaks_json` if only scripts ask for it."""
        return self._register(rule, needs, ["GET"], reading, speaks_json=speaks_json)

    def action(
        self, rule: str, *, needs: Permission | Public, csrf: bool = True
    ) -> Callable[[View], View]:
        """Register a POST that commits when it returns and rolls back when it raises."""
        return self._register(rule, needs, ["POST"], writing, protected=csrf)

    def raw(
        self,
        rule: str,
        *,
        methods: Sequence[str],
        needs: Permission | Public,
        csrf: bool = True,
    ) -> Callable[[View], View]:
        """Register a route that opens no unit of work: hot paths and probes only."""
        return self._register(rule, needs, methods, nullcontext, protected=csrf)

    def _register(
        self,
        rule: str,
        needs: Permission | Public,
        methods: Sequence[str],
        work: Callable[[], AbstractContextManager[Any]],
        *,
        protected: bool = True,
        speaks_json: bool = False,
    ) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @wraps(view)
            def handle(**url_values: Any) -> ResponseReturnValue:
                if work is writing:  # a body that trickles in must not hold the database's lock
                    request.get_data(parse_form_data=True)
                with work():
                    if isinstance(needs, Permission) and not actor().may(needs):
                        return _turn_away()
                    return view(**url_values)

            handle.needs = needs  # type: ignore[attr-defined]
            handle.speaks_json = speaks_json  # type: ignore[attr-defined]
            if not protected:
                csrf.exempt(handle)
            self.add_url_rule(rule, view.__name__, handle, methods=list(methods))
            return view

        return decorate


def actor() -> Actor:
    """Whoever makes this request."""
    return cast("Actor", current_user)


def local_path(target: str, otherwise: str = "") -> str:
    """Keep a redirect on this site: the target if it is a path of ours."""
    on_site = target.startswith("/") and not target.startswith("//")
    # browsers read a backslash as a slash and skip over control characters
    plain = "\\" not in target and target.isprintable()
    return target if on_site and plain else otherwise


def wants_json() -> bool:
    """Tell whether a script rather than a reader waits for the answer.

    Some addresses answer scripts only. Elsewhere browsers send forms by their field and name
    text/html; scripts send the token as a header.
    """
    if _is_for_scripts() or request.is_json or "X-CSRFToken" in request.headers:
        return True
    accepted = request.accept_mimetypes
    if request.method == "POST" and accepted and "text/html" not in accepted.values():
        return True
    return accepted["application/json"] > accepted["text/html"]


def _is_for_scripts() -> bool:
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "speaks_json", False)


def _turn_away() -> ResponseReturnValue:
    if current_user.is_authenticated:
        abort(403)
    if request.method == "GET" and not wants_json():
        here = request.full_path.rstrip("?")
        return redirect(url_for("security.login", next=here), code=303)
    abort(401)
