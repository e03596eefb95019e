"""Work in the background: building the index, and comparing the answers of two versions. One at a time per process."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from supportbot.answers import Answer
from supportbot.api.service import Service
from supportbot.articles import Article
from supportbot.bot import prepare
from supportbot.errors import SupportBotError
from supportbot.storage.jobs import Job

Progress = Callable[[int, int], None]

MOST_DIFFERENCES = 200
_one_at_a_time = threading.Lock()
log = logging.getLogger("supportbot.jobs")


def reindex(service: Service, actor: str, *, force: bool = False) -> Job:
    """Bring the index up to date with the corpus; the new version is served as soon as it is whole."""

    def work(progress: Progress) -> Mapping[str, Any]:
        built = prepare(service.settings, encoder=service.live.encoder, force=force, on_progress=progress)
        service.live.refresh()
        if built is None:
            return {"version": service.snapshot.version, "unchanged": True}
        return {
            "version": built.version,
            "unchanged": False,
            "added": list(built.added),
            "changed": list(built.changed),
            "removed": list(built.removed),
            "embedded": built.embedded,
        }

    return _start(service, "reindex", actor, work)


def compare(service: Service, actor: str, before: str, after: str, count: int) -> Job:
    """Ask both versions the same benchmark questions, and list those that are answered otherwise.

    Without a benchmark the articles' own alternative questions are asked.
    """

    def work(progress: Progress) -> Mapping[str, Any]:
        bots = [service.live.open(before), service.live.open(after)]
        all_questions = benchmark_questions(service.settings.benchmark, service.snapshot.articles)
        questions = all_questions[:: max(1, len(all_questions) // count)][:count]  # spread evenly over all there are
        different = []
        for number, question in enumerate(questions, 1):
            old, new = (bot.ask(question) for bot in bots)
            if _gist(old) != _gist(new):
                different.append({"question": question, "before": _short(old), "after": _short(new)})
            if number % 10 == 0 or number == len(questions):
                progress(number, len(questions))
        return {
            "before": before,
            "after": after,
            "asked": len(questions),
            "different": len(different),
            "questions": different[:MOST_DIFFERENCES],
        }

    return _start(service, "compare", actor, work)


def _start(service: Service, kind: str, actor: str, work: Callable[[Progress], Mapping[str, Any]]) -> Job:
    job = service.store.jobs.start(kind, actor)

    def run() -> None:
        with _one_at_a_time:
            try:
                result = work(lambda done, total: service.store.jobs.progress(job.id, done, total))
                service.store.jobs.finish(job.id, result)
            except SupportBotError as error:
                _failed(service, job, str(error))
            except Exception:
                log.exception("job")
                _failed(service, job, "something went wrong; the log tells more")

    threading.Thread(target=run, name=f"job-{kind}", daemon=True).start()
    return job


def _failed(service: Service, job: Job, reason: str) -> None:
    try:
        service.store.jobs.fail(job.id, reason)
    except SupportBotError as error:
        log.error("job not noted", extra={"fields": {"reason": str(error)}})


def benchmark_questions(folder: Path, articles: Iterable[Article]) -> list[str]:
    """The questions of a benchmark folder; where there is none, the articles' titles and alternative questions."""
    from supportbot.evaluation import datasets

    if (folder / "queries.jsonl").is_file():
        halves = [datasets.read(folder, split=split) for split in ("dev", "test")]
        return [query.text for half in halves for query in half.queries.values()]
    return [question for article in articles for question in (article.title, *article.questions)]


def _gist(answer: Answer) -> tuple[object, ...]:
    """What makes an answer another one to a customer; a higher confidence does not."""
    return answer.outcome, answer.text, answer.steps, answer.notes, [source.article_id for source in answer.sources]


def _short(answer: Answer) -> dict[str, Any]:
    source = answer.sources[0] if answer.sources else None
    return {
        "outcome": answer.outcome,
        "confidence": round(answer.confidence, 4),
        "article_id": source.article_id if source else None,
        "heading": source.heading if source else None,
        "text": answer.text[:300],
    }
