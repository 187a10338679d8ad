import hashlib
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from probity.kernel.assets import FOREVER, STALE, expand, init_assets, tree_hash
from probity.kernel.settings import ROOT

STATIC = ROOT / "static"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "css" / "app.css").write_text(
        '@layer base;\n@import url("fonts.css");\n@import url("parts/box.css") layer(base);\n'
    )
    (tmp_path / "css" / "fonts.css").write_text("@font-face { src: url(../face.woff2); }\n")
    (tmp_path / "css" / "parts" / "box.css").write_text(".box { color: red; }\n")
    (tmp_path / "face.woff2").write_bytes(b"\0")
    (tmp_path / "app.js").write_text("export {};\n")
    return tmp_path


@pytest.fixture
def site(tree: Path) -> Flask:
    site = Flask("assets")
    init_assets(site, tree)
    return site


def address(site: Flask, name: str) -> str:
    with site.test_request_context():
        return site.jinja_env.globals["asset"](name)


def visit(site: Flask, url: str, headers: dict[str, str] | None = None) -> TestResponse:
    return site.test_client().get(url, headers=headers, buffered=True)


def test_a_file_asked_for_by_its_hash_may_be_kept_for_ever(site: Flask, tree: Path) -> None:
    url = address(site, "app.js")
    assert url == f"/assets/{tree_hash(tree)}/app.js"
    answer = visit(site, url)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOREVER)
    assert answer.mimetype == "text/javascript"


def test_a_page_from_before_a_deployment_gets_todays_file_but_not_for_long(site: Flask) -> None:
    answer = visit(site, "/assets/000000000000/app.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, STALE)
    assert answer.text == "export {};\n"


def test_imports_are_written_into_the_sheet_inside_their_layer(site: Flask) -> None:
    answer = visit(site, address(site, "css/app.css"))
    assert "@import" not in answer.text
    assert "@layer base {\n.box { color: red; }\n}" in answer.text
    assert "@font-face { src: url(../face.woff2); }" in answer.text
    again = visit(
        site, address(site, "css/app.css"), headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_imported_sheet_of_another_folder_may_not_use_url(tree: Path) -> None:
    (tree / "css" / "parts" / "box.css").write_text(".box { background: url(box.svg); }")
    with pytest.raises(ValueError, match=r"parts/box\.css uses url\(\)"):
        expand(tree, "css/app.css")


def test_while_developing_a_changed_sheet_shows_at_once_and_nothing_is_kept(tree: Path) -> None:
    site = Flask("assets")
    site.debug = True
    init_assets(site, tree)
    url = address(site, "css/app.css")
    (tree / "css" / "parts" / "box.css").write_text(".box { color: blue; }")
    answer = visit(site, url)
    assert "blue" in answer.text
    assert answer.headers["Cache-Control"] == STALE


@pytest.mark.parametrize("name", ["no-such.css", "../pyproject.toml", "%2e%2e/pyproject.toml", ""])
def test_nothing_outside_the_tree_is_served(site: Flask, name: str) -> None:
    assert visit(site, f"/assets/000000000000/{name}").status_code == 404


def test_a_template_that_names_a_missing_file_is_told_so(site: Flask) -> None:
    with pytest.raises(FileNotFoundError, match=r"static/css/none\.css does not exist"):
        address(site, "css/none.css")


def test_the_hash_follows_names_and_bytes(tree: Path) -> None:
    first = tree_hash(tree)
    (tree / "app.js").write_text("export { };\n")
    second = tree_hash(tree)
    (tree / "app.js").rename(tree / "application.js")
    assert len({first, second, tree_hash(tree)}) == 3


def test_every_vendored_file_is_the_one_that_the_manifest_names() -> None:
    found = {
        p.relative_to(STATIC / "vendor") for p in (STATIC / "vendor").rglob("*") if p.is_file()
    }
    named = {Path("vendor.json")}
    for library in json.loads((STATIC / "vendor" / "vendor.json").read_text()):
        assert library["folder"] == f"{library['name']}-{library['version']}"
        assert "LICENSE" in library["files"]
        for name, expected in library["files"].items():
            path = Path(library["folder"]) / name
            named.add(path)
            assert hashlib.sha256((STATIC / "vendor" / path).read_bytes()).hexdigest() == expected
    assert found == named


def test_every_part_of_the_sheet_is_imported_once() -> None:
    whole = expand(STATIC, "css/app.css")
    assert "@import" not in whole
    imported = re.findall(r'url\("([^"]+)"\)', (STATIC / "css" / "app.css").read_text())
    parts = {p.relative_to(STATIC / "css").as_posix() for p in (STATIC / "css").rglob("*.css")}
    pages = {part for part in parts if part.startswith("pages/")}
    assert sorted(imported) == sorted(parts - pages - {"app.css"})


def test_every_address_in_a_sheet_leads_to_a_file() -> None:
    for sheet in (STATIC / "css").rglob("*.css"):
        for target in re.findall(r"url\(\"?([^)\"]+)\"?\)", sheet.read_text()):
            assert (sheet.parent / target).is_file(), f"{sheet.name}: {target}"


def test_styles_stay_within_the_oldest_browser_we_promise() -> None:
    newer = re.compile(
        r"light-dark\(|color-mix\(|^\s*&|@scope|:popover-open|@starting-style", re.MULTILINE
    )
    for sheet in (STATIC / "css").rglob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        assert not (found := newer.search(rules)), f"{sheet.name}: {found}"


def test_page_styles_use_only_colours_and_spaces_that_the_tokens_define() -> None:
    defined = set(re.findall(r"(--[\w-]+):", (STATIC / "css" / "tokens.css").read_text()))
    for sheet in (STATIC / "css").rglob("*.css"):
        text = sheet.read_text()
        own = defined | set(re.findall(r"(--[\w-]+):", text)) | {"--min"}
        used = set(re.findall(r"var\((--[\w-]+)", text))
        assert used <= own, f"{sheet.name}: {used - own}"
