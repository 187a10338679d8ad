"""The ways a page may look: theme, language and size of the screen."""

from collections.abc import Callable, Iterator
from itertools import product

from playwright.sync_api import Page, ViewportSize

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}

CALM = """
async () => {
  const isMoving = () => document.getAnimations().some((one) => one.playState === 'running');
  for (let calm = 0; calm < 2; calm = isMoving() ? 0 : calm + 1) {
    await new Promise(requestAnimationFrame);
  }
}
"""


def light(page: Page) -> None:
    _show(page, "light")


def dark(page: Page) -> None:
    _show(page, "dark")


def _show(page: Page, theme: str) -> None:
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    settle(page)


def settle(page: Page) -> None:
    """Wait until every colour has arrived: they change softly, one nested element after another."""
    page.evaluate(CALM)


def desktop(page: Page) -> None:
    page.set_viewport_size(DESKTOP)


def phone(page: Page) -> None:
    page.set_viewport_size(PHONE)


def speak(page: Page, language: str) -> None:
    """Let the site speak `en` or `zh-Hans` to this browser from the next page on."""
    address = page.context.browser and page.url if page.url.startswith("http") else None
    assert address, "open a page of the site first"
    page.context.add_cookies([{"name": "lang", "value": language, "url": address}])


def sideways(page: Page) -> bool:
    """Tell whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def looks(page: Page, *sizes: Callable[[Page], None]) -> Iterator[str]:
    """Show the page in both themes and both sizes (or these), one after the other."""
    for size, theme in product(sizes or (desktop, phone), (light, dark)):
        size(page)
        theme(page)
        yield f"{size.__name__} {theme.__name__}"
    desktop(page)
    light(page)
