"""Certificates to ask the API about."""

from tests.credentials.conftest import (  # noqa: F401 (fixtures)
    certificate,
    certifying,
    font_cache,
    issued_bytes,
    made,
    press,
)
