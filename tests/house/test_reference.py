"""The documentation names everything the code knows."""

import re
import subprocess
import sys

from probity.accounts.roles import Role
from probity.audit.events import AuditEvent
from probity.kernel.permissions import Permission
from probity.kernel.settings import ROOT, VARIABLES

PAGE = ROOT / "docs" / "reference.md"


def test_the_reference_is_what_the_code_says_today() -> None:
    command = [sys.executable, "tools/reference", "--print"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert PAGE.read_text() == done.stdout, "run .venv/bin/python tools/reference"


def test_the_reference_names_everything(app) -> None:
    text = PAGE.read_text()
    for name in (*VARIABLES, *Permission, *AuditEvent):
        assert f"`{name}`" in text
    for role in Role:
        assert role.replace("_", " ") in (ROOT / "docs" / "roles.md").read_text()
    for name in app.cli.commands:
        assert f"`probity {name}" in text
    for rule in app.url_map.iter_rules():
        assert f"| `{rule.rule}` |" in text


def test_every_link_inside_the_documentation_leads_somewhere() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    for page in pages:
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
