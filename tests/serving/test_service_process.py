"""The service as a process of its own: started, killed, stopped, with several workers."""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from load import service as load
from load.service import Server

from supportbot.answering.answer import Answer
from supportbot.answering.conversation import Memory
from supportbot.errors import NotFoundError
from supportbot.settings import Settings
from supportbot.storage import open_store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

QUESTIONS = [f"如何提幣，第{number}種情況" for number in range(200)]

Start = Callable[..., Server]


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """Starts a server on the small corpus and the hash encoder, with more settings if wanted."""
    servers = []

    def run(**environment: str) -> Server:
        server = Server(settings, tmp_path)
        server.environment |= {"SUPPORTBOT_ANSWER_PRECISION": "0", **environment}
        servers.append(server)
        server.start()
        return server

    yield run
    for server in servers:
        if server.process and server.process.poll() is None:
            server.kill()


def client(server: Server) -> httpx2.Client:
    return httpx2.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30)


def test_what_was_acknowledged_survives_kills_under_load(settings: Settings, tmp_path: Path) -> None:
    server = Server(settings, tmp_path)
    line = load._kills(server, QUESTIONS, 3, lambda line: None)
    acknowledged = re.search(r"(\d+) messages and (\d+) ratings", line)
    assert acknowledged is not None
    assert int(acknowledged[1]) > 20
    assert int(acknowledged[2]) > 0
    assert "0 lost, database ok" in line


def test_a_stop_ends_live_streams_and_finishes_answers(start: Start) -> None:
    server = start()
    assert server.process is not None
    with client(server) as one:
        reply = one.post("/v1/chat", json={"question": "我要真人客服"}).json()
        headers = {"X-Visitor-Token": reply["visitor_token"]}
        with one.stream("GET", f"/v1/conversations/{reply['conversation_id']}/events", headers=headers) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "retry: 2000"
            stopped = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert "我要真人客服" in "".join(lines)
    assert server.process.wait(20) in (0, -signal.SIGTERM)
    assert time.monotonic() - stopped < 15


def test_a_corpus_that_broke_does_not_keep_it_from_starting(start: Start, settings: Settings) -> None:
    server = start()
    server.stop()
    (settings.corpus / "articles" / "bad.md").write_text("---\nnope: 1\n---\nx\n", "utf-8")
    server.start()
    with client(server) as one:
        assert one.post("/v1/chat", json={"question": "如何提幣?"}).json()["outcome"] == "answer"
    assert "unknown key 'nope'" in (server.folder / "log").read_text("utf-8")
    server.stop()


def test_workers_share_limits_index_and_metrics(start: Start) -> None:
    server = start(SUPPORTBOT_WORKERS="2", SUPPORTBOT_ADDRESS_LIMIT="20/minute")
    assert server.process is not None
    statuses = []
    for _ in range(25):
        with client(server) as one:  # a connection each, so that both workers get some
            statuses.append(one.post("/v1/chat", json={"question": "如何提幣?"}).status_code)
    assert statuses == [200] * 20 + [429] * 5
    store = open_store(server.database)
    _, secret = store.keys.add("test", "admin")
    store.close()
    with client(server) as one:
        metrics = one.get("/v1/admin/metrics", headers={"Authorization": f"Bearer {secret}"}).text
    assert 'supportbot_answers_total{outcome="answer"} 20.0' in metrics
    server.stop()


def test_slow_and_rude_clients_hold_up_nobody(start: Start) -> None:
    server = start()

    async def rude() -> None:
        opened = []
        for number in range(50):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            sent = (
                b"POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
            )
            writer.write(sent[: 20 + number])  # some stop in the middle of a header, some in the body
            opened.append((reader, writer))
        assert await asyncio.to_thread(server.is_ready)
        connection = await load.Connection.open(server.port)
        status, body = await connection.send("POST", "/v1/chat", {"question": "如何提幣?"})
        assert (status, json.loads(body)["outcome"]) == (200, "answer")
        await connection.close()
        for _, each in opened:
            each.close()
            with contextlib.suppress(OSError):
                await each.wait_closed()

    asyncio.run(rude())
    server.stop()


def test_headers_have_an_end(start: Start) -> None:
    server = start()

    async def send(parts: list[bytes]) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        reply = b"refused"  # the connection ends with unread bytes: the reply may be lost on the way
        with contextlib.suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.01)
            reply = await reader.read(1000)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        return reply

    def reply(*parts: bytes) -> bytes:
        return asyncio.run(asyncio.wait_for(send(list(parts)), 5))  # without a limit the server waits for more

    start_line, end = b"GET /healthz HTTP/1.1\r\nX: ", b"\r\n\r\n"
    refused = b"HTTP/1.1 400 ", b"refused"
    assert reply(start_line, b"x" * 200_000).startswith(refused), "headers that do not end"
    assert reply(start_line, b"x" * 200_000, end).startswith(refused)
    assert reply(start_line, *[b"x" * 7000] * 12, end).startswith(refused)
    assert reply(b"GET /", b"x" * 99_000).startswith(refused)
    assert reply(start_line, b"x" * 50_000, b"\r\nConnection: close" + end).startswith(b"HTTP/1.1 200 ")
    server.stop()


