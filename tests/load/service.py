"""Load test of the service: the time it adds to the bot, its throughput, and that no message is lost.

Start a real `supportbot serve` in its own process and send requests over loopback. Check every answer under load: its
status, and that it does not mix two index versions. HTTP is written by hand because client and service share the
machine: a client library would use as much processor time as the service itself.
"""

import asyncio
import contextlib
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from supportbot.content.articles import Article, write
from supportbot.errors import InputError, SupportBotError
from supportbot.serving.opening import Report, load_encoder, open_bot
from supportbot.settings import Settings
from supportbot.storage import open_store

CLIENTS = 32
QUESTIONS = 240
"""The least number of different questions. Repeated ones would come from the cache."""

START_SECONDS = 900
"""The time limit of a start. The first one embeds the whole corpus."""

SWAP_SECONDS = 30
IDLE_SECONDS = 8
"""A connection that was idle for longer is not used again, because the server closes it after 15 seconds."""

BLOCK = 10
PAUSE = 0.2
"""Seconds between blocks. Idle threads of a model spin for a while, which would slow the other process."""

SHARE = 0.7
"""The rate of the mixed load, as a share of the measured capacity."""

_MARKED = "索引版本標記測試文章"
"""The title of an article whose text names the state of the corpus that it comes from."""


class Server:
    """A `supportbot serve` on a free port, with its own database and a copy of the corpus."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.folder = folder
        self.database = f"sqlite:///{folder / 'service.db'}"
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port: int = listener.getsockname()[1]
        self.environment = {
            **os.environ,
            **settings.as_environment(),
            "SUPPORTBOT_INDEX": str(folder / "index"),
            "SUPPORTBOT_DATABASE": self.database,
            "SUPPORTBOT_PORT": str(self.port),
            "SUPPORTBOT_VISITOR_LIMIT": "1000000/second",
            "SUPPORTBOT_ADDRESS_LIMIT": "1000000/second",
            "SUPPORTBOT_READ_LIMIT": "1000000/second",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and wait until it is ready. Raise `SupportBotError` if it does not become ready."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "supportbot", "serve"], env=self.environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.is_ready():
                return
            time.sleep(0.1)
        last = (self.folder / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise SupportBotError(f"the service did not start: {' '.join(last)}")

    def is_ready(self) -> bool:
        """Return whether the service says that it is ready."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill the process with SIGKILL."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop the process with SIGTERM."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(60)

    def memory_mb(self) -> float:
        """Return the resident memory of the process in MB."""
        assert self.process is not None
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0


class Connection:
    """A keep-alive HTTP connection. Send one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to loopback."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**20))

    async def send(
        self, method: str, path: str, body: Any = None, headers: Sequence[tuple[str, str]] = ()
    ) -> tuple[int, bytes]:
        """Return status and body of the response. Raise `OSError` or `asyncio.IncompleteReadError` if it breaks."""
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
        lines += ["Content-Type: application/json"] if body is not None else []
        lines += [f"{name}: {value}" for name, value in headers]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await self._writer.drain()
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        if "transfer-encoding: chunked" in head:
            return status, await self._chunks()
        length = int(head.split("content-length: ", 1)[1].split("\r\n", 1)[0])
        return status, await self._reader.readexactly(length)

    async def _chunks(self) -> bytes:
        parts = []
        while size := int((await self._reader.readuntil(b"\r\n")).strip(), 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)
        return b"".join(parts)

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        with contextlib.suppress(OSError):  # the server may have gone first
            await self._writer.wait_closed()


@dataclass
class Seen:
    """Counts of the responses to the mixed load."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    versions: Counter[str] = field(default_factory=Counter)
    mixed: int = 0
    failures: list[str] = field(default_factory=list)

    def note(self, kind: str, status: int, seconds: float, body: bytes) -> None:
        """Count a response and its time in seconds."""
        self.statuses[status] += 1
        self.seconds.setdefault(kind, []).append(seconds)
        if status >= 400 and len(self.failures) < 5:
            self.failures.append(f"{kind} {status} {body[:200]!r}")


