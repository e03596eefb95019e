"""Prometheus metrics: requests by route, answers by outcome, seconds by stage; no questions, no visitors."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

from supportbot.answering.answer import Answer
from supportbot.serving import Snapshot

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """The metrics of this process, or of all workers if they share a folder.

    >>> metrics = Metrics(shared=False)
    >>> metrics.answered(bot.ask("怎麼提幣"))
    >>> metrics.render(snapshot).decode()
    """

    def __init__(self, *, shared: bool) -> None:
        """`shared` tells that PROMETHEUS_MULTIPROC_DIR is set: `render` then adds up all workers."""
        self._shared = shared
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "supportbot_requests_total", "Requests", ["method", "route", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "supportbot_request_seconds",
            "Seconds to the first byte",
            ["route"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.answers = Counter("supportbot_answers_total", "Answers", ["outcome"], registry=self.registry)
        self.stage_seconds = Histogram(
            "supportbot_stage_seconds",
            "Seconds of an answer by stage",
            ["stage"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.rephrased = Counter(
            "supportbot_rephrased_total",
            "Answers given to the language model, by what came of it",
            ["result"],
            registry=self.registry,
        )
        self.cache_hits = Gauge(
            "supportbot_cache_hits", "Answers from the cache", registry=self.registry, multiprocess_mode="sum"
        )
        self.cache_misses = Gauge(
            "supportbot_cache_misses", "Answers not in the cache", registry=self.registry, multiprocess_mode="sum"
        )

    def answered(self, answer: Answer) -> None:
        """Count an answer and the time of its stages."""
        self.answers.labels(answer.outcome).inc()
        for stage, milliseconds in answer.timings_ms:
            self.stage_seconds.labels(stage).observe(milliseconds / 1000)

    def render(self, snapshot: Snapshot) -> bytes:
        """Return all metrics in Prometheus' text format, with the cache of the snapshot that serves."""
        self.cache_hits.set(snapshot.cache_hits)
        self.cache_misses.set(snapshot.cache_misses)
        if not self._shared:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
