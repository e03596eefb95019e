"""Syncing in the service: the job, its schedule, what admins are told of the sources."""

import contextlib
import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from service import Running, running

from supportbot.api import jobs, sources
from supportbot.errors import StorageError, SupportBotError
from supportbot.importers import Problem
from supportbot.index import layout
from supportbot.serving import building
from supportbot.settings import Settings
from supportbot.storage.jobs import Job

SECONDS = 120.0

DEPOSIT = "# 如何充值?\n\n1. 打開 App。\n2. 點擊【充值】。\n3. 複製地址。\n"
LIMITS = "# 充值限額\n\n每天最多充值 10 萬元。\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """What a team exported: a folder of two articles."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "deposit.md").write_text(DEPOSIT, "utf-8")
    (folder / "limits.md").write_text(LIMITS, "utf-8")
    return folder


def name_sources(corpus: Path, text: str) -> None:
    """Write the `sources.yaml` of a corpus."""
    (corpus / "sources.yaml").write_text(f"version: 1\nsources:\n{text}", "utf-8")


@pytest.fixture
def named(corpus: Path, export: Path) -> None:
    """The export is the source `help` of the corpus, and what is gone there is removed."""
    name_sources(corpus, "  help: {path: ../export, prune: true, category: 充值}\n")


class Console:
    """What an admin asks of the service."""

    def __init__(self, service: Running, role: str = "admin") -> None:
        self.running = service
        self.headers = service.key(role)

    def get(self, path: str) -> Any:
        """The reply to a GET, which must be good."""
        reply = self.running.client.get(path, headers=self.headers)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def sync(self, *, plan: bool = False) -> Any:
        """Sync or plan, and return the job at its end."""
        reply = self.running.client.post("/v1/admin/sync", json={"plan": plan}, headers=self.headers)
        assert reply.status_code == 202, reply.text
        return self.ended(reply.json()["id"])

    def ended(self, job: str) -> Any:
        """The job once it has ended."""
        until = time.monotonic() + SECONDS
        while (found := self.get(f"/v1/admin/jobs/{job}"))["state"] == "running" and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def audit(self) -> list[Any]:
        """The entries of syncs, the latest first."""
        return [entry for entry in self.get("/v1/admin/audit") if entry["action"] == "sync"]


@pytest.fixture
def admin(running_service: Running) -> Console:
    return Console(running_service)


def files(folder: Path) -> dict[str, str]:
    """The articles of a corpus folder, by file name."""
    return {path.name: path.read_text("utf-8") for path in sorted((folder / "articles").glob("*.md"))}


Plans = Callable[..., None]


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    """Makes the process that syncs return a plan, with these changes of it, at once."""
    told = {
        **{name: [] for name in ("changes", "broken", "notes", "sources")},
        **{"plan": False, "written": False, "counts": {"same": 2}, "more_changes": 0},
    }

    def set_plan(**more: Any) -> None:
        monkeypatch.setattr(jobs, "run_apart", lambda *given, **options: json.loads(json.dumps({**told, **more})))

    set_plan()
    return set_plan