def run(settings: Settings, questions: Sequence[str], *, seconds: int, kills: int, report: Report) -> Iterator[str]:
    """Measure and yield the results, a line each. Raise `InputError` for fewer than `QUESTIONS` questions."""
    if len(set(questions)) < QUESTIONS:
        raise InputError(
            f"bench --service needs {QUESTIONS} different questions; {settings.benchmark} gives {len(set(questions))}"
        )
    with tempfile.TemporaryDirectory(prefix="supportbot-bench-") as name:
        folder = Path(name)
        own = _with_marker(settings, folder)
        server = Server(own, folder)
        server.start()
        try:
            report("one client")
            yield _service_time(own, server, questions[:120])
            report(f"{CLIENTS} clients")
            line, capacity = _throughput(server, questions[120:])
            yield line
            yield _repeated(server, questions[:20])
            if seconds:
                report(f"mixed load, {seconds} seconds")
                yield from _mixed(own, server, questions, capacity * SHARE, seconds)
        finally:
            server.stop()
        if kills:
            report(f"{kills} kills")
            yield _kills(server, questions, kills, report)


def _with_marker(settings: Settings, folder: Path) -> Settings:
    """Return settings with a copy of the corpus that has the marked article in it."""
    corpus = folder / "corpus"
    shutil.copytree(settings.corpus, corpus, ignore=shutil.ignore_patterns("benchmarks"))
    _mark(corpus, 0)
    for name in ("index", "own-index"):  # reuse the vectors
        if settings.index.is_dir():
            shutil.copytree(settings.index, folder / name)
    return settings.model_copy(update={"corpus": corpus, "index": folder / "own-index"})


def _mark(corpus: Path, number: int) -> None:
    write([Article("marker", _MARKED, f"這是第 {number} 次的內容。\n\n1. 第 {number} 次的步驟。\n")], corpus)


def _service_time(settings: Settings, server: Server, questions: Sequence[str]) -> str:
    """Ask each question once in process and once over HTTP, block by block, with one client."""
    bot = open_bot(settings, encoder=load_encoder(settings))
    bot.warm_up()

    async def measure() -> tuple[list[float], list[float]]:
        connection = await Connection.open(server.port)
        inside, outside = [], []
        headers = [("X-Visitor-Token", await _token(connection))]
        blocks = [questions[start : start + BLOCK] for start in range(0, len(questions), BLOCK)]
        for number, block in enumerate(blocks):
            for question in block:
                started = time.perf_counter()
                bot.ask(question)
                inside += [time.perf_counter() - started] if number else []  # the first block warms up
            await asyncio.sleep(PAUSE)
            for question in block:
                started = time.perf_counter()
                await connection.send("POST", "/v1/chat", {"question": question}, headers)
                outside += [time.perf_counter() - started] if number else []
            await asyncio.sleep(PAUSE)
        await connection.close()
        return inside, outside

    inside, outside = asyncio.run(measure())
    ratio = statistics.median(outside) / statistics.median(inside)
    return (
        f"service time  one client {1000 * statistics.median(outside):.1f} ms, the bot in process "
        f"{1000 * statistics.median(inside):.1f} ms: {ratio:.2f} × (median of {len(inside)})"
    )


def _throughput(server: Server, questions: Sequence[str]) -> tuple[str, float]:
    """Return a line on answers per second of one client and of many, and the latter; no question is repeated."""
    few = len(questions) // 4
    alone = asyncio.run(_answers_per_second(server, questions[:few], 1))
    many = asyncio.run(_answers_per_second(server, questions[few:], CLIENTS))
    return f"throughput    1 client {alone:.1f}/s, {CLIENTS} clients {many:.1f}/s: {many / alone:.2f} ×", many


def _repeated(server: Server, questions: Sequence[str]) -> str:
    asyncio.run(_answers_per_second(server, questions, 1))
    again = asyncio.run(_answers_per_second(server, list(questions) * 20, CLIENTS))
    return f"from cache    repeated questions, {CLIENTS} clients {again:.1f}/s"


async def _answers_per_second(server: Server, questions: Sequence[str], clients: int) -> float:
    waiting = iter(questions)

    async def client() -> None:
        connection = await Connection.open(server.port)
        headers = [("X-Visitor-Token", await _token(connection))]
        for question in waiting:
            status, body = await connection.send("POST", "/v1/chat", {"question": question}, headers)
            if status != 200:
                raise SupportBotError(f"status {status}: {body[:200]!r}")
        await connection.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return len(questions) / (time.perf_counter() - started)


