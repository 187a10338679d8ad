"""What Flask-Security reads and writes, through our models and without commits of its own."""

from typing import Any

from flask_security import RoleMixin, SQLAlchemyUserDatastore

from probity.accounts import actions
from probity.accounts.models import Passkey, Person
from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.i18n import content_locale


class RoleName(RoleMixin):
    """Flask-Security asks for a model of roles; ours are granted, not stored."""


class Datastore(SQLAlchemyUserDatastore):
    """Adds to the session only; the unit of work around the view commits."""

    def __init__(self) -> None:
        super().__init__(db, Person, RoleName, Passkey)

    def commit(self) -> None:
        """Leave it to the unit of work."""

    def create_user(self, **known: Any) -> Person:
        return actions.register(
            db.session(),
            email=known["email"],
            password_hash=known["password"],
            name_latin=known["name"],
            name_native=known.get("name_native"),
            locale=content_locale(),
        )

    def create_webauthn(self, user: Any, **known: Any) -> None:  # type: ignore[override]
        now, known["extensions"] = (
            clock.now(),
            None,
        )  # of no use here, and as long as a client likes
        user.webauthn.append(Passkey(create_datetime=now, lastuse_datetime=now, **known))

    def tf_reset(self, user: Any) -> None:
        user.tf_primary_method = user.tf_totp_secret = None
        user.mf_recovery_codes = None
