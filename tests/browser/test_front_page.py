"""What somebody sees who opens the address for the first time."""

import pytest


def test_the_front_page_is_spanish_and_fits_the_screen(page):
    answer = page.goto("/")

    assert answer.ok
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_front_page_reads_the_same_without_javascript(open_page, size):
    with_script, without = open_page(size), open_page(size, script=False)

    with_script.goto("/")
    without.goto("/")

    assert without.locator("main").inner_text() == with_script.locator("main").inner_text()
