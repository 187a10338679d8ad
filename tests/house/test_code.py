"""Rules about the code itself that no linter knows."""

import ast
from collections.abc import Callable
from pathlib import Path

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


def offenders(paths: list[Path], faults: Callable[[Path], object]) -> dict[str, object]:
    """What is wrong with each file: one test for all, for thousands of tests have a price."""
    return {name(path): found for path in paths if (found := faults(path))}


def long_functions(path: Path, most: int) -> list[str]:
    return [node.name for node in functions(path) if (node.end_lineno or 0) - node.lineno >= most]


def is_longer(what: str) -> Callable[[Path], bool]:
    return lambda path: path.read_text().count("\n") > MOST[what]


def test_there_is_something_to_look_at() -> None:
    for paths, least in ((MODULES, 300), (TESTS, 250), (TEMPLATES, 200), (ASSETS, 100)):
        assert len(paths) > least


def test_modules_stay_small() -> None:
    assert offenders(MODULES, is_longer("module")) == {}


def test_functions_stay_small() -> None:
    views = [path for path in MODULES if is_view(path)]
    others = [path for path in MODULES if not is_view(path)]
    assert offenders(views, lambda path: long_functions(path, MOST["view"])) == {}
    assert offenders(others, lambda path: long_functions(path, MOST["function"])) == {}


def test_tests_stay_small() -> None:
    assert offenders(TESTS, lambda path: long_functions(path, MOST["test"])) == {}


def test_templates_stay_small() -> None:
    assert offenders(TEMPLATES, is_longer("template")) == {}


def test_styles_and_scripts_stay_small() -> None:
    assert offenders(ASSETS, is_longer("asset")) == {}


def foreign_models(path: Path) -> set[str]:
    """Models of other folders that this file constructs."""
    domain = path.relative_to(ROOT / "probity").parts[0]
    nodes = list(ast.walk(tree(path)))
    foreign = {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").endswith(".models")
        and (node.module or "").split(".")[1] != domain
        for alias in node.names
    }
    built = {
        node.func.id
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return foreign & built


def test_models_are_built_only_in_their_own_folder() -> None:
    assert offenders(MODULES, foreign_models) == {}


def endings(path: Path) -> set[str]:
    """The ways in which this file ends a transaction."""
    calls = {
        node.func.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    return calls & {"commit", "rollback"}


def test_only_the_unit_of_work_commits() -> None:
    bound = [path for path in MODULES if name(path) not in MAY_END_A_TRANSACTION]
    assert offenders(bound, endings) == {}


def test_every_route_says_what_it_needs(app) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in FOREIGN_ROUTES:
            assert hasattr(app.view_functions[rule.endpoint], "needs"), rule


UNSAFE = ("|safe", "| safe", "<style", " style=", "javascript:", " onclick=", " onload=")


def test_templates_hold_no_inline_code_and_no_unsafe_markup() -> None:
    def unsafe(path: Path) -> list[str]:
        text = path.read_text()
        return [forbidden for forbidden in UNSAFE if forbidden in text]

    assert offenders(TEMPLATES, unsafe) == {}
