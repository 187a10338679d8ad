"""How old the last backup is: for the doctor."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from probity.backup.creating import LAST
from probity.kernel import clock
from probity.kernel.settings import Settings

OLD = timedelta(hours=26)
"""One a day, and two hours for a slow one."""


def diagnose(settings: Settings) -> str:
    """What must be mended about backups; a demonstration needs none."""
    if settings.demonstration:
        return ""
    last = _last(settings.instance_dir / LAST)
    if last is None:
        return "there is no backup of this installation; see `probity backup create`"
    hours = (clock.now() - last) / timedelta(hours=1)
    told = f"the last backup is {hours:.0f} hours old"
    return "" if clock.now() - last < OLD else f"{told}; let one be made every day"


def _last(path: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(path.read_text())["made_at"])
    except (FileNotFoundError, KeyError, ValueError):
        return None
