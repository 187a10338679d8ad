"""What an operator may set, read once from the environment and checked."""

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from probity.kernel.errors import Misconfigured

ROOT = Path(__file__).resolve().parent.parent.parent
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")

VARIABLES = {
    "BASE_URL": ("http://localhost:8000", "the address people use, without a path"),
    "COURSES_DIRS": ("courses", "folders of course files, separated by `:`"),
    "DATABASE_URL": (
        "sqlite:///INSTANCE_DIR/probity.db",
        "`postgresql://user:password@host/name` or `sqlite:///PATH`",
    ),
    "INSTANCE_DIR": ("instance", "where this installation keeps its secrets and keys; private"),
    "ISSUER_NAME": ("Probity Academy", "who issues, as printed on certificates"),
    "KEYS_BACKEND": (
        "",
        "what holds the private keys instead of files: `module:function`, see operations/keys.md",
    ),
    "KEYS_PASSPHRASE": ("", "opens encrypted private keys; only the worker needs it"),
    "KEYS_PASSPHRASE_FILE": ("", "a private file that holds that passphrase, which is better"),
    "MAIL_FROM": ("Probity <no-reply@probity.example>", "the sender of all letters"),
    "METRICS_TOKEN": ("", "what a monitor sends as bearer token to read `/metrics`"),
    "PROBITY_DEMO_PASSWORD": ("", "the password of all demo people; made up if empty"),
    "SECRET_KEY": ("", "replaces the key in `secrets.json` that signs cookies and receipts"),
    "SMTP_URL": ("", "the mail server: `smtp://user:password@host:587` or `smtps://…`"),
    "STORAGE_URL": (
        "file://INSTANCE_DIR/files",
        "where issued files are kept: a folder or any address that fsspec knows",
    ),
    "TIMEZONE": ("Asia/Shanghai", "the zone in which times are shown"),
    "TRUSTED_PROXIES": ("0", "how many proxies stand before the web server"),
    "TSA_CERTIFICATES": ("", "a PEM file that leads to the root of the time stamp authority"),
    "TSA_URL": ("", "an RFC 3161 time stamp authority for certificates, `https://…` or `http://…`"),
    "TSA_WAIT_MINUTES": (
        "60",
        "how long a certificate waits for an authority that is down, before it is signed without",
    ),
    "TYPESET_SECONDS": (
        "30",
        "how long typesetting a certificate may take before it is broken off",
    ),
    "WEBHOOK_LOOPBACK": (
        "",
        "`1` lets webhooks call this machine, which only a demonstration may do",
    ),
}
"""Every variable with its default and what it is for."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. Secrets never leave INSTANCE_DIR."""

    base_url: str
    database_url: str = field(repr=False)
    instance_dir: Path
    storage_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    metrics_token: str = field(repr=False)
    demo_password: str = field(repr=False)
    timezone: ZoneInfo
    courses_dirs: tuple[Path, ...]
    trusted_proxies: int
    tsa_url: str = field(repr=False)
    tsa_certificates: Path | None
    tsa_wait: timedelta
    typeset_limit: timedelta
    webhook_loopback: bool
    keys_backend: str
    keys_passphrase: str = field(repr=False)
    keys_passphrase_file: str
    issuer_name: str
    secret_key: str = field(repr=False)
    password_salt: str = field(repr=False)
    totp_key: str = field(repr=False)

    @property
    def demonstration(self) -> bool:
        """An installation that only this machine can reach shows, it does not certify."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        host = urlsplit(self.base_url).hostname or ""
        return ["localhost", "127.0.0.1", "[::1]"] if self.demonstration else [host]


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address means this machine."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the environment.

    Raises Misconfigured with what is wrong and how to mend it.
    """
    instance = Path(environ.get("INSTANCE_DIR") or ROOT / "instance").resolve()
    _make_private(instance)
    kept = _secrets(instance / "secrets.json")
    return Settings(
        base_url=_base_url(environ.get("BASE_URL") or "http://localhost:8000"),
        database_url=database_url(
            environ.get("DATABASE_URL") or f"sqlite:///{instance / 'probity.db'}"
        ),
        instance_dir=instance,
        storage_url=environ.get("STORAGE_URL") or f"file://{instance / 'files'}",
        smtp_url=_smtp_url(environ.get("SMTP_URL", "")),
        mail_from=environ.get("MAIL_FROM") or "Probity <no-reply@probity.example>",
        metrics_token=environ.get("METRICS_TOKEN", ""),
        demo_password=environ.get("PROBITY_DEMO_PASSWORD", ""),
        timezone=_timezone(environ.get("TIMEZONE") or "Asia/Shanghai"),
        courses_dirs=_courses_dirs(environ.get("COURSES_DIRS") or str(ROOT / "courses")),
        trusted_proxies=_count("TRUSTED_PROXIES", environ.get("TRUSTED_PROXIES") or "0"),
        tsa_url=_tsa_url(environ.get("TSA_URL", ""), environ.get("TSA_CERTIFICATES", "")),
        tsa_certificates=_file("TSA_CERTIFICATES", environ.get("TSA_CERTIFICATES", "")),
        tsa_wait=timedelta(
            minutes=_count("TSA_WAIT_MINUTES", environ.get("TSA_WAIT_MINUTES") or "60")
        ),
        typeset_limit=timedelta(
            seconds=_count("TYPESET_SECONDS", environ.get("TYPESET_SECONDS") or "30")
        ),
        webhook_loopback=_webhook_loopback(
            environ.get("WEBHOOK_LOOPBACK", ""), environ.get("BASE_URL") or "http://localhost:8000"
        ),
        keys_backend=environ.get("KEYS_BACKEND", ""),
        keys_passphrase=environ.get("KEYS_PASSPHRASE", ""),
        keys_passphrase_file=environ.get("KEYS_PASSPHRASE_FILE", ""),
        issuer_name=environ.get("ISSUER_NAME") or "Probity Academy",
        secret_key=environ.get("SECRET_KEY") or kept["secret_key"],
        password_salt=kept["password_salt"],
        totp_key=kept["totp_key"],
    )


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"INSTANCE_DIR={folder} cannot be made ({error.strerror}). Name a folder that may be written."
        ) from error
    if not os.access(folder, os.W_OK):
        raise Misconfigured(f"INSTANCE_DIR={folder} may not be written. Change its owner or mode.")


