"""Processes for races: started together, each with its own connections to the same database."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from delivery.store.engine import Database

FORK_SERVER = multiprocessing.get_context("forkserver")
FORK_SERVER.set_forkserver_preload(["tests.races.shoppers"])


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def in_processes(count: int, act: Callable[..., Any], *args: Any) -> list[Any]:
    """`act(number, *args)` in `count` processes at once; what each returned."""
    with ProcessPoolExecutor(count, mp_context=FORK_SERVER) as pool:
        return [future.result(90) for future in [pool.submit(act, number, *args) for number in range(count)]]
