"""From one page to the next, whole."""

from playwright.sync_api import Locator, Page


def follow(page: Page, leading: Locator) -> None:
    """Press what leads away, and wait for the whole page behind it.

    A press alone returns while the new page is still empty: looked at then, it is no page yet.
    """
    with page.expect_navigation():
        leading.click()
