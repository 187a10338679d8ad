"""Rules about the code itself that no linter knows."""

import ast
from pathlib import Path

import pytest

from probity.kernel.settings import ROOT

MODULES = sorted((ROOT / "probity").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ASSETS = sorted(
    path for kind in ("css", "js") for path in (ROOT / "static" / kind).rglob(f"*.{kind}")
)
MOST = {"module": 400, "function": 50, "view": 25, "template": 160, "asset": 250, "test": 60}
MAY_END_A_TRANSACTION = {
    "probity/kernel/work.py": "it is the unit of work",
    "probity/kernel/db.py": "sets up a new connection",
    "probity/kernel/error_pages.py": "frees a session whose database went away",
    "probity/kernel/operations.py": "probes open no unit of work",
    "probity/accounts/letters.py": "throws a savepoint away",
}
FOREIGN_ROUTES = {"asset": "static files", "static": "Flask's own, not registered"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]


def is_view(path: Path) -> bool:
    return path.stem == "views" or path.parent.name == "views"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_and_functions_stay_small(path: Path) -> None:
    assert path.read_text().count("\n") <= MOST["module"]
    limit = MOST["view"] if is_view(path) else MOST["function"]
    for node in functions(path):
        assert (node.end_lineno or 0) - node.lineno < limit, f"{node.name} is too long"


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_tests_stay_small(path: Path) -> None:
    for node in functions(path):
        assert (node.end_lineno or 0) - node.lineno < MOST["test"], f"{node.name} is too long"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_stay_small(path: Path) -> None:
    assert path.read_text().count("\n") <= MOST["template"]


@pytest.mark.parametrize("path", ASSETS, ids=name)
def test_styles_and_scripts_stay_small(path: Path) -> None:
    assert path.read_text().count("\n") <= MOST["asset"]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_models_are_built_only_in_their_own_folder(path: Path) -> None:
    domain = path.relative_to(ROOT / "probity").parts[0]
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").endswith(".models")
        and (node.module or "").split(".")[1] != domain
        for alias in node.names
    }
    built = {
        node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not foreign & built


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_the_unit_of_work_commits(path: Path) -> None:
    calls = {
        node.func.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    if name(path) not in MAY_END_A_TRANSACTION:
        assert not calls & {"commit", "rollback"}


def test_every_route_says_what_it_needs(app) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in FOREIGN_ROUTES:
            assert hasattr(app.view_functions[rule.endpoint], "needs"), rule


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_inline_code_and_no_unsafe_markup(path: Path) -> None:
    text = path.read_text()
    for forbidden in (
        "|safe",
        "| safe",
        "<style",
        " style=",
        "javascript:",
        " onclick=",
        " onload=",
    ):
        assert forbidden not in text
