"""Every sentence that a user can read is in the Spanish catalogue, compiled and not fuzzy (decision 28)."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
APPS = ["procurement", "guarantees", "bids", "contracts"]
SPANISH = ROOT / "procurement" / "locale" / "es" / "LC_MESSAGES" / "django"
ONE = {"_", "N_", "gettext", "gettext_lazy", "gettext_noop", "Word"}
PLURAL = {"ngettext", "ngettext_lazy"}
PLACES = re.compile(r"%\((\w+)\)")


def called(node):
    """Return the name of what is called, without the module before it."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def text_of(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def messages_of_code(source):
    """Yield (singular, plural or None) of every translatable sentence in Python."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if called(node) in ONE and text_of(node.args[0]):
            yield text_of(node.args[0]), None
        elif called(node) in PLURAL:
            yield text_of(node.args[0]), text_of(node.args[1])


def messages_of_template(source):
    """Yield the same of a template, out of what Django itself makes of it for its extractor."""
    shown = templatize(source)
    for start in re.finditer(r"\b(_|gettext|ngettext)\(", shown):
        try:
            call = ast.parse(shown[start.start() : closing(shown, start.end())], mode="eval").body
        except SyntaxError:  # a word of the page that only looks like a call
            continue
        texts = [text_of(argument) for argument in call.args]
        if start[1] == "ngettext":
            yield texts[0], texts[1]
        elif texts and texts[0]:
            yield texts[0], None


def closing(text, start):
    """Return the place after the bracket that closes the one before `start`, past strings."""
    tokens = re.compile(r'u?"(?:[^"\\]|\\.)*"|u?\'(?:[^\'\\]|\\.)*\'|[()]', re.DOTALL)
    depth = 1
    for token in tokens.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if not depth:
            return token.end()
    return len(text)


def sources():
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path, messages_of_code
    for folder in [ROOT / "templates", *(ROOT / app for app in APPS)]:
        for path in folder.rglob("*.html"):
            yield path, messages_of_template


def messages():
    """Return {(singular, plural): first file that says it}."""
    found = {}
    for path, extract in sources():
        for message in extract(path.read_text()):
            found.setdefault(message, str(path.relative_to(ROOT)))
    return found


@pytest.fixture(scope="module")
def catalogue():
    return polib.mofile(str(SPANISH.with_suffix(".mo")))


def translation(catalogue, singular, plural):
    """Return the Spanish forms of a sentence, or nothing where one of them is missing."""
    entry = catalogue.find(singular)
    if not entry:
        return []
    forms = list(entry.msgstr_plural.values()) if plural else [entry.msgstr]
    return forms if all(forms) else []


def test_every_sentence_has_its_spanish(catalogue):
    said = messages()
    missing = [
        f"{where}: {singular}"
        for (singular, plural), where in said.items()
        if not translation(catalogue, singular, plural)
    ]

    assert len(said) > 300
    assert missing == []


def test_a_translation_has_the_same_places_as_the_sentence(catalogue):
    """A place that is missing hides a fact; one too many breaks the page."""
    wrong = [
        singular
        for singular, plural in messages()
        for form in translation(catalogue, singular, plural)
        if set(PLACES.findall(form)) - set(PLACES.findall(singular + (plural or "")))
        or (not plural and set(PLACES.findall(form)) != set(PLACES.findall(singular)))
    ]

    assert wrong == []


def test_no_translation_is_a_guess():
    written = polib.pofile(str(SPANISH.with_suffix(".po")))

    assert [entry.msgid for entry in written if "fuzzy" in entry.flags or entry.obsolete] == []


def test_the_compiled_catalogue_is_the_written_one(catalogue):
    written = polib.pofile(str(SPANISH.with_suffix(".po")))
    said = {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in written if entry.translated()}

    assert {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in catalogue} == said


@pytest.mark.parametrize(
    ("extract", "source", "message"),
    [
        (messages_of_code, '_("one " "two")', ("one two", None)),
        (messages_of_code, 'translation.gettext_lazy("one")', ("one", None)),
        (messages_of_code, 'ngettext("one", "two", n)', ("one", "two")),
        (messages_of_template, '{% load i18n %}{% translate "one" %}', ("one", None)),
        (messages_of_template, '{% load i18n ui %}{% now_box _("one (1)") kind="x" %}', ("one (1)", None)),
        (
            messages_of_template,
            "{% load i18n %}{% blocktranslate trimmed with b=a %}\n one {{ b }}\n{% endblocktranslate %}",
            ("one %(b)s", None),
        ),
        (
            messages_of_template,
            "{% load i18n %}{% blocktranslate count n=x %}one{% plural %}{{ n }} two{% endblocktranslate %}",
            ("one", "%(n)s two"),
        ),
    ],
)
def test_a_planted_sentence_is_found(extract, source, message):
    assert message in list(extract(source))
