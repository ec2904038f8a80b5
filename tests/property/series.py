"""A series of draws, in several processes."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import click

from tests.property.judging import Draw, judged
from tests.property.serving import house

TOLD = 50
"""Draws after which a word is said."""


def every(numbers: Sequence[int], processes: int) -> list[Draw]:
    """Play every number; each process has a server of its own."""
    parts = [numbers[index::processes] for index in range(processes)]
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        found = [one for part in pool.map(_part, parts) for one in part]
    return sorted(found, key=lambda one: one.number)


def _part(numbers: Sequence[int]) -> list[Draw]:
    found = []
    with house() as served:
        for number in numbers:
            found.append(judged(served, number))
            if len(found) % TOLD == 0:
                click.echo(f"property: {len(found)} of {len(numbers)} draws of a process", err=True)
    return found