def _secrets(path: Path) -> dict[str, str]:
    if not path.exists():
        fresh = {
            name: secrets.token_urlsafe(48) for name in ("secret_key", "password_salt", "totp_key")
        }
        part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(fresh, file)
        with suppress(FileExistsError):  # another process of this installation was faster
            os.link(part, path)
        part.unlink()
    try:
        kept = json.loads(path.read_text())
        return {name: kept[name] for name in ("secret_key", "password_salt", "totp_key")}
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise Misconfigured(
            f"{path} cannot be read ({error}). Restore it from a backup; a new one would end every "
            "session and make second factors useless."
        ) from error


def _base_url(value: str) -> str:
    parts = _split(value)
    extra = parts and (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts is None or parts.scheme not in ("http", "https") or extra:
        raise Misconfigured(
            f"BASE_URL={value} is not an address such as https://exams.example.org (no path)."
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise Misconfigured(f"BASE_URL={value} must be https: sessions would travel in the open.")
    return value.rstrip("/")


def database_url(value: str) -> str:
    for prefix in ("postgres://", "postgresql://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value.removeprefix(prefix)
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Misconfigured(
            f"DATABASE_URL={value.rsplit('@', maxsplit=1)[-1]} is neither sqlite:///PATH nor postgresql://…"
        )
    return value


def _smtp_url(value: str) -> str:
    parts = _split(value)
    if value and (parts is None or parts.scheme not in ("smtp", "smtps")):
        raise Misconfigured("SMTP_URL must look like smtp://user:password@host:587 or smtps://…")
    return value


def _tsa_url(value: str, certificates: str) -> str:
    parts = _split(value)
    if value and (parts is None or parts.scheme not in ("http", "https")):
        raise Misconfigured("TSA_URL must look like https://tsa.example.org/ or http://…")
    if value and not certificates:
        raise Misconfigured(
            "TSA_URL is set, but not TSA_CERTIFICATES: name a PEM file with the certificates of the "
            "authority up to its root, or no time stamp could be trusted."
        )
    return value


def _webhook_loopback(value: str, base_url: str) -> bool:
    if value not in ("", "0", "1"):
        raise Misconfigured(f"WEBHOOK_LOOPBACK={value} must be 1, 0 or empty.")
    if value == "1" and not is_loopback(urlsplit(base_url).hostname or ""):
        raise Misconfigured(
            "WEBHOOK_LOOPBACK=1 would let strangers call services of this machine. It is for a "
            "demonstration, whose BASE_URL is loopback: take it out."
        )
    return value == "1"


def _file(name: str, value: str) -> Path | None:
    if not value:
        return None
    path = Path(value).resolve()
    if not path.is_file():
        raise Misconfigured(f"{name}={value} is not a file. Name one that exists.")
    return path


def _split(value: str) -> SplitResult | None:
    """Take an address with a host apart; None if it is not one."""
    try:
        parts = urlsplit(value)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:  # brackets that do not close, a port that is no number
        return None


def _timezone(value: str) -> ZoneInfo:
    if value not in available_timezones():
        raise Misconfigured(f"TIMEZONE={value} is unknown. Write a name such as Asia/Shanghai.")
    return ZoneInfo(value)


def _courses_dirs(value: str) -> tuple[Path, ...]:
    folders = tuple(Path(part).resolve() for part in value.split(os.pathsep) if part)
    for folder in folders:
        if not folder.is_dir():
            raise Misconfigured(f"COURSES_DIRS names {folder}, which is not a folder.")
    return folders


def _count(name: str, value: str) -> int:
    if not value.isdecimal():
        raise Misconfigured(f"{name}={value} must be a whole number from 0.")
    return int(value)
