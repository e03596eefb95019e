"""Jobs in the background: build the index, sync with the sources, compare two versions, preview a change of the corpus.

A process runs one at a time.
"""

import contextlib
import datetime as dt
import difflib
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from supportbot.answering.answer import Answer
from supportbot.answering.bot import SupportBot
from supportbot.api import sources
from supportbot.api.service import Service
from supportbot.content.articles import Article
from supportbot.errors import SupportBotError
from supportbot.index import layout
from supportbot.index.build import Progress
from supportbot.serving import building
from supportbot.serving.apart import run_apart
from supportbot.storage.jobs import SILENT_SECONDS, Job

MOST_DIFFERENCES = 200
SYNCS = ("sync", "sync.plan")
"""The kinds of jobs that read the sources; of these only one runs at a time, whichever process began it."""

_UNEXPECTED = "something went wrong; the log tells more"
_one_at_a_time = threading.Lock()
log = logging.getLogger("supportbot.jobs")


def reindex(service: Service, actor: str, *, force: bool = False) -> Job:
    """Bring the index up to date with the corpus; the new version serves as soon as it is built."""

    return _start(service, "reindex", actor, lambda progress: _built(service, progress, force=force))


def _built(service: Service, progress: Progress, *, force: bool = False) -> Mapping[str, Any]:
    built = building.prepare(service.settings, force=force, on_progress=progress, unwanted=service.stopping.is_set)
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


def sync(service: Service, actor: str, *, plan_only: bool = False, since: dt.datetime | None = None) -> Job | None:
    """Bring corpus and index in step with the sources; with `plan_only` only tell what would change.

    Return None if another one runs in any process, or if `actor` began one at `since` or later. What changed, and what
    failed, stands in the audit log. After a rollback, a sync without changes leaves the older version serving.
    """
    job = service.store.jobs.claim(SYNCS[plan_only], actor, beside=SYNCS, since=since)
    if job is None:
        return None

    def work(progress: Progress) -> Mapping[str, Any]:
        told: dict[str, Any] = {}
        error = _UNEXPECTED
        try:
            told = run_apart(
                sources.sync,
                service.settings.corpus,
                plan_only,
                name="sync",
                on_progress=progress,
                unwanted=service.stopping.is_set,
            )
            if failure := told.pop("error", ""):
                raise SupportBotError(failure)
            if not plan_only and (told["written"] or not layout.is_pinned(service.settings.index)):
                built = _built(service, progress)
                told["index"] = {name: built[name] for name in ("version", "unchanged")}
            error = ""
            return told
        except SupportBotError as failed:
            error = sources.one_line(failed)
            raise SupportBotError(error) from None
        finally:
            if not plan_only and (error or told["written"]):
                more = {"error": error} if error else {"index": told.get("index", {}).get("version", "")}
                service.store.audit.add(actor, "sync", job.id, **more, **(sources.summary(told) if told else {}))

    return _run(service, job, work)


def compare(service: Service, actor: str, before: str, after: str, count: int) -> Job:
    """Ask two versions `count` benchmark questions, and list those that they answer differently."""

    def work(progress: Progress) -> Mapping[str, Any]:
        bots = [service.live.open(service.settings.index / version) for version in (before, after)]
        asked = _spread(benchmark_questions(service.settings.benchmark, service.snapshot.articles), count)
        different = _differences(bots[0], bots[1], asked, progress)
        return {
            "before": before,
            "after": after,
            "asked": len(asked),
            "different": len(different),
            "questions": different[:MOST_DIFFERENCES],
        }

    return _start(service, "compare", actor, work)


def preview(
    service: Service, actor: str, change: Callable[[Path], bool], questions: Sequence[str], count: int = 100
) -> Job:
    """Make a change in a copy of the corpus, and list its effects: changed lines of files, the answers to `questions`
    before and after, and which of `count` benchmark questions would be answered differently."""

    def work(progress: Progress) -> Mapping[str, Any]:
        settings = service.settings
        serving = service.snapshot
        with tempfile.TemporaryDirectory(prefix="supportbot-preview-") as folder:
            corpus, index = Path(folder) / "corpus", Path(folder) / "index"
            shutil.copytree(settings.corpus, corpus, ignore=shutil.ignore_patterns("benchmarks", ".*"))
            after = serving.bot
            if change(corpus):
                shutil.copytree(settings.index / serving.version, index / serving.version)
                layout.switch(index, index / serving.version)  # so that only what changed is embedded
                building.prepare(settings.model_copy(update={"corpus": corpus, "index": index}), on_progress=progress)
                after = service.live.open(layout.current(index))
            others = _spread(benchmark_questions(settings.benchmark, serving.articles), count)
            different = _differences(serving.bot, after, [text for text in others if text not in questions], progress)
            return {
                "files": _changed_lines(settings.corpus, corpus),
                "questions": [
                    {"question": text, "before": _short(serving.bot.ask(text)), "after": _short(after.ask(text))}
                    for text in questions
                ],
                "asked": len(others),
                "different": len(different),
                "others": different[:MOST_DIFFERENCES],
            }

    return _start(service, "preview", actor, work)


