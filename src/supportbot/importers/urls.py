"""Which URLs and network addresses may be asked, and how much of them."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

MAX_URL = 2048
_PORTS = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FetchError(Exception):
    """What cannot be fetched, in one line without its place.

    Attributes:
        status: what the server answered; 0 if it did not.
        skipped: why it was left out on purpose, in words that go on after "pages that …"; "" if it is missing.
        silent: the server did not answer, or may not be asked.
    """

    def __init__(self, message: str, *, status: int = 0, skipped: str = "", silent: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.skipped = skipped
        self.silent = silent

    @property
    def gone(self) -> bool:
        """Whether the server says that there is nothing."""
        return self.status in (404, 410)


class OutOfTimeError(FetchError):
    """The time for the whole source is used up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is fetched at most, and how long is waited.

    Attributes:
        page_bytes, list_bytes: of a page; of a sitemap, which may be so large by its protocol. Both after unpacking.
        pages, sitemaps: of one source.
        redirects: from one address on.
        connect_seconds, page_seconds, total_seconds: to connect, for one address, and for the source as a whole.
        delay_seconds: between two requests, if robots.txt or the server asks for longer.
        silent: after so many pages in a row without an answer the source is given up.
    """

    page_bytes: int = 5_000_000
    list_bytes: int = 52_428_800
    pages: int = 20_000
    sitemaps: int = 500
    redirects: int = 5
    connect_seconds: float = 10
    page_seconds: float = 30
    total_seconds: float = 4 * 3600
    delay_seconds: float = 10
    silent: int = 5


def normalised(url: str) -> str:
    """Return a URL as it is sent: in ASCII, without fragment. Raises `FetchError` for what is no web address."""
    url = url.strip()
    if len(url) > MAX_URL:
        raise FetchError(f"an address of {len(url):,} characters; expected at most {MAX_URL:,}")
    if _CONTROL.search(url):
        raise FetchError(f"control characters in the address {url!r:.80}")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        if ":" in host:
            host = f"[{ipaddress.IPv6Address(host)}]"
        elif host:
            host = host.encode("idna").decode("ascii")
    except ValueError:
        raise FetchError(f"{shown(url)!r:.80} is not an address; expected http(s)://…") from None
    if parts.scheme not in _PORTS or not re.fullmatch(r"[\w.-]+|\[[0-9a-f:.]+\]", host, re.ASCII):
        raise FetchError(f"{shown(url)!r:.80} is not a web address; expected http(s)://…")
    if parts.username is not None or parts.password is not None:
        raise FetchError("the address holds a user name or password; expected one without")
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~") or "/"
    return urlunsplit((parts.scheme, netloc, path, quote(parts.query, safe="/%:@!$&'()*+,;=~?"), ""))


def shown(url: str) -> str:
    """Return a URL as it may stand in a message: without user name and password."""
    return re.sub(r"(?<=//)[^/?#@]*@", "", url)


def place(url: str) -> Path:
    """Return a URL as the place of a message: `help.example/articles/1`."""
    name = re.sub(r"^\w+:/*", "", shown(url.strip()))[:200]
    return Path(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", name) or "URL")


def source_id(url: str) -> str:
    """Return what tells a page from the others of its host: path and query."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def origin(url: str) -> str:
    """Return scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def same_site(one: str, other: str) -> bool:
    """Return whether two normalised URLs have one host, and one port or the usual ports of http and https."""
    first, second = urlsplit(one), urlsplit(other)
    return first.netloc == second.netloc  # a usual port is not written


def is_public(address: str) -> bool:
    """Return whether a network address belongs to the public internet, as do all IPv4 addresses inside it.

    >>> is_public("10.0.0.1"), is_public("::ffff:127.0.0.1"), is_public("1.1.1.1")
    (False, False, True)
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped or ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inner = [one for one in (ip.sixtofour, *(ip.teredo or ())) if one is not None]
        if ip.is_site_local or not all(is_public(str(one)) for one in inner):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