async def _token(connection: Connection) -> str:
    _, body = await connection.send("POST", "/v1/chat", {"question": "你好"})
    token: str = json.loads(body)["visitor_token"]
    return token


def _mixed(settings: Settings, server: Server, questions: Sequence[str], rate: float, seconds: int) -> Iterator[str]:
    """Send all kinds of requests at a fixed rate, and build another index version every half minute."""
    store = open_store(server.database)
    _, secret = store.keys.add("bench", "admin")
    store.close()
    seen = Seen()
    memory: list[float] = []
    asyncio.run(_mixed_load(settings, server, questions, rate, seconds, secret, seen, memory))
    errors = sum(count for status, count in seen.statuses.items() if status >= 400) + len(
        [failure for failure in seen.failures if "lost" in failure]
    )
    yield (
        f"mixed load    {sum(seen.statuses.values())} requests in {seconds} s at {rate:.1f}/s: {errors} errors, "
        f"{seen.mixed} answers of two versions, {len(seen.versions)} versions served"
    )
    for kind, times in sorted(seen.seconds.items()):
        times.sort()
        yield (
            f"  {kind:<12} {len(times):>6}  p50 {1000 * times[len(times) // 2]:.1f} ms  "
            f"p99 {1000 * times[int(len(times) * 0.99)]:.1f} ms"
        )
    yield f"memory        {memory[0]:.0f} MB after the first minute, {memory[-1]:.0f} MB at the end"
    for failure in seen.failures:
        yield f"  failed: {failure}"


async def _mixed_load(
    settings: Settings,
    server: Server,
    questions: Sequence[str],
    rate: float,
    seconds: int,
    secret: str,
    seen: Seen,
    memory: list[float],
) -> None:
    chance = random.Random(0)
    idle: list[tuple[float, Connection]] = []
    headers = [("X-Visitor-Token", await _new_token(server.port))]
    key = [("Authorization", f"Bearer {secret}")]
    pool = itertools.cycle(questions)
    last: list[dict[str, Any]] = []

    async def request(kind: str) -> None:
        while idle and time.monotonic() - idle[0][0] > IDLE_SECONDS:
            await idle.pop(0)[1].close()
        connection = idle.pop()[1] if idle else await Connection.open(server.port)
        started = time.perf_counter()
        try:
            status, body = await _sent(connection, kind, next(pool), headers, key, last, chance, seen)
        except (OSError, asyncio.IncompleteReadError) as error:
            seen.failures.append(f"{kind} lost {error!r}")
            await connection.close()
            return
        seen.note(kind, status, time.perf_counter() - started, body)
        idle.append((time.monotonic(), connection))

    async def swap() -> None:
        for number in itertools.count(1):
            await asyncio.sleep(SWAP_SECONDS)
            _mark(settings.corpus, number)
            connection = await Connection.open(server.port)  # one left open would be closed meanwhile
            status, body = await connection.send("POST", "/v1/admin/reindex", None, key)
            seen.note("reindex", status, 0.0, body)
            await connection.close()

    swapping = asyncio.create_task(swap())
    running: set[asyncio.Task[None]] = set()
    started = time.perf_counter()
    kinds = ["chat"] * 40 + ["stream"] * 15 + ["marker"] * 10 + ["suggest"] * 20 + ["search"] * 10 + ["feedback"] * 5
    for number in itertools.count():
        now = time.perf_counter() - started
        if now > seconds:
            break
        if now > len(memory) * 10 + min(60, seconds / 4):
            memory.append(server.memory_mb())
        await asyncio.sleep(max(0.0, number / rate - now))
        task = asyncio.create_task(request(chance.choice(kinds)))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    swapping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await swapping
    memory.append(server.memory_mb())
    for _, connection in idle:
        await connection.close()


