"""Which verbs a scenario may say: the services, each by the name of its module and function."""

import inspect
from importlib import import_module

from .scenario import BadScenario

MODULES = {
    "procurement.services": [
        "boards",
        "committee",
        "minutes",
        "ordinances",
        "people",
        "preparation",
        "promotion",
        "sale",
        "tenders",
        "terms",
        "towns",
    ],
}


def known():
    """Return {verb: service}: every public function of these modules that somebody (`by`) carries out."""
    found = {}
    for package, names in MODULES.items():
        for name in names:
            module = import_module(f"{package}.{name}")
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
