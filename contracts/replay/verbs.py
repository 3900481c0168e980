"""Which verbs a scenario may say: the services, each by the name of its module and function."""

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from . import acts
from .fault import BadScenario

PACKAGES = ("procurement.services", "guarantees.services", "bids.services", "contracts.services")
HELPERS = {"common", "leaving"}  # what every service of its app does; nobody does it by itself


def modules():
    """Yield (name, module) of every module of services, and of what a scenario says as one act."""
    for package in map(import_module, PACKAGES):
        for module in iter_modules(package.__path__):
            if module.name in HELPERS:
                continue
            yield module.name, import_module(f"{package.__name__}.{module.name}")
    yield "acts", acts


@cache
def known():
    """Return {verb: service}: every public function of these modules that somebody (`by`) carries out."""
    found = {}
    for name, module in modules():
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
