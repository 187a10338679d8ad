"""Every sentence Flask-Security says here, in our own words and our own catalogue."""


def N_(sentence: str) -> str:  # noqa: N802 (the name by which catalogues are gathered)
    """Mark for translation; it is translated when it is shown."""
    return sentence


_ERRORS = {
    "API_ERROR": N_("This did not work. Please begin again."),
    "GENERIC_AUTHN_FAILED": N_(
        "The address or the password is not right, or the address is not confirmed yet."
    ),
    "UNAUTHENTICATED": N_("Please sign in to see this page."),
    "UNAUTHORIZED": N_("You may not see this page."),
    "REAUTHENTICATION_REQUIRED": N_("Please show once more that it is you."),
    "INVALID_CONFIRMATION_TOKEN": N_(
        "This confirmation link is not valid. Ask for a new one below."
    ),
    "EMAIL_ALREADY_ASSOCIATED": N_("%(email)s cannot be used. Write another address."),
    "IDENTITY_ALREADY_ASSOCIATED": N_("This address cannot be used. Write another address."),
    "IDENTITY_NOT_REGISTERED": N_("The address or the password is not right."),
    "PASSWORD_MISMATCH": N_("The password is not right."),
    "RETYPE_PASSWORD_MISMATCH": N_("The two passwords are not the same."),
    "INVALID_REDIRECT": N_("That address leads away from this site."),
    "INVALID_RECOVERY_CODE": N_(
        "This recovery code is not right. Each code works once; try another one."
    ),
    "PASSWORD_RESET_EXPIRED": N_("This link was valid for %(within)s. Ask for a new one below."),
    "INVALID_RESET_PASSWORD_TOKEN": N_(
        "This link is not valid, or it was used. Ask for a new one below."
    ),
    "CONFIRMATION_REQUIRED": N_("This address is not confirmed yet."),
    "CONFIRMATION_EXPIRED": N_("This link was valid for %(within)s. Ask for a new one below."),
    "DISABLED_ACCOUNT": N_("This account is closed."),
    "EMAIL_NOT_PROVIDED": N_("Write your email address."),
    "INVALID_EMAIL_ADDRESS": N_("Write an email address such as name@example.org."),
    "INVALID_CODE": N_("This code is not right."),
    "INVALID_INPUT": N_("Some of these characters cannot be used here."),
    "INVALID_INPUT_LENGTH": N_("Use at most %(length)s characters."),
    "PASSWORD_NOT_PROVIDED": N_("Write a password."),
    "USER_DOES_NOT_EXIST": N_("The address or the password is not right."),
    "INVALID_PASSWORD": N_("The password is not right."),
    "PASSWORD_IS_THE_SAME": N_("The new password must differ from the present one."),
    "ANONYMOUS_USER_REQUIRED": N_("You are signed in already."),
    "TWO_FACTOR_INVALID_TOKEN": N_(
        "This code is not right or was used already. Wait for the next one."
    ),
    "TWO_FACTOR_PERMISSION_DENIED": N_("Please sign in first."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("Choose one of the ways shown."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("Setting up took longer than %(within)s. Please begin again."),
    "WEBAUTHN_EXPIRED": N_("This took longer than %(within)s. Please begin again."),
    "WEBAUTHN_NAME_REQUIRED": N_("Give the passkey a name."),
    "WEBAUTHN_NAME_INUSE": N_("You have a passkey named %(name)s already."),
    "WEBAUTHN_NAME_NOT_FOUND": N_("You have no passkey named %(name)s."),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": N_(
        "Use letters, digits, spaces, hyphens and underscores only."
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": N_("This passkey is registered already."),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": N_(
        "This passkey is not known here. Use another one, or your password."
    ),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": N_("This passkey belongs to no account."),
    "WEBAUTHN_NO_VERIFY": N_("The passkey could not be checked. Please try again."),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": N_("This passkey cannot be used for this."),
    "WEBAUTHN_MISMATCH_USER_HANDLE": N_("This passkey belongs to another account."),
    "CHANGE_EMAIL_EXPIRED": N_("This link was valid for %(within)s. Please begin again."),
}
_SUCCESSES = {
    "CONFIRM_REGISTRATION": N_(
        "We have sent a link to %(email)s. Open it to finish; then you can sign in."
    ),
    "EMAIL_CONFIRMED": N_("Your address is confirmed. You can sign in now."),
    "PASSWORD_RESET_NO_LOGIN": N_(
        "Your new password is set, and every open session has ended. Sign in with it now."
    ),
    "PASSWORD_CHANGE": N_("Your new password is set, and your other sessions have ended."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("You are signed in."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_("The authenticator app is set up."),
    "CHANGE_EMAIL_CONFIRMED": N_("Your new address is confirmed."),
    "CHANGE_EMAIL_SENT": N_(
        "We have sent a link to %(email)s. The change counts once you open it."
    ),
}
_NOTICES = {
    "ALREADY_CONFIRMED": N_("This address is confirmed already. You can sign in."),
    "NO_RECOVERY_CODES_SETUP": N_("You have no recovery codes yet."),
    "PASSWORD_RESET_REQUEST": N_(
        "If %(email)s has an account here, a link to set a new password is on its way."
    ),
    "CONFIRMATION_REQUEST": N_("If %(email)s waits for confirmation, a new link is on its way."),
    "FORGOT_PASSWORD": N_("Forgot your password?"),
    "REAUTHENTICATION_SUCCESSFUL": N_("Thank you. Please go on."),
    "TWO_FACTOR_DISABLED": N_("The authenticator app is switched off."),
    "WEBAUTHN_CREDENTIAL_DELETED": N_("The passkey %(name)s is removed."),
    "WEBAUTHN_REGISTER_SUCCESSFUL": N_("The passkey %(name)s is registered."),
}


def settings() -> dict[str, tuple[str, str]]:
    """The sentences as Flask-Security's settings."""
    return {
        f"SECURITY_MSG_{key}": (sentence, category)
        for sentences, category in ((_ERRORS, "error"), (_SUCCESSES, "success"), (_NOTICES, "info"))
        for key, sentence in sentences.items()
    }
