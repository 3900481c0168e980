"""Which verbs a scenario may say: the services, each by the name of its module and function."""

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .fault import BadScenario

PACKAGES = ("procurement.services", "bids.services")


@cache
def known():
    """Return {verb: service}: every public function of these packages that somebody (`by`) carries out."""
    found = {}
    for package in map(import_module, PACKAGES):
        for name in sorted(module.name for module in iter_modules(package.__path__)):
            module = import_module(f"{package.__name__}.{name}")
            for verb, service in inspect.getmembers(module, inspect.isfunction):
                own = service.__module__ == module.__name__
                if own and not verb.startswith("_") and "by" in inspect.signature(service).parameters:
                    found[f"{name}.{verb}"] = service
    return found


def find(step):
    """Return the service that a step calls."""
    service = known().get(step.do)
    if not service:
        raise BadScenario("scenario.step.unknown-verb", step.where, f"nobody can do “{step.do}”")
    return service
