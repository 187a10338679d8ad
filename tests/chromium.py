"""The browser of the tests: Chromium's build without a window takes a third of the CPU."""

from pathlib import Path

SHELL, WHOLE = Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")
EXECUTABLE = SHELL if SHELL.exists() else WHOLE
