"""Figures of operation for Prometheus: how many, how fast; nothing about people."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

#: Seconds; the goal is 0.25 for the slowest percent.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
#: Set by ``mien serve --workers N``: the workers add up their figures in this folder.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """Counts requests by route template, never by address, name or identifier."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "mien_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "mien_request_seconds",
            "Time to answer.",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )

    def text(self) -> bytes:
        """The figures of all workers in Prometheus' text format."""
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
