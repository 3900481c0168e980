"""What a reader may rely on everywhere: import direction, one door, one clock, no inline script, short files.

Each rule is a function from source text to offences, so that a planted offence proves that it bites.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest
from django.apps import apps

ROOT = Path(__file__).parent.parent
ORDER = ["procurement", "guarantees", "bids", "contracts"]
LAYERS = {"guards": 0, "models": 1, "services": 2, "forms": 3, "views": 3, "management": 3}
ROOT_URLS = "procurement/urls.py"  # the one file that may know every app
KERNEL = "procurement/workflow.py"
CLOCK = "procurement/clock.py"
DRAWINGS = "procurement/templatetags/pictures.py"
PURE = re.compile(
    r"\w+/(merkle|signed_note|schedule|sizing|scoring|money|fund|term|drawing|trial|what_if)\.py"
    r"|bids/sealing/.*|bids/comparison/(chain|columns)\.py"
)
STATEFUL = [model for model in apps.get_models() if hasattr(model, "get_all_state_transitions")]
STEPS = {rule.name for model in STATEFUL for rule in model().get_all_state_transitions()}
BY_NAME = {"import_module", "import_string", "get_model", "get_app_config"}
NAMES = {model.__name__ for model in STATEFUL}
CODE = {
    str(path.relative_to(ROOT)): path.read_text()
    for app in ORDER
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
}
TEMPLATES = {
    str(path.relative_to(ROOT)): path.read_text()
    for folder in [ROOT / "templates", *(ROOT / app for app in ORDER)]
    for path in folder.rglob("*.html")
    if not re.match(r"bids/(program|static)/", str(path.relative_to(ROOT)))  # one file, whole, for no network
}


def called(call):
    """Return the name of what is called, without the module before it."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def imported(node):
    """Return the dotted names that a statement imports, or mentions in a string as Django resolves them."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level) if level != 1:
            return [module or ""] + [f"{module or ''}.{alias.name}".lstrip(".") for alias in names]
        case ast.Call(args=[ast.Constant(value=str(text)), *_]) if called(node) in BY_NAME:
            return [text]  # import_module("bids.models"), get_model("bids", "Bid")
        case ast.Constant(value=str(text)) if re.fullmatch(r"[a-z_]+\.[A-Z]\w+", text):
            return [text]  # "bids.Bid"
    return []


def later_apps(path, source):
    """Name the later apps that a file mentions in an import, relative or not, or in a string reference."""
    later = set(ORDER[ORDER.index(path.split("/")[0]) + 1 :]) if path != ROOT_URLS else set()
    for node in ast.walk(ast.parse(source)):
        yield from (f"{path}:{node.lineno}" for name in imported(node) if name.split(".")[0] in later)


def layer(parts):
    return next((LAYERS[part] for part in parts if part in LAYERS), None)


def later_layers(path, source):
    """Name the imports that go up inside an app: guards, models, services, then forms, views and commands."""
    mine = layer(path.split("/")[1:])
    if mine is None:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found = [layer(name.split(".")[1:2]) for name in imported(node) if name.split(".")[0] in ORDER]
            yield from (f"{path}:{node.lineno}" for theirs in found if theirs is not None and theirs > mine)


def impure(path, source):
    """Name the imports of Django, or of anything that holds it, in a module that must do without."""
    if not PURE.fullmatch(path):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (f"{path}:{node.lineno}" for name in imported(node) if name.split(".")[0] == "django")


def is_step(call):
    """Whether a call runs a transition: it takes the instant alone, and nobody by whom."""
    named = {keyword.arg for keyword in call.keywords}
    return not call.args and "at" in named and "by" not in named


def sets_state(node):
    """Whether a statement writes a state past django-fsm's protection."""
    match node:
        case ast.Call(func=ast.Attribute(attr="update" | "update_or_create" | "create"), keywords=named):
            return any(keyword.arg == "state" for keyword in named)
        case ast.Call(func=ast.Name(id=name), keywords=named) if name in NAMES:
            return any(keyword.arg == "state" for keyword in named)
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="state"), _]):
            return True
        case ast.Assign(targets=[ast.Attribute(attr="state")]):
            return True
        case ast.Constant(value=str(text)):
            return re.search(r"\bUPDATE\b.+\bSET\b.+\bstate\b", text) is not None
    return False


def side_doors(path, source):
    """Name the calls that move or reread a state past the kernel."""
    if path == KERNEL:
        return
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="refresh_from_db" | "bulk_update")):
                yield f"{path}:{node.lineno}"
            case ast.Call(func=ast.Attribute(attr=verb)) if verb in STEPS and is_step(node):
                yield f"{path}:{node.lineno}"
            case ast.Call(func=ast.Call(func=ast.Name(id="getattr"))) if is_step(node):
                yield f"{path}:{node.lineno}"
            case _ if sets_state(node):
                yield f"{path}:{node.lineno}"


