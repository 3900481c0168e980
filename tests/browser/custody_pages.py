"""A custodian before the three screens: my sheet, I am ready, open."""

ASKED = (3, 11, 20)  # places of the words that are copied from a new sheet


def make_sheet(page, tender, custodian):
    """Make a sheet, copy three of its words; return the 24."""
    page.goto(f"/tenders/{tender.pk}/custodians/{custodian.index}/sheet/")
    page.locator("[data-do=make]:enabled").click()
    words = page.locator("ol.words li").all_inner_texts()
    page.locator("[data-do=written]").click()
    for place in ASKED:
        page.locator(f"#word-{place}").fill(words[place - 1])
    page.locator("[data-do=send]").click()
    page.wait_for_url("**/prove/")
    return words


def type_words(page, words):
    """Type the words of a sheet by the letters that decide."""
    page.wait_for_selector("[data-ready]")
    page.locator("#typed").fill(" ".join(word[:4].upper() for word in words))


def prove(page, words):
    """Try the sheet on the trial envelopes, on the page that comes after it was made."""
    type_words(page, words)
    page.locator("[data-do=prove]").click()
    page.wait_for_url("**/custodians/")


def check(page, tender, stage, index, words):
    """Take the paper, compare the words of the close, check every envelope; return those words."""
    page.goto(f"/tenders/{tender.pk}/opening/{stage}/words/{index}/")
    type_words(page, words)
    page.locator("[data-do=read]").click()
    page.locator("[data-step=list]").wait_for()
    page.locator("[data-compared]").check()
    closing = page.locator("[data-closing] li").all_inner_texts()
    page.locator("[data-do=check]").click()
    page.locator("[data-step=checked]").wait_for()
    return closing


def hand_over(page, stage):
    """Press the one button, once it is there."""
    page.locator("[data-do=open]").click()
    page.wait_for_url(f"**/opening/{stage}/")
