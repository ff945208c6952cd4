"""Taking times and telling them: what the benchmarks share."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client


@dataclass
class Timings:
    """Milliseconds by what was measured."""

    ms: dict[str, list[float]] = field(default_factory=dict)

    def take(self, name: str, function: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = function()
        self.ms.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        return result

    def p50(self, name: str) -> float:
        return statistics.median(self.ms[name])

    def p95(self, name: str) -> float:
        return sorted(self.ms[name])[int(len(self.ms[name]) * 0.95)]


def fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def get(client: Client, address: str) -> bytes:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{response.status_code} for {address}")
    return response.content


def row(name: str, value: str, goal: str = "", *, met: bool | None = None) -> str:
    mark = "" if met is None else ("  met" if met else "  NOT MET")
    return f"  {name:<44}{value:>16}  {goal:<14}{mark}".rstrip()


def ratio(name: str, value: float, most: float) -> str:
    return row(name, f"{value:.2f} x", f"<= {most:g} x", met=value <= most)