@pytest.mark.usefixtures("named")
def test_a_plan_shows_what_a_sync_then_does(admin: Console, corpus: Path, export: Path) -> None:
    before = files(corpus)
    plan = admin.sync(plan=True)
    assert plan["state"] == "done", plan
    assert plan["result"]["counts"] == {"new": 2}
    assert {change["title"] for change in plan["result"]["changes"]} == {"如何充值?", "充值限額"}
    assert {change["source"] for change in plan["result"]["changes"]} == {"help"}
    assert files(corpus) == before
    assert admin.audit() == []

    version = admin.running.service.snapshot.version
    done = admin.sync()
    assert done["state"] == "done", done
    result = done["result"]
    assert (result["counts"], result["index"]["unchanged"]) == ({"new": 2}, False)
    assert result["steps"]["kept"] == result["steps"]["source"]
    assert result["steps"]["faults"] == []
    assert result["sources"] == [
        {"name": "help", "read": 2, "counts": {"new": 2}, "broken": [], "more_broken": 0, "complete": True}
    ]
    assert files(corpus).items() > before.items()
    assert admin.running.service.snapshot.version == result["index"]["version"] != version
    assert admin.running.ask("充值限額")["sources"][0]["title"] == "充值限額"
    [entry] = admin.audit()
    assert (entry["actor"], entry["subject"]) == ("test admin", done["id"])
    assert entry["detail"]["counts"] == {"new": 2}
    assert sorted(change["title"] for change in entry["detail"]["changes"]) == ["充值限額", "如何充值?"]

    seen = admin.get("/v1/admin/sources")
    [source] = seen["sources"]
    assert (source["name"], source["articles"], source["place"]) == ("help", 2, str(corpus / "../export"))
    assert source["options"] == {"category": "充值", "prune": True}
    assert (source["run"]["actor"], source["run"]["read"], source["run"]["counts"]) == ("test admin", 2, {"new": 2})
    assert (seen["last"]["id"], seen["last"]["actor"], seen["running"]) == (done["id"], "test admin", None)

    (export / "deposit.md").write_text(DEPOSIT.replace("複製", "保存"), "utf-8")
    (export / "limits.md").unlink()
    result = admin.sync()["result"]
    assert {change["kind"]: change["title"] for change in result["changes"]} == {
        "changed": "如何充值?",
        "removed": "充值限額",
    }
    assert [change["fields"] for change in result["changes"] if change["kind"] == "changed"] == [["body"]]
    assert files(corpus).keys() == {*before, *(f"{change['id']}.md" for change in result["changes"][1:])}

    written = files(corpus)
    again = admin.sync()["result"]
    assert (again["counts"], again["written"], again["index"]["unchanged"]) == ({"same": 1}, False, True)
    assert files(corpus) == written
    assert len(admin.audit()) == 2


def test_what_cannot_be_read_stops_no_other_source_and_prunes_nothing(
    admin: Console, corpus: Path, export: Path
) -> None:
    (corpus.parent / "other").mkdir()
    for number in (1, 2):
        (corpus.parent / "other" / f"{number}.md").write_text(f"# 其他 {number}\n\n內容 {number}。\n", "utf-8")
    name_sources(corpus, "  help: {path: ../export, prune: true}\n  other: {path: ../other, prune: true}\n")
    assert admin.sync()["result"]["counts"] == {"new": 4}
    (export / "limits.md").unlink()
    (corpus.parent / "other" / "2.md").unlink()
    (export / "bad.md").write_bytes("# 壞\n\n".encode() + b"\xff\xfe\xff\n")
    result = admin.sync()["result"]
    assert not {"gone", "new", "conflict"} & result["counts"].keys()
    assert [change["title"] for change in result["changes"]] == ["其他 2"]
    assert len(result["broken"]) == 1
    assert "bad.md" in result["broken"][0]
    by_name = {source["name"]: source for source in admin.get("/v1/admin/sources")["sources"]}
    assert by_name["help"]["run"]["broken"] == result["broken"]
    assert (by_name["help"]["run"]["complete"], by_name["other"]["run"]["complete"]) == (False, True)
    assert (by_name["help"]["articles"], by_name["other"]["articles"]) == (2, 1)


def test_without_sources_there_is_an_empty_list_and_a_failed_sync_is_noted(admin: Console, corpus: Path) -> None:
    seen = admin.get("/v1/admin/sources")
    assert (seen["exists"], seen["error"], seen["sources"], seen["last"]) == (False, "", [], None)
    assert seen["file"] == str(corpus / "sources.yaml")
    version = admin.running.service.snapshot.version
    job = admin.sync()
    assert job["state"] == "failed"
    assert job["result"]["error"].startswith(f"{corpus / 'sources.yaml'} does not exist")
    assert [entry["detail"] for entry in admin.audit()] == [{"error": job["result"]["error"]}]
    assert admin.running.service.snapshot.version == version


