"""The one module that knows every folder."""

import sys
from collections.abc import Mapping
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy import exc
from werkzeug.middleware.proxy_fix import ProxyFix

from probity.accounts import cli as accounts_cli
from probity.accounts import jobs as accounts_jobs
from probity.accounts import views as accounts_views
from probity.accounts.security import init_accounts
from probity.api import cli as api_cli
from probity.api import views as api_views
from probity.assembly import jobs as assembly_jobs
from probity.assembly import views as assembly_views
from probity.audit import cli as audit_cli
from probity.audit import jobs as audit_jobs
from probity.audit import views as audit_views
from probity.backup import cli as backup_cli
from probity.bank import jobs as bank_jobs
from probity.bank import views as bank_views
from probity.bank.views import media as bank_media
from probity.catalogue import cli as catalogue_cli
from probity.credentials import cli as credentials_cli
from probity.credentials import jobs as credentials_jobs
from probity.credentials import reactions as credentials_reactions
from probity.credentials import views as credentials_views
from probity.credentials.bulkchecks import jobs as bulkchecks_jobs
from probity.credentials.designs import jobs as designs_jobs
from probity.credentials.keyring import cli as keyring_cli
from probity.credentials.keyring import jobs as keyring_jobs
from probity.credentials.lists import jobs as lists_jobs
from probity.credentials.proofs import keys as credentials_keys
from probity.credentials.receipts import jobs as receipts_jobs
from probity.credentials.sharing import jobs as sharing_jobs
from probity.credentials.watching import jobs as watching_jobs
from probity.exams import cli as exams_cli
from probity.exams import jobs as exams_jobs
from probity.exams import reactions as exams_reactions
from probity.exams import views as exams_views
from probity.exams.views.lane import init_lane
from probity.exchange import cli as exchange_cli
from probity.exchange import jobs as exchange_jobs
from probity.exchange import views as exchange_views
from probity.kernel import assets, charts, cli, cookies, icons, operations, settings, storage
from probity.kernel.db import db
from probity.kernel.error_pages import init_error_pages
from probity.kernel.errors import Misconfigured
from probity.kernel.headers import init_headers
from probity.kernel.i18n import init_i18n
from probity.kernel.logs import configure_logs, init_logs
from probity.kernel.templates import Environment
from probity.kernel.web import Blueprint, Integer, csrf
from probity.learning import views as learning_views
from probity.ledger import cli as ledger_cli
from probity.ledger import signing as ledger_signing
from probity.ledger import views as ledger_views
from probity.ledger.notes import Signer
from probity.portal import cli as portal_cli
from probity.portal import joints, navigation
from probity.portal import views as portal_views
from probity.sittings import jobs as sittings_jobs
from probity.sittings import reactions as sittings_reactions
from probity.sittings import views as sittings_views

MAX_BODY = 6 * 1024 * 1024
MAX_FORM_MEMORY = 1024 * 1024

NO_SCHEMA = ("no such table", "does not exist")
"""How SQLite and PostgreSQL say that the schema is missing."""

DUTIES = (
    accounts_jobs,
    assembly_jobs,
    audit_jobs,
    bank_jobs,
    bulkchecks_jobs,
    credentials_jobs,
    exams_jobs,
    exchange_jobs,
    designs_jobs,
    receipts_jobs,
    keyring_jobs,
    lists_jobs,
    sharing_jobs,
    sittings_jobs,
    watching_jobs,
)
"""Modules whose import registers duties."""


def create_app(environ: Mapping[str, str] | None = None, **config: Any) -> Flask:
    """Build the application from the environment; `config` overrides Flask settings (tests)."""
    chosen = settings.load(environ) if environ is not None else settings.load()
    configure_logs()
    app = Flask(
        "probity",
        root_path=str(settings.ROOT),
        template_folder="templates",
        static_folder=None,
    )
    app.config.update(_flask_config(chosen), **config)
    app.jinja_environment = Environment
    app.session_interface = cookies.Cookies()
    app.config["PROBITY"] = chosen
    app.extensions["probity-storage"] = storage.open_storage(chosen.storage_url)
    init_lane(app, https=chosen.https)
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    init_logs(app)
    init_headers(app, https=chosen.https)
    db.init_app(app)
    init_i18n(app)
    assets.init_assets(app)
    csrf.init_app(app)
    app.url_map.converters["int"] = Integer
    init_accounts(app)
    init_error_pages(app)
    app.jinja_env.globals.update(icon=icons.icon, charts=charts)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    ledger_signing.provide(
        app, signer=lambda: _log_signer(app), published=lambda: _log_keys(chosen)
    )
    navigation.init_navigation(app)
    joints.init_joints(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    exams_reactions.register()
    credentials_reactions.register()
    sittings_reactions.register()
    for commands in _commands():
        app.cli.add_command(commands)
    return app


def _log_signer(app: Flask) -> Signer:
    from probity.credentials.keyring.ring import ring_of  # noqa: PLC0415 (no web process needs it)

    return ring_of(app).log_signer()


def _log_keys(chosen: settings.Settings) -> list[bytes]:
    folder = chosen.instance_dir / "keys"
    known = credentials_keys.trusted(folder, demonstration=chosen.demonstration)
    return [keys.log.public_bytes_raw() for keys in known if keys.log is not None]


def _flask_config(chosen: settings.Settings) -> dict[str, Any]:
    postgres = chosen.database_url.startswith("postgresql")
    return {
        "SECRET_KEY": chosen.secret_key,
        "SQLALCHEMY_DATABASE_URI": chosen.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True}
        | ({"pool_size": 10, "max_overflow": 5} if postgres else {}),
        "TRUSTED_HOSTS": chosen.trusted_hosts,
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM_MEMORY,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # our pages send no referrer where it would tell too much
        "SESSION_COOKIE_NAME": "__Host-session" if chosen.https else "session",
        "SESSION_COOKIE_SECURE": chosen.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def _blueprints() -> list[Blueprint]:
    return [
        operations.bp,
        accounts_views.bp,
        api_views.bp,
        assembly_views.bp,
        audit_views.bp,
        bank_views.bp,
        bank_media.bp,
        credentials_views.bp,
        exams_views.bp,
        exchange_views.bp,
        learning_views.bp,
        ledger_views.bp,
        portal_views.bp,
        sittings_views.bp,
    ]


def _commands() -> list[click.Command]:
    return [
        *cli.COMMANDS,
        *portal_cli.COMMANDS,
        accounts_cli.people,
        api_cli.group,
        audit_cli.group,
        backup_cli.backup,
        backup_cli.bundle,
        catalogue_cli.courses,
        credentials_cli.certificates,
        keyring_cli.keys,
        exams_cli.exams,
        exchange_cli.bank,
        ledger_cli.group,
    ]


def command_line() -> None:
    """Run `probity …`: the command line of this installation."""
    try:
        FlaskGroup(name="probity", create_app=_create_or_say_why, add_default_commands=False)()
    except (exc.OperationalError, exc.ProgrammingError) as error:
        if not any(words in str(error.orig) for words in NO_SCHEMA):
            raise
        print("The database has no tables yet. Run `probity migrate`.", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None


def _create_or_say_why() -> Flask:
    try:
        return create_app()
    except Misconfigured as error:
        print(f"Probity cannot start: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from error
