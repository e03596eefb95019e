"""HTTP for importers: one address at a time, bounded in size and time, from network addresses that were checked.

httpcore2, the transport below httpx2, lets its user supply the connection. So a name is resolved once, all its
addresses are checked, and the connection goes to one of these: there is no second look-up that could say something
else, while TLS and the Host header still have the name. It follows no redirects, keeps no cookies and asks no proxy.
"""

import contextlib
import http
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin

import httpcore2

from supportbot.importers.page_cache import CachedPage, PageCache
from supportbot.importers.urls import FetchError, Limits, OutOfTimeError, is_public, normalised, shown

AGENT = "supportbot"
"""The name by which robots.txt may address us."""

_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 503)
_TRIES = 3
_GZIP = b"\x1f\x8b"
_MOST_HEADER = 4096
_MOST_SPARE = 65_536
_MOST_MEMBERS = 1000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave in the end.

    Attributes:
        url: the address after redirects.
        content_type: in lower case and without parameters; "" if the server does not say.
        charset: as the server names it; "" if it does not.
    """

    url: str
    body: bytes
    content_type: str
    charset: str


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: dict[str, str]
    body: bytes = b""


class Fetcher:
    """Fetches one address after the other. Close it after use.

    >>> with Fetcher(PageCache(folder), Limits()) as fetcher:
    ...     fetcher.get("https://help.example/1", most_bytes=5_000_000, check=lambda url: None).body
    """

    def __init__(self, pages: PageCache, limits: Limits, *, allow_private: bool = False) -> None:
        self._pages = pages
        self._limits = limits
        self._network = _Network(allow_private, limits)
        self._pool = httpcore2.ConnectionPool(max_connections=2, network_backend=self._network)
        self._ends = time.monotonic() + limits.total_seconds
        self._asked = float("-inf")
        self.delay = 0.0

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def get(self, url: str, *, most_bytes: int, check: Callable[[str], None], types: Collection[str] = ()) -> Fetched:
        """Return what a normalised URL gives, by way of redirects.

        `check` is called with each address before it is asked, and raises `FetchError` for one that may not be. A body
        of another than one of `types` is not read; () takes any. Raises `FetchError` for everything that fails.
        """
        for _ in range(self._limits.redirects + 1):
            check(url)
            cached = self._pages.get(url)
            reply = self._patient(url, cached, most_bytes, types)
            if reply.status in _REDIRECTS and reply.headers.get("location"):
                url = normalised(_joined(url, reply.headers["location"]))
                continue
            return self._result(url, reply, cached, types)
        raise FetchError(f"more than {self._limits.redirects} redirects, the last to {shown(url)!r:.100}")

    def _result(self, url: str, reply: _Reply, cached: CachedPage | None, types: Collection[str]) -> Fetched:
        if reply.status == 304 and cached is not None:
            content_type, charset = _content_type(cached.content_type)
            _check_type(content_type, types)
            return Fetched(url, cached.body, content_type, charset)
        if reply.status != 200:
            verb = "is gone: " if reply.status in (404, 410) else ""
            raise FetchError(f"{verb}the server answers {_status(reply.status)}", status=reply.status)
        content_type, charset = _content_type(reply.headers.get("content-type", ""))
        kept = CachedPage(
            reply.body, *(reply.headers.get(name, "") for name in ("content-type", "etag", "last-modified"))
        )
        if (kept.etag or kept.last_modified) and "no-store" not in reply.headers.get("cache-control", "").lower():
            self._pages.put(url, kept)
        return Fetched(url, reply.body, content_type, charset)

    def _patient(self, url: str, cached: CachedPage | None, most_bytes: int, types: Collection[str]) -> _Reply:
        """Ask again when a server is busy or drops a connection, after the time it wants, as far as that is bounded."""
        for tries_left in reversed(range(_TRIES)):
            self._wait_until(self._asked + min(self.delay, self._limits.delay_seconds))
            try:
                reply = self._ask(url, cached, most_bytes, types)
            except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
                if not tries_left or isinstance(error, httpcore2.ConnectError):
                    raise FetchError(f"the connection failed: {_line(error)}", silent=True) from None
                continue
            except httpcore2.TimeoutException:
                self._check_time()
                raise FetchError(f"no complete answer within {self._limits.page_seconds:g} s", silent=True) from None
            except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
                raise FetchError(f"cannot be asked: {_line(error)}") from None
            finally:
                self._asked = time.monotonic()
            if reply.status not in _BUSY or not tries_left:
                return reply
            wished = reply.headers.get("retry-after", "")
            wait = float(wished) if wished.isascii() and wished.isdigit() and len(wished) < 9 else _TRIES - tries_left
            self._wait_until(time.monotonic() + min(wait, self._limits.delay_seconds))
        raise AssertionError("the last try returns or raises")

    def _ask(self, url: str, cached: CachedPage | None, most_bytes: int, types: Collection[str]) -> _Reply:
        self._network.deadline = min(time.monotonic() + self._limits.page_seconds, self._ends)
        headers: dict[bytes | str, bytes | str] = {
            "User-Agent": f"{AGENT} (import of help-centre pages)",
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
        }
        if cached is not None and cached.etag:
            headers["If-None-Match"] = cached.etag
        if cached is not None and cached.last_modified:
            headers["If-Modified-Since"] = cached.last_modified
        seconds = self._limits.page_seconds
        timeout = {"connect": self._limits.connect_seconds, "read": seconds, "write": seconds, "pool": seconds}
        with self._pool.stream("GET", url, headers=headers, extensions={"timeout": timeout}) as response:
            given = {
                name.decode("latin-1").lower(): value.decode("latin-1")[:_MOST_HEADER]
                for name, value in response.headers
            }
            if response.status != 200:
                with contextlib.suppress(FetchError):  # the connection can be used again if the body was read
                    _joined_chunks(response.iter_stream(), _MOST_SPARE)
                return _Reply(response.status, given)
            _check_type(_content_type(given.get("content-type", ""))[0], types)
            chunks = response.iter_stream()
            encoding = given.get("content-encoding", "").strip().lower()
            if encoding in ("gzip", "x-gzip"):
                return _Reply(200, given, unpack(chunks, most_bytes))
            if encoding not in ("", "identity"):
                raise FetchError(f"packed as {encoding!r:.40}; expected gzip or not packed")
            return _Reply(200, given, _joined_chunks(chunks, most_bytes))

    def _wait_until(self, moment: float) -> None:
        self._check_time()
        if (wait := moment - time.monotonic()) > 0:
            time.sleep(max(0.0, min(wait, self._ends - time.monotonic())))
            self._check_time()

    def _check_time(self) -> None:
        if time.monotonic() >= self._ends:
            raise OutOfTimeError(f"not read within {self._limits.total_seconds:,.0f} s")


class _Network(httpcore2.NetworkBackend):
    """Connects to addresses that were checked, and reads and writes no longer than until `deadline`."""

    def __init__(self, allow_private: bool, limits: Limits) -> None:
        self._sockets = httpcore2.SyncBackend()
        self._allow_private = allow_private
        self._limits = limits
        self.deadline = 0.0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Return a connection to the first of the host's addresses that takes one."""
        failed: Exception = httpcore2.ConnectError("no address")
        for address in self._addresses(host, port)[:4]:
            try:
                seconds = self.left(timeout)
                return _Stream(self._sockets.connect_tcp(address, port, seconds, local_address, socket_options), self)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"the name {host!r:.100} is not known ({_line(error)})") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        refused = [] if self._allow_private else [one for one in addresses if not is_public(one)]
        if refused:
            expected = "expected a public one, unless --allow-private (in sources.yaml, private: true) is given"
            raise FetchError(f"{host:.100} leads to {refused[0]}, a private address; {expected}", silent=True)
        return addresses

    def left(self, timeout: float | None) -> float:
        """Return how many seconds an operation may take that is allowed `timeout`."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, network: _Network) -> None:
        self._inner = inner
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._network.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._network.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._network.left(timeout))
        return _Stream(inner, self._network)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def unpack(chunks: Iterable[bytes], most_bytes: int) -> bytes:
    """Return what is packed by gzip, in one or several members. Raises `FetchError` for more than `most_bytes`."""
    inflater = zlib.decompressobj(31)
    unpacked = bytearray()
    read = members = 0
    try:
        for chunk in chunks:
            read += len(chunk)
            while chunk:
                unpacked += inflater.decompress(chunk, most_bytes + 1 - len(unpacked))
                if max(len(unpacked), read) > most_bytes:
                    raise _too_large(most_bytes)
                chunk = inflater.unconsumed_tail
                if inflater.eof:
                    members += 1
                    if members > _MOST_MEMBERS:
                        raise FetchError(f"gzip data of more than {_MOST_MEMBERS:,} members")
                    chunk = inflater.unused_data.lstrip(b"\0")
                    inflater = zlib.decompressobj(31) if chunk else inflater
    except zlib.error as error:
        raise FetchError(f"damaged gzip data ({error})") from None
    if not inflater.eof:
        raise FetchError("gzip data that is cut short")
    return bytes(unpacked)


def unpacked(body: bytes, most_bytes: int) -> bytes:
    """Return a body as it is, or what is inside if it is a `.gz` file."""
    return unpack([body], most_bytes) if body.startswith(_GZIP) else body


def _joined_chunks(chunks: Iterable[bytes], most_bytes: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most_bytes:
            raise _too_large(most_bytes)
    return bytes(body)


def _too_large(most_bytes: int) -> FetchError:
    return FetchError(f"larger than {most_bytes:,} bytes")


def _check_type(content_type: str, types: Collection[str]) -> None:
    if types and content_type not in types:
        named = content_type or "of no named type"
        raise FetchError(f"{named:.60}; expected {' or '.join(types)}", skipped="are not HTML")


def _content_type(header: str) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = " ".join(header.split())
    charset = message.get_param("charset", "")
    return message.get_content_type() if header.strip() else "", charset if isinstance(charset, str) else ""


def _joined(url: str, location: str) -> str:
    try:
        # Servers send UTF-8 here, which HTTP reads as Latin-1.
        return urljoin(url, location.encode("latin-1").decode("utf-8", "replace"))
    except ValueError:
        raise FetchError(f"a redirect to {location!r:.100}; expected an address") from None


def _status(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