def test_what_is_wrong_with_the_list_is_told_with_its_line(admin: Console, corpus: Path) -> None:
    name_sources(corpus, "  help:\n    path: ../export\n    prune: maybe\n")
    seen = admin.get("/v1/admin/sources")
    assert (seen["exists"], seen["sources"]) == (True, [])
    assert seen["error"] == f"{corpus / 'sources.yaml'}:5: help: prune: expected true or false, got 'maybe'"
    (corpus / "sources.yaml").write_text("version: [", "utf-8")
    assert "not valid YAML" in admin.get("/v1/admin/sources")["error"]


def test_credentials_are_never_shown(admin: Console, corpus: Path) -> None:
    name_sources(corpus, "  site: {url: 'https://anna:s3cret@help.example.com/map.xml?token=hidden#top'}\n")
    seen = admin.running.client.get("/v1/admin/sources", headers=admin.headers).text
    assert json.loads(seen)["sources"][0]["place"] == "https://help.example.com/map.xml?…#top"
    assert not {"anna", "s3cret", "hidden"} & set(seen.replace('"', " ").replace(":", " ").split())
    for problem in (
        Problem(Path("https://anna:s3cret@help.example.com/a"), "HTTP 404 for https://help.example.com/b?token=hidden"),
        Problem(Path("a"), "redirected to http://anna@help.example.com?key=hidden\nand on"),
    ):
        line = sources.one_line(problem)
        assert "help.example.com" in line
        assert not [secret for secret in ("anna", "s3cret", "hidden", "\n") if secret in line]


def test_only_admins_see_and_sync_sources(running_service: Running) -> None:
    agent = running_service.key("agent")
    assert running_service.client.get("/v1/admin/sources", headers=agent).status_code == 403
    assert running_service.client.post("/v1/admin/sync", json={}, headers=agent).status_code == 403
    assert running_service.service.store.jobs.latest() == []


@pytest.mark.usefixtures("plans")
def test_a_sync_is_refused_while_another_process_syncs(admin: Console) -> None:
    store = admin.running.service.store
    theirs = store.jobs.claim("sync.plan", "Ben")
    assert theirs
    reply = admin.running.client.post("/v1/admin/sync", json={}, headers=admin.headers)
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "sync_running")
    assert admin.get("/v1/admin/sources")["running"]["id"] == theirs.id
    store.jobs.finish(theirs.id, {})
    assert admin.sync()["state"] == "done"


