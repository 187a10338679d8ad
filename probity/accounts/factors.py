"""The second steps: one-time codes, passkeys and recovery codes."""

import hmac
import io
import secrets
from hashlib import sha256
from typing import Any

import segno
from flask import current_app, request, url_for
from flask_security import MfRecoveryCodesUtil, Totp, WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from probity.accounts.models import Person
from probity.kernel.settings import Settings

RECOVERY_CODES = 10


class OneTimeCodes(Totp):
    """A code that was used once is worth nothing a second time."""

    def get_last_counter(self, user: Any) -> int | None:
        last: int | None = user.totp_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.totp_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:  # noqa: ARG002
        """Address of the picture: it is a page of its own, so that nothing is inlined."""
        return url_for("accounts.show_authenticator_code")

    def qr_svg(self, email: str, totp_secret: str) -> bytes:
        """Draw what an authenticator app scans."""
        picture = io.BytesIO()
        code = segno.make(self.get_totp_uri(email, totp_secret), micro=False)
        code.save(picture, kind="svg", scale=5, border=4, dark="#000", light="#fff")
        return picture.getvalue()


class PasskeyPolicy(WebauthnUtil):
    """Passkeys live on the device or on a key, and always ask who is there."""

    def origin(self) -> str:
        settings: Settings = current_app.config["PROBITY"]
        if settings.demonstration:  # localhost and 127.0.0.1 are both trusted hosts there
            return request.host_url.rstrip("/")
        return settings.base_url

    def authenticator_selection(
        self,
        user: Any,  # noqa: ARG002
        usage: str,  # noqa: ARG002
    ) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(
        self,
        user: Any,  # noqa: ARG002
        usage: list[str],  # noqa: ARG002
    ) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED


class RecoveryCodes(MfRecoveryCodesUtil):
    """Only keyed hashes are stored: the codes are shown once, when they are made."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        codes = [_pretty(secrets.token_hex(8)) for _ in range(RECOVERY_CODES)]
        user.mf_recovery_codes = [_keyed(user, code) for code in codes]
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:  # noqa: ARG002
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        return _keyed(user, code) in (user.mf_recovery_codes or [])

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        left = list(user.mf_recovery_codes or [])
        left.remove(_keyed(user, code))
        user.mf_recovery_codes = left
        return True


def _pretty(digits: str) -> str:
    return "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _keyed(person: Person, code: str) -> str:
    settings: Settings = current_app.config["PROBITY"]
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    said = f"recovery/{person.fs_webauthn_user_handle}/{plain}"
    return hmac.new(settings.totp_key.encode(), said.encode(), sha256).hexdigest()
