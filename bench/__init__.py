"""Benchmarks. Each module has `run()`, which returns rows; `bench/run` prints them all as one JSON document.

A row is a dict with `name`, `value`, `unit`, `size` (what it ran at) and, where a figure is promised,
`limit`: the most that is allowed, or the least where `more_is_better` is true. It may hold more. Ratios of
two things measured in one run say more than absolute figures, which belong to a machine.
"""

from time import perf_counter


def seconds(work, *arguments):
    """How long one call takes."""
    start = perf_counter()
    work(*arguments)
    return perf_counter() - start
