"""What people fill in about themselves; names of fields as the public contract has them."""

from typing import Any
from zoneinfo import available_timezones

from flask import current_app
from flask_security import (
    ChangeEmailForm,
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryCodesForm,
    MfRecoveryForm,
    RegisterFormV2,
    ResetPasswordForm,
    SendConfirmationForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
)
from flask_security.forms import (
    EmailValidation,
    email_required,
    password_required,
    unique_user_email,
    valid_user_email,
)
from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from probity.accounts import addresses, passwords, rules
from probity.accounts.roles import Role
from probity.accounts.words import role_with_duties
from probity.kernel.forms import Form, tidy
from probity.kernel.i18n import LANGUAGES
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l


def latin_name(_form: Any, field: Any) -> None:
    """Refuse what machine-readable documents could not hold."""
    if not rules.is_latin(field.data):
        raise ValidationError(
            _("Write this name in Latin letters, as in your passport, for example Wang Xiaoming.")
        )


def native_name(_form: Any, field: Any) -> None:
    """Any script, but a name."""
    if not rules.is_name(field.data):
        raise ValidationError(_("Write your name in its own script, letters only."))


def _name_fields() -> tuple[Any, Any]:
    longest = Length(
        max=rules.NAME_LENGTH, message=_l("Use at most %(max)d characters for a name.")
    )
    name = StringField(
        _l("Name in Latin letters"),
        filters=[tidy],
        validators=[InputRequired(_l("Write your name.")), longest, latin_name],
        render_kw={"autocomplete": "name"},
    )
    native = StringField(
        _l("Name in your own script"),
        filters=[tidy],
        validators=[Optional(), longest, native_name],
    )
    return name, native


def _email(*checks: Any, autocomplete: str = "email") -> Any:
    return EmailField(
        _l("Email"),
        filters=[tidy],
        validators=[email_required, *checks],
        render_kw={"autocomplete": autocomplete},
    )


def _password(label: Any, autocomplete: str) -> Any:
    return PasswordField(
        label, validators=[password_required], render_kw={"autocomplete": autocomplete}
    )


class SignIn(LoginForm):
    email = _email(EmailValidation(verify=False), autocomplete="username webauthn")
    password = _password(_l("Password"), "current-password")
    remember = None
    submit = SubmitField(_l("Sign in"))


class SignUp(RegisterFormV2):
    name, name_native = _name_fields()
    email = _email(EmailValidation(verify=True), unique_user_email)
    password = _password(_l("Password"), "new-password")
    submit = SubmitField(_l("Create account"))


class ShowAgain(VerifyForm):
    password = _password(_l("Password"), "current-password")
    submit = SubmitField(_l("Continue"))


class Confirm(SendConfirmationForm):
    email = _email(EmailValidation(verify=True), valid_user_email)
    submit = SubmitField(_l("Send the link again"))


class Forgot(ForgotPasswordForm):
    """Also for an address that is not confirmed yet: the link proves it as well."""

    email = _email(EmailValidation(verify=True), valid_user_email)
    submit = SubmitField(_l("Send a link"))

    def validate(self, **options: Any) -> bool:
        usual = super().validate(**options)
        if self.user is not None and self.user.active and self.requires_confirmation:
            self.email.errors = []
            return True
        return bool(usual)


class Reset(ResetPasswordForm):
    password = _password(_l("New password"), "new-password")
    password_confirm = None
    submit = SubmitField(_l("Set the password"))


class ChangePassword(ChangePasswordForm):
    password = PasswordField(_l("Present password"), render_kw={"autocomplete": "current-password"})
    new_password = _password(_l("New password"), "new-password")
    new_password_confirm = None
    submit = SubmitField(_l("Set the password"))


class ChangeEmail(ChangeEmailForm):
    email = _email(EmailValidation(verify=True), unique_user_email)
    submit = SubmitField(_l("Send a link to the new address"))


class SetUpCodes(TwoFactorSetupForm):
    setup = RadioField(
        _l("Authenticator app"),
        choices=[
            SelectChoice("authenticator", _l("Set up")),
            SelectChoice("disable", _l("Switch off")),
        ],
        validate_choice=False,
    )
    phone = StringField()
    submit = SubmitField(_l("Continue"))


class Code(TwoFactorVerifyCodeForm):
    code = StringField(
        _l("Six-digit code"),
        filters=[tidy],
        validators=[InputRequired(_l("Write the code the app shows."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    submit = SubmitField(_l("Continue"))


class Rescue(TwoFactorRescueForm):
    """Built by the library beside each request for a code; not shown, a link does its work."""

    help_setup = RadioField(_l("Recovery"), choices=[SelectChoice("help", _l("Recovery code"))])


class RecoveryCode(MfRecoveryForm):
    code = StringField(
        _l("Recovery code"),
        filters=[tidy],
        validators=[InputRequired(_l("Write one of your recovery codes."))],
        render_kw={"autocomplete": "off"},
    )
    submit = SubmitField(_l("Continue"))


class MakeRecoveryCodes(MfRecoveryCodesForm):
    show_codes = None
    generate_new_codes = SubmitField(_l("Make new recovery codes"))


class AddPasskey(WebAuthnRegisterForm):
    name = StringField(
        _l("Name of the passkey"),
        filters=[tidy],
        validators=[InputRequired(_l("Give the passkey a name.")), Length(max=64)],
        render_kw={"autocomplete": "off"},
    )
    usage = RadioField(_l("Use"), choices=[SelectChoice("first", _l("Sign in"))])
    submit = SubmitField(_l("Continue"))


class Names(Form):
    """The names a certificate will carry, and the person's word that they are right."""

    name, name_native = _name_fields()
    confirmed = BooleanField(
        _l(
            "I confirm that this is my legal name as on my identity document. "
            "Certificates will carry it."
        )
    )


class Preferences(Form):
    """How the site speaks to the person."""

    locale = SelectField(
        _l("Language of mails"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )
    timezone = SelectField(_l("Time zone"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        zones = sorted(zone for zone in available_timezones() if "/" in zone)
        own = str(current_app.config["PROBITY"].timezone)
        self.timezone.choices = [
            SelectChoice("", _("That of the site (%(zone)s)", zone=own)),
            *(SelectChoice(zone, zone) for zone in zones),
        ]


class Invite(Form):
    """Someone who is to have an account."""

    email = EmailField(_l("Email"), validators=[InputRequired(_l("Write the address to invite."))])
    name = StringField(
        _l("Name"),
        validators=[InputRequired(_l("Write the name of the person.")), Length(max=200)],
    )
    roles = SelectMultipleField(
        _l("Roles"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        coerce=Role,
        validators=[InputRequired(_l("Choose at least one role."))],
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.roles.choices = [SelectChoice(role, role_with_duties(role)) for role in Role]

    def validate_email(self, field: Any) -> None:
        settings = current_app.config["PROBITY"]
        try:
            field.data = addresses.normalise(field.data, test=settings.demonstration)
        except ValueError as error:
            raise ValidationError(_("Write an email address such as name@example.org.")) from error


class Accept(Form):
    """An invited person names themselves and chooses a password."""

    name, name_native = _name_fields()
    password = _password(_l("Password"), "new-password")

    def __init__(self, email: str, **options: Any) -> None:
        super().__init__(**options)
        self._email = email

    def validate_password(self, field: Any) -> None:
        context = [self._email, self.name.data or "", self.name_native.data or ""]
        found = passwords.complaints(passwords.normalise(field.data), context)
        if found:
            raise ValidationError(" ".join(found))