def test_a_failure_after_the_writing_is_noted_with_the_plan(
    admin: Console, plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = {"kind": "new", "id": "deposit", "title": "如何充值?", "fields": []}
    plans(written=True, counts={"new": 1, "same": 2}, changes=[change])

    def failing(*given: Any, **options: Any) -> None:
        raise StorageError(Path("index"), OSError(28, "No space left on device"))

    version = admin.running.service.snapshot.version
    monkeypatch.setattr(building, "prepare", failing)
    job = admin.sync()
    error = "index: cannot write: No space left on device"
    assert (job["state"], job["result"]) == ("failed", {"error": error})
    plans(written=True, counts={"new": 1}, changes=[change], error="corpus: cannot write: Read-only file system")
    assert admin.sync()["result"] == {"error": "corpus: cannot write: Read-only file system"}
    details = [entry["detail"] for entry in admin.audit()]
    assert [detail["error"][:6] for detail in details] == ["corpus", "index:"]
    assert [detail["counts"] for detail in details] == [{"new": 1}] * 2
    assert details[0]["changes"] == [{"kind": "new", "id": "deposit", "title": "如何充值?"}]
    assert admin.running.service.snapshot.version == version
    assert admin.running.ask("如何提幣?")["outcome"] == "answer"


def test_what_is_kept_of_many_changes_is_bounded() -> None:
    changes = [{"kind": "new", "id": f"a{number}", "title": "題", "fields": ["body"]} for number in range(150)]
    told = {"counts": {"new": 400, "same": 7}, "changes": changes, "more_changes": 250, "broken": ["x"] * 100}
    kept = sources.summary(told)
    assert (len(kept["changes"]), kept["more_changes"], kept["counts"]) == (100, 300, {"new": 400})
    assert len(kept["broken"]) == 10


@pytest.mark.usefixtures("plans")
def test_a_rollback_outlives_a_sync_without_changes(admin: Console, plans: Plans) -> None:
    folder = admin.running.service.settings.index
    layout.roll_back(folder, admin.running.service.snapshot.version)
    assert "index" not in admin.sync()["result"]
    assert layout.is_pinned(folder)
    plans(written=True)
    assert admin.sync()["result"]["index"]["unchanged"] is False
    assert not layout.is_pinned(folder)


def test_a_sync_that_hangs_ends_with_the_service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def hanging(*given: Any, unwanted: Callable[[], bool], **options: Any) -> Any:
        while not unwanted():
            time.sleep(0.01)
        raise SupportBotError("sync: ended, as the service stops")

    monkeypatch.setattr(jobs, "run_apart", hanging)
    with running(settings) as service:
        assert service.client.post("/v1/admin/sync", json={}, headers=service.key("admin")).status_code == 202
        time.sleep(0.2)
        assert service.service.store.jobs.latest()[0].state == "running"
    with running(settings) as service:
        job = service.service.store.jobs.latest()[0]
        assert (job.state, job.result) == ("failed", {"error": "sync: ended, as the service stops"})
        assert service.service.store.audit.entries()[0].detail == job.result


@contextlib.contextmanager
def on_schedule(settings: Settings, processes: int) -> Iterator[Running]:
    """Services on one database that sync every minute."""
    with contextlib.ExitStack() as stack:
        first, *_ = [stack.enter_context(running(settings, sync_minutes=1)) for _ in range(processes)]
        yield first


def scheduled(service: Running, least: int) -> list[Job]:
    """The syncs by schedule, as soon as there are so many, or in the end; the oldest first."""
    until = time.monotonic() + 30
    while True:
        found = service.service.store.jobs.latest(50, kinds=("sync",))
        if len(found) >= least or time.monotonic() > until:
            return found[::-1]
        time.sleep(0.02)


@pytest.mark.usefixtures("named", "plans")
def test_it_syncs_every_so_many_minutes_and_one_process_of_several_does(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportbot.api.schedule.MINUTE_SECONDS", 0.5)
    monkeypatch.setattr(building, "prepare", lambda *given, **options: None)
    with on_schedule(settings, 3) as service:
        began = dt.datetime.now(dt.UTC)
        found = scheduled(service, 4)
    assert {job.actor for job in found} == {"schedule"}
    pauses = [(later.created - job.created).total_seconds() for job, later in pairwise(found)]
    assert len(pauses) >= 3
    assert min(pauses) >= 0.5
    assert found[0].created >= began - dt.timedelta(seconds=2)


@pytest.mark.usefixtures("plans")
def test_a_schedule_waits_first_goes_on_after_failures_and_needs_sources(
    settings: Settings, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportbot.api.schedule.MINUTE_SECONDS", 0.3)
    monkeypatch.setattr(building, "prepare", lambda *given, **options: None)
    sync, calls = jobs.sync, []

    def failing(*given: Any, **options: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise RuntimeError("the disk is away")
        return sync(*given, **options)

    monkeypatch.setattr(jobs, "sync", failing)
    with on_schedule(settings, 1) as service:
        time.sleep(0.7)
        assert calls == []  # there is no sources.yaml
        name_sources(corpus, "  help: {path: ../export}\n")
        assert scheduled(service, 2)
    assert len(calls) >= 3
    with on_schedule(settings.model_copy(), 1) as service:
        before = len(service.service.store.jobs.latest(50))
        time.sleep(0.1)
        assert len(service.service.store.jobs.latest(50)) == before


@pytest.mark.usefixtures("named")
def test_without_a_schedule_nothing_is_synced(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supportbot.api.schedule.MINUTE_SECONDS", 0.01)
    with running(settings) as service:
        time.sleep(0.2)
        assert service.service.store.jobs.latest() == []
