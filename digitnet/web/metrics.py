"""Counters that an operator watches, in Prometheus' text form."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """Of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "digitnet_requests", "requests answered", ["route", "status"], registry=self._registry
        )
        self.latency = Histogram(
            "digitnet_request_seconds",
            "from a request's head to its answer",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._digits = Counter("digitnet_digits", "digits accepted", registry=self._registry)
        self._refusals = Counter("digitnet_refusals", "digits refused", registry=self._registry)
        self.in_flight = Gauge("digitnet_in_flight", "pictures at work", registry=self._registry)
        self.replaced = Gauge(
            "digitnet_workers_replaced",
            "workers that ended or took too long",
            registry=self._registry,
        )

    def count(self, accepted: int, refused: int) -> None:
        """Digits of one picture."""
        self._digits.inc(accepted)
        self._refusals.inc(refused)

    def text(self) -> bytes:
        return generate_latest(self._registry)