def hasty_bodies(path, source):
    """Name the transitions whose body reads the state: django-fsm 5 sets it before, ours after (ADR 0001)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and "transition(" in "".join(
            map(ast.unparse, node.decorator_list)
        ):
            read = [
                each for each in ast.walk(node) if isinstance(each, ast.Attribute) and each.attr == "state"
            ]
            yield from (f"{path}:{each.lineno}" for each in read if ast.unparse(each) == "self.state")


def shortcuts(path, source):
    """Name the questions that a superuser passes, or that know nothing of appointments."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="has_perm", value=owner)):
                if not (path == KERNEL and isinstance(owner, ast.Name) and owner.id == "rule"):
                    yield f"{path}:{node.lineno}"
            case ast.Attribute(attr="is_superuser" | "is_staff" | "has_perms" | "has_module_perms"):
                yield f"{path}:{node.lineno}"
            case ast.Name(id="get_objects_for_user" | "permission_required" | "user_passes_test"):
                yield f"{path}:{node.lineno}"


def other_clocks(path, source):
    """Name whatever reads a clock that is not the one clock."""
    if path == CLOCK:
        return
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr="now" | "localdate", value=ast.Name(id="timezone")):
                yield f"{path}:{node.lineno}"
            case ast.Attribute(attr="now" | "utcnow" | "today", value=ast.Name(id="datetime" | "date")):
                yield f"{path}:{node.lineno}"
            case ast.Attribute(attr="time" | "time_ns", value=ast.Name(id="time")):
                yield f"{path}:{node.lineno}"
            case (
                ast.Call(func=ast.Name(id="Now" | "localdate")) | ast.keyword(arg="auto_now" | "auto_now_add")
            ):
                yield f"{path}:{getattr(node, 'lineno', 0) or node.value.lineno}"


def floats(path, source):
    """Name the numbers that are rounded before anybody asked (principle 8); a drawing may have them."""
    if path == DRAWINGS:
        return
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=float()) | ast.Call(func=ast.Name(id="float")):
                yield f"{path}:{node.lineno}"


