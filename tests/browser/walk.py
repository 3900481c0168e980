"""The people of one call, each before a screen of their own; what they read, type and press.

Whoever works for the municipality sits at a computer; bidders and neighbours hold a phone. Every page that
somebody looks at must fit the screen and be in Spanish.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from procurement.models import Tender, User
from script.chromium import SIZES

BEGIN = datetime(2026, 1, 2, 14, tzinfo=UTC)  # Friday 2 January 2026, 09:00:00 in Lima
ENGLISH = re.compile(r"\b(the|of|and|is|are|was|with|this|that|you|your|from|not|for)\b", re.IGNORECASE)
LIMA = ZoneInfo("America/Lima")
CODE = re.compile(r"\b[a-z_-]+(\.[a-z0-9_-]+)+\b")
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
PASSWORD = "agua clara 7 pozos"
PDF = b"%PDF-1.4\n% Convoca\n%%EOF\n"


def paper(name="acta.pdf"):
    """Return a small PDF, as a page's file input takes it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF + name.encode()}


class Person:
    """Somebody with a document, a password and a screen."""

    def __init__(self, walk, dni, first_name, last_name, size):
        self.walk, self.dni, self.size = walk, dni, size
        self.first_name, self.last_name = first_name, last_name
        self.page = walk.open_page(size)

    def __str__(self):
        return f"{self.first_name} {self.last_name}"

    @property
    def user(self):
        return User.objects.get(dni=self.dni)

    def go(self, path):
        """Open an address of the product, or of the call of this walk when it does not begin with a slash."""
        address = path if path.startswith("/") else f"/tenders/{self.walk.tender}/{path}"
        answer = self.page.goto(address)
        assert answer.status == 200, (address, answer.status)
        self.look()

    def look(self):
        """See that the page is in Spanish and fits the screen, and a page that is new every screen."""
        self.walk.seen(self)
        text = self.text()
        new = self.walk.is_new(self.page.url, text)
        for size in [each for each in SIZES if new and each != self.size] + [self.size]:
            if new:
                self.page.set_viewport_size(SIZES[size])
            there, shown = self.page.evaluate(WIDTHS)
            if there > shown:
                self.walk.complain(f"{self.page.url} is {there} wide on {shown}")
        if found := ENGLISH.search(text):
            self.walk.complain(f"{self.page.url}: {text[max(found.start() - 60, 0) : found.end() + 60]}")

    def text(self):
        """Return what stands on the page, without the codes of refusals and the way to English."""
        return CODE.sub("", self.page.locator("body").inner_text().replace("English", ""))

    def reads(self, words):
        """Whether these words stand on the page."""
        return words in self.page.locator("main").inner_text()

    def follow(self, link):
        """Press a link by what it says, or by where its words begin."""
        self.page.locator("main").get_by_role("link", name=link).first.click()
        self.look()

    def fill(self, **answers):
        """Answer the questions of a form, whatever they are answered with."""
        for name, answer in answers.items():
            for each in answer if isinstance(answer, list) else [answer]:
                self.answer(name, each)

    def answer(self, name, answer):
        found = self.page.locator(f'main [name="{name}"]:not([type="hidden"])')
        kind = found.first.evaluate("each => each.type")
        if kind in ("radio", "checkbox") and answer is not True:
            self.page.locator(f'main [name="{name}"][value="{answer}"]').check()
        elif kind == "checkbox":
            found.check()
        elif kind.startswith("select"):
            found.select_option(**answer if isinstance(answer, dict) else {"value": answer})
        elif kind == "file":
            found.set_input_files(answer)
        else:
            found.fill(str(answer))

    def moment(self, name, instant):
        """Answer a question for a day and an hour."""
        local = instant.astimezone(LIMA)
        self.fill(**{f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M}"})

    def press(self, button, **answers):
        """Fill in what is asked and press a button; the page that follows accepts it."""
        self.fill(**answers)
        with self.page.expect_navigation() as came:
            self.page.locator("main").get_by_role("button", name=button, exact=True).first.click()
        status = came.value.status
        self.look()
        assert status == 200, (self.page.url, status, self.page.locator("main").inner_text())

    def check(self, button, file=None, **answers):
        """Answer a form that is shown once more to be checked, attach its paper, and record it."""
        self.press("Revisar las respuestas", **answers)
        self.press(button, **({"file": file} if file else {}))

    def confirm(self, button, **answers):
        """Do what cannot be undone: the number of the call is typed."""
        self.press(button, number=self.walk.number, **answers)


class Walk:
    """One call from nothing to its consent. `move(instant)` sets the one clock."""

    def __init__(self, open_page, move):
        self.open_page, self.move_clock = open_page, move
        self.people = {}
        self.kept = {}  # what is on paper or on a stick: words of the sheets, key files
        self.tender, self.number = None, ""
        self.pages = set()
        self.move(BEGIN)

    def move(self, instant):
        self.at = instant
        self.move_clock(instant)

    def pass_time(self, **length):
        self.move(self.at + timedelta(**length))

    @property
    def call(self):
        return Tender.objects.get(pk=self.tender)

    def is_new(self, address, text):
        """Whether nobody has looked at such a page yet; numbers make no difference."""
        page = re.sub(r"\d+", "", address.split("?")[0]), re.sub(r"\d", "", text)[:300]
        known = page in self.pages
        self.pages.add(page)
        return not known

    def seen(self, person):
        """Somebody looks at a page."""

    def complain(self, fault):
        """A page is not as it must be."""
        raise AssertionError(fault)

    def meet(self, name, dni, first_name, last_name, size="desktop"):
        """Somebody comes into the story, as the public sees the product."""
        self.people[name] = Person(self, f"{dni:08}", first_name, last_name, size)
        return self.people[name]

    def __getattr__(self, name):
        try:
            return vars(self)["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def open_account(self, person, giver):
        """Take the code from the page that `giver` prints, and choose a password with it."""
        code = giver.page.locator("main p.say").inner_text()
        person.go("/access/")
        person.press("Elegirla y entrar", dni=person.dni, code=code, password=PASSWORD)
