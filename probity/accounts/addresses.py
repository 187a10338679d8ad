"""Mail addresses: one spelling for one mailbox."""

import email_validator


def normalise(address: str, *, test: bool = False) -> str:
    """The address in lower case and ASCII; `test` also admits `.test`.

    Raises ValueError if no mail could be sent to it.
    """
    valid = email_validator.validate_email(
        address.strip(),
        allow_smtputf8=False,
        check_deliverability=False,
        test_environment=test,
    )
    return (valid.ascii_email or valid.normalized).lower()
