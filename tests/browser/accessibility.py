"""axe-core over what a page shows, in a world of its own so that the page's policy stays on."""

from typing import Any

from playwright.sync_api import Page

from probity.kernel.settings import ROOT

RULES = [
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    "best-practice",
]
_SOURCE = next((ROOT / "tests/vendor").glob("axe-core-*/axe.min.js")).read_text(encoding="utf-8")
_RUN = f"""
(async (rules) => {{
  const found = await axe.run(document, {{
    runOnly: rules ?? {{ type: 'tag', values: {RULES} }}, resultTypes: ['violations'],
  }});
  return found.violations.map((one) => ({{
    rule: one.id, help: one.help, where: one.nodes.map((node) => node.target.join(' ') + ': '
      + node.any.concat(node.all, node.none).map((check) => check.message).join('; ')),
  }}));
}})
"""
_COLOURS = "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }"


def violations(page: Page, *, colours_only: bool = False) -> list[dict[str, Any]]:
    """What axe objects to in the page as it stands; a second theme changes colours only."""
    run = f"{_RUN.strip()}({_COLOURS if colours_only else 'null'})"
    link = page.context.new_cdp_session(page)
    try:
        frame = link.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = link.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
        where = {"contextId": world["executionContextId"]}
        there = link.send("Runtime.evaluate", {"expression": "typeof axe", **where})
        if there["result"]["value"] == "undefined":  # the world lives as long as the page
            link.send("Runtime.evaluate", {"expression": _SOURCE, **where})
        answer = link.send(
            "Runtime.evaluate",
            {"expression": run, "awaitPromise": True, "returnByValue": True, **where},
        )
    finally:
        link.detach()
    if "exceptionDetails" in answer:
        raise AssertionError(f"axe did not run: {answer['exceptionDetails']}")
    found: list[dict[str, Any]] = answer["result"]["value"]
    return found


def axe(page: Page, name: str = "", *, colours_only: bool = False) -> None:
    """Fail with every violation of WCAG 2.0 to 2.2 A and AA, or of best practice."""
    found = violations(page, colours_only=colours_only)
    told = "\n".join(
        f"{one['rule']}: {one['help']}\n  " + "\n  ".join(one["where"]) for one in found
    )
    assert not found, f"{name or page.url}\n{told}"