def two_readings(path, source):
    """Name the transactions that read the clock more than once (principle 3)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and "atomic" in "".join(map(ast.unparse, node.decorator_list)):
            readings = ast.unparse(node).count("clock.now()")
            if readings > 1:
                yield f"{path}:{node.lineno}"


def inline(path, source):
    """Name the scripts and styles that a strict policy refuses, and what a page fetches from elsewhere."""
    if re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", source):
        yield path
    if re.search(r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", source):
        yield path


def unexplained(path, source):
    """Name the modules without a docstring, and the services and models that do not say what they are."""
    tree = ast.parse(source)
    is_plain = path.endswith(("__init__.py", "apps.py", "asgi.py", "wsgi.py")) or "/commands/" in path
    if not is_plain and not ast.get_docstring(tree):
        yield path
    for node in tree.body:
        named = isinstance(node, ast.ClassDef if "/models/" in path else ast.FunctionDef)
        atomic = "atomic" in "".join(map(ast.unparse, getattr(node, "decorator_list", [])))
        is_model = isinstance(node, ast.ClassDef) and "models.Model" in map(ast.unparse, node.bases)
        if named and (is_model or ("/services/" in path and atomic)) and not ast.get_docstring(node):
            yield f"{path}:{node.lineno}"


def unfinished(path, source):
    """Name what was left for later."""
    for number, line in enumerate(source.splitlines(), start=1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            yield f"{path}:{number}"


def functions(source):
    """Return how many lines each function of a file has."""
    return [
        node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def too_long(path, source):
    """Name the files from 500 lines on and the functions over 50."""
    if len(source.splitlines()) >= 500:
        yield path
    if max(functions(source), default=0) > 50:
        yield f"{path}: {max(functions(source))} lines in one function"


RULES = [
    later_apps,
    later_layers,
    impure,
    side_doors,
    hasty_bodies,
    shortcuts,
    other_clocks,
    floats,
    two_readings,
    unexplained,
    unfinished,
    too_long,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_code_keeps(rule):
    assert [offence for path, source in CODE.items() for offence in rule(path, source)] == []


@pytest.mark.parametrize("rule", [inline, unfinished])
def test_the_templates_keep(rule):
    assert [offence for path, source in TEMPLATES.items() for offence in rule(path, source)] == []


def test_functions_are_short():
    assert median(length for source in CODE.values() for length in functions(source)) < 10


def test_there_are_states_to_protect():
    assert "Tender" in NAMES
    assert {"announce", "close", "award"} <= STEPS


PLANTED = [
    (later_apps, "import bids.scoring"),
    (later_apps, "from bids import scoring"),
    (later_apps, "from ..bids import scoring"),
    (later_apps, "from .. import bids"),
    (later_apps, "import_module('bids.scoring')"),
    (later_apps, "apps.get_model('bids', 'Bid')"),
    (later_apps, "ForeignKey('contracts.Contract')"),
    (side_doors, "tender.refresh_from_db()"),
    (side_doors, "Tender.objects.update(state='closed')"),
    (side_doors, "Tender.objects.bulk_update(tenders, ['state'])"),
    (side_doors, "Tender.objects.create(state='closed')"),
    (side_doors, "Tender(state='closed').save()"),
    (side_doors, "tender.state = 'closed'"),
    (side_doors, "setattr(tender, 'state', 'closed')"),
    (side_doors, "cursor.execute('UPDATE procurement_tender SET state = 1')"),
    (side_doors, "tender.announce(at=now)"),
    (side_doors, "self.tender.announce(at=now)"),
    (side_doors, "getattr(tender, verb)(at=now)"),
    (hasty_bodies, "@transition(state)\ndef close(self, *, at):\n    print(self.state)"),
    (shortcuts, "user.has_perm('procurement.announce_tender', tender)"),
    (shortcuts, "if user.is_superuser: pass"),
    (shortcuts, "get_objects_for_user(user, 'view_tender')"),
    (other_clocks, "timezone.now()"),
    (other_clocks, "datetime.now(UTC)"),
    (other_clocks, "date.today()"),
    (other_clocks, "time.time()"),
    (other_clocks, "filter(end__gt=Now())"),
    (other_clocks, "DateTimeField(auto_now_add=True)"),
    (floats, "price = 1.5"),
    (floats, "float(points)"),
    (two_readings, "@transaction.atomic\ndef f():\n    clock.now()\n    clock.now()"),
    (unexplained, "x = 1"),
    (unfinished, "# TO" + "DO: later"),
    (too_long, "x = 1\n" * 500),
    (too_long, "def f():\n" + "    x = 1\n" * 50),
    (inline, "<p style='color: red'>"),
    (inline, "<script>alert()</script>"),
    (inline, "<button onclick='x()'>"),
    (inline, "<link rel=stylesheet href='https://fonts.example/x.css'>"),
    (inline, '<img src="//cdn.example/x.png">'),
]


@pytest.mark.parametrize(("rule", "offence"), PLANTED)
def test_a_planted_offence_is_found(rule, offence):
    assert list(rule("procurement/planted.py", offence))


@pytest.mark.parametrize(
    ("rule", "path", "offence"),
    [
        (later_layers, "procurement/models/x.py", "from procurement.services import people"),
        (later_layers, "procurement/models/x.py", "from procurement import services"),
        (later_layers, "procurement/services/x.py", "from procurement.views.base import page"),
        (later_layers, "bids/guards/x.py", "import bids.models"),
        (impure, "procurement/merkle.py", "from django.db import models"),
        (impure, "bids/sealing/kit.py", "import django"),
        (unexplained, "procurement/services/x.py", '"""x"""\n@transaction.atomic\ndef f():\n    pass'),
        (unexplained, "procurement/models/x.py", '"""x"""\nclass A(models.Model):\n    pass'),
    ],
)
def test_an_offence_planted_where_it_matters_is_found(rule, path, offence):
    assert list(rule(path, offence))


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (later_apps, "contracts/x.py", "from bids import scoring"),
        (later_apps, "procurement/parameters/x.py", "from . import guarantees"),
        (later_apps, "procurement/x.py", "tender.parameters['guarantees.bid.amount']"),
        (later_layers, "procurement/views/x.py", "from procurement.services import people"),
        (side_doors, "procurement/x.py", "tenders.announce(tender, by=user)"),
        (side_doors, "procurement/x.py", "upload.close()"),
        (side_doors, "procurement/x.py", "Task('x', state='ready')"),
        (other_clocks, "procurement/x.py", "timezone.localtime(at)"),
        (inline, "x.html", "<script src='x.js'></script>"),
        (inline, "x.html", "<a href='https://www.gob.pe/'>"),
    ],
)
def test_what_is_allowed_is_not_found(rule, path, source):
    assert not list(rule(path, source))


def test_pure_modules_run_where_there_is_no_django():
    names = [path.removesuffix(".py").replace("/", ".") for path in CODE if PURE.fullmatch(path)]
    modules = ", ".join(name.removesuffix(".__init__") for name in names)
    program = f"import sys, {modules}; sys.exit('django' in sys.modules)"

    assert len(names) > 5
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