def test_the_log_is_json_and_holds_nobodys_words(start: Start) -> None:
    server = start()
    with client(server) as one:
        one.post("/v1/chat", json={"question": "我的祕密 anna@example.com"}, headers={"X-Request-ID": "request-17"})
        one.get("/v1/suggestions?q=祕密")
    server.stop()
    lines = [line for line in (server.folder / "log").read_text("utf-8").splitlines() if line.startswith("{")]
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert any(
        record.get("route") == "/v1/chat" and record["status"] == 200 and record["request_id"] == "request-17"
        for record in records
    )
    assert not any("祕密" in line or "\\u7955" in line or "anna" in line for line in lines)


def run(settings: Settings, tmp_path: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = {
        "SUPPORTBOT_CORPUS": str(settings.corpus),
        "SUPPORTBOT_INDEX": str(settings.index),
        "SUPPORTBOT_MODEL": "hash",
        "SUPPORTBOT_DATABASE": f"sqlite:///{tmp_path / 'cli.db'}",
    }
    command = [sys.executable, "-m", "supportbot", *arguments]
    return subprocess.run(
        command, env={**os.environ, **own, **environment}, capture_output=True, text=True, timeout=120, check=False
    )


def test_serve_refuses_what_is_not_safe(settings: Settings, tmp_path: Path) -> None:
    for environment, says in (
        ({"SUPPORTBOT_ENVIRONMENT": "production"}, "SUPPORTBOT_SECRET"),
        ({"SUPPORTBOT_HOST": "0.0.0.0"}, "SUPPORTBOT_HOST"),
        ({"SUPPORTBOT_DATABASE": "mysql://x/y"}, "expected sqlite or postgresql"),
        ({"SUPPORTBOT_VISITOR_LIMIT": "often"}, "20/minute"),
    ):
        done = run(settings, tmp_path, "serve", **environment)
        assert done.returncode == 2
        assert says in done.stderr
        assert len(done.stderr.strip().splitlines()) <= 2


def test_keys_and_visitors_are_kept_by_commands(settings: Settings, tmp_path: Path) -> None:
    made = run(settings, tmp_path, "keys", "add", "小安", "--role", "agent")
    secret = made.stdout.strip()
    assert secret.startswith("sb_agent_")
    store = open_store(f"sqlite:///{tmp_path / 'cli.db'}")
    key = store.keys.find(secret)
    assert key is not None
    listed = run(settings, tmp_path, "keys", "list").stdout
    assert key.id in listed
    assert secret not in listed
    assert run(settings, tmp_path, "keys", "revoke", key.id).returncode == 0
    assert store.keys.find(secret) is None
    refused = run(settings, tmp_path, "keys", "add", "x", "--role", "king")
    assert (refused.returncode, "expected one of client, agent, admin" in refused.stderr) == (2, True)
    new = store.conversations.new("v_someone")
    store.conversations.add_turn(new, "問", Answer("decline", 0, "好", "hant", "000001"), memory=Memory())
    exported = run(settings, tmp_path, "forget", "v_someone", "--export")
    assert [one["text"] for one in json.loads(exported.stdout)["messages"]] == ["問", "好"]
    assert "1 conversations" in run(settings, tmp_path, "forget", "v_someone").stdout
    with pytest.raises(NotFoundError):
        store.conversations.get(new.id)
    assert run(settings, tmp_path, "forget", "v_someone").returncode == 2
    store.close()


def test_an_open_stream_does_not_stop_others(start: Start) -> None:
    server = start()
    with client(server) as one:
        reply = one.post("/v1/chat", json={"question": "如何提幣?"}).json()
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    held = threading.Event()

    def hold() -> None:
        with (
            client(server) as holder,
            holder.stream("GET", f"/v1/conversations/{reply['conversation_id']}/events", headers=headers) as stream,
        ):
            next(stream.iter_lines())
            held.wait(30)

    holders = [threading.Thread(target=hold, daemon=True) for _ in range(60)]
    for holder in holders:
        holder.start()
    time.sleep(1)
    with client(server) as one:
        assert one.post("/v1/chat", json={"question": "如何提幣?"}).status_code == 200
    held.set()
    server.stop()
