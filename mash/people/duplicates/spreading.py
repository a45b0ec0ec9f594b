"""Work that several processes of this machine do at once, each on another part of it."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Part = TypeVar("Part")
Said = TypeVar("Said")
MOST = 4  # processes; each takes some 100 MB
AHEAD = 2  # parts for each that wait, so that nobody does


def cores() -> int:
    """Return how many processes are worth having here."""
    return min(MOST, len(os.sched_getaffinity(0)))


def in_order(
    work: Callable[[Part], Said], parts: Iterable[Part], *, processes: int
) -> Generator[tuple[Part, Said]]:
    """Yield each part and what `work` says of it, in order.  With one process it is done in this one.

    work: a function of a module, and parts that can be sent; a new process knows nothing of this one's connections.
    """
    if processes < 2:
        for part in parts:
            yield part, work(part)
        return
    waiting: deque[tuple[Part, Future[Said]]] = deque()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for part in parts:
            waiting.append((part, pool.submit(work, part)))
            if len(waiting) > AHEAD * processes:
                first, said = waiting.popleft()
                yield first, said.result()
        while waiting:
            first, said = waiting.popleft()
            yield first, said.result()
