"""Installations of a test alone, as the tests of the kernel use them."""

from tests.kernel.conftest import own_site, own_url

__all__ = ["own_site", "own_url"]