async def _sent(
    connection: Connection,
    kind: str,
    question: str,
    headers: list[tuple[str, str]],
    key: list[tuple[str, str]],
    last: list[dict[str, Any]],
    chance: random.Random,
    seen: Seen,
) -> tuple[int, bytes]:
    if kind == "suggest":
        return await connection.send("GET", f"/v1/suggestions?q={quote(question[: chance.randint(1, 6)])}")
    if kind == "search":
        return await connection.send("GET", f"/v1/search?q={quote(question)}", None, key)
    if kind == "feedback" and last:
        path = f"/v1/conversations/{last[-1]['conversation_id']}/messages/{last[-1]['message_id']}/feedback"
        return await connection.send("POST", path, {"verdict": chance.choice(["helpful", "not"])}, headers)
    if kind == "marker":
        status, body = await connection.send("POST", "/v1/chat", {"question": _MARKED}, headers)
        reply = json.loads(body)
        if status == 200:
            _check_versions(reply, seen)
        return status, body
    if kind == "stream":
        return await connection.send(
            "POST", "/v1/chat", {"question": question}, [*headers, ("Accept", "text/event-stream")]
        )
    status, body = await connection.send("POST", "/v1/chat", {"question": question}, headers)
    if status == 200:
        last[:] = [json.loads(body)]
    return status, body


_told: dict[str, str] = {}


def _check_versions(reply: dict[str, Any], seen: Seen) -> None:
    """Note whether text and steps of an answer come from the same state of the corpus."""
    version = reply["index_version"]
    told = reply["text"].split("第 ")[-1].split(" 次")[0]
    stepped = reply["steps"][0]["text"].split("第 ")[1].split(" 次")[0] if reply["steps"] else told
    seen.versions[version] += 1
    seen.mixed += told != stepped or _told.setdefault(version, told) != told


async def _new_token(port: int) -> str:
    connection = await Connection.open(port)
    try:
        return await _token(connection)
    finally:
        await connection.close()


def _kills(server: Server, questions: Sequence[str], kills: int, report: Report) -> str:
    """Kill the process under load again and again, and count the acknowledged messages that are not stored."""
    acknowledged: dict[str, list[str]] = {}
    rated: list[tuple[str, str]] = []
    chance = random.Random(1)
    lost = 0
    for number in range(kills):
        server.start()
        asyncio.run(_until_killed(server, questions, chance.uniform(0.3, 1.5), acknowledged, rated))
        if number % 10 == 9:
            report(f"{number + 1} kills")
    store = open_store(server.database)
    with store.database.reading() as connection:
        sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    helpful: dict[str, bool | None] = {}
    for key, messages in acknowledged.items():
        helpful |= {message.id: message.helpful for message in store.conversations.messages(key, limit=100_000)}
        lost += len(set(messages) - helpful.keys())
    lost += sum(helpful.get(message) is None for _, message in rated)
    store.close()
    total = sum(map(len, acknowledged.values()))
    kept = f"{total} messages and {len(rated)} ratings acknowledged, {lost} lost, database {sound}"
    return f"kills         {kills} under load: {kept}"


async def _until_killed(
    server: Server,
    questions: Sequence[str],
    seconds: float,
    acknowledged: dict[str, list[str]],
    rated: list[tuple[str, str]],
) -> None:
    async def client(number: int) -> None:
        try:
            connection = await Connection.open(server.port)
        except OSError:
            return
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await talk(connection, number)
        await connection.close()

    async def talk(connection: Connection, number: int) -> None:
        headers: list[tuple[str, str]] = []
        key = None
        for place in itertools.count(number):
            sent = {"question": questions[place * 7 % len(questions)]} | ({"conversation_id": key} if key else {})
            status, body = await connection.send("POST", "/v1/chat", sent, headers)
            if status != 200:
                raise SupportBotError(f"status {status}: {body[:200]!r}")
            reply = json.loads(body)
            key, headers = reply["conversation_id"], [("X-Visitor-Token", reply["visitor_token"])]
            acknowledged.setdefault(key, []).extend(filter(None, (reply["question_id"], reply["message_id"])))
            if reply["message_id"] and place % 3 == 0:
                path = f"/v1/conversations/{key}/messages/{reply['message_id']}/feedback"
                status, _ = await connection.send("POST", path, {"verdict": "helpful"}, headers)
                if status == 200:
                    rated.append((key, reply["message_id"]))

    clients = [asyncio.create_task(client(number)) for number in range(8)]
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.kill)
    await asyncio.gather(*clients)