def _spread(questions: Sequence[str], count: int) -> Sequence[str]:
    """Return at most `count` questions, evenly spread."""
    return questions[:: max(1, len(questions) // count)][:count]


def _differences(
    before: SupportBot, after: SupportBot, questions: Sequence[str], progress: Progress
) -> list[dict[str, Any]]:
    """Return the questions that two bots answer differently, with both answers."""
    different = []
    for number, question in enumerate(questions, 1):
        old, new = before.ask(question), after.ask(question)
        if _gist(old) != _gist(new):
            different.append({"question": question, "before": _short(old), "after": _short(new)})
        if number % 10 == 0 or number == len(questions):
            progress(number, len(questions))
    return different


def _changed_lines(before: Path, after: Path) -> list[dict[str, Any]]:
    """Return the files below `after` that differ from those below `before`, with added and removed lines."""
    changed = []
    for path in sorted([*after.rglob("*.md"), *after.glob("*.yaml")]):
        name = path.relative_to(after).as_posix()
        old = (before / name).read_text("utf-8").splitlines() if (before / name).exists() else []
        lines = list(difflib.unified_diff(old, path.read_text("utf-8").splitlines(), n=0, lineterm=""))[2:]
        if lines:
            added = [line[1:] for line in lines if line.startswith("+")]
            removed = [line[1:] for line in lines if line.startswith("-")]
            changed.append({"name": name, "added": added, "removed": removed})
    return changed


def _start(service: Service, kind: str, actor: str, work: Callable[[Progress], Mapping[str, Any]]) -> Job:
    """Run `work` in a thread as a job."""
    return _run(service, service.store.jobs.start(kind, actor), work)


def _run(service: Service, job: Job, work: Callable[[Progress], Mapping[str, Any]]) -> Job:
    """Run `work` in a thread as a job that was stored already."""
    over = threading.Event()

    def run() -> None:
        with _one_at_a_time:
            try:
                result = work(lambda done, total: service.store.jobs.progress(job.id, done, total))
                service.store.jobs.finish(job.id, result)
            except SupportBotError as error:
                _failed(service, job, str(error))
            except Exception:
                log.exception("job")
                _failed(service, job, _UNEXPECTED)
            finally:
                over.set()

    def beat() -> None:
        while not over.wait(SILENT_SECONDS / 4):  # a job may wait for the one before it, or for a slow site
            with contextlib.suppress(SupportBotError):
                service.store.jobs.touch(job.id)

    thread = threading.Thread(target=run, name=f"job-{job.kind}", daemon=True)
    service.working = [*(one for one in service.working if one.is_alive()), thread]
    thread.start()
    threading.Thread(target=beat, name=f"beat-{job.kind}", daemon=True).start()
    return job


def wait(service: Service, seconds: float) -> None:
    """Wait at most so long for the jobs of a service that stops: those in other processes end then, and are stored."""
    until = time.monotonic() + seconds
    for thread in service.working:
        thread.join(max(0.0, until - time.monotonic()))


def _failed(service: Service, job: Job, reason: str) -> None:
    try:
        service.store.jobs.fail(job.id, reason)
    except SupportBotError as error:
        log.error("job not stored", extra={"fields": {"reason": str(error)}})


def benchmark_questions(folder: Path, articles: Iterable[Article]) -> list[str]:
    """Return the questions of a benchmark folder; without one, the articles' titles and alternative questions."""
    from supportbot.evaluation import datasets

    if (folder / "queries.jsonl").is_file():
        halves = [datasets.read(folder, split=split) for split in ("dev", "test")]
        return [query.text for half in halves for query in half.queries.values()]
    return [question for article in articles for question in (article.title, *article.questions)]


def _gist(answer: Answer) -> tuple[object, ...]:
    """Return what a customer notices of an answer: not its confidence."""
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
