"""Key sets of installations that exist for one test."""

from pathlib import Path

from probity.credentials.keyring.ring import Keyring
from probity.kernel import settings


def make_keyring(instance: Path, base_url: str = "http://localhost:8000", **more: str) -> Keyring:
    """A keyring with a folder of its own; settings as in the environment."""
    return Keyring(settings.load({"INSTANCE_DIR": str(instance), "BASE_URL": base_url, **more}))
