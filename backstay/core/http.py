"""Requests to the outside, guarded: nobody who chooses an address reaches what stands inside (SSRF).

A host name is resolved once, every address that it gives is checked, and the connection goes to one of
those, with the name for TLS and the Host header: a name that changes its mind meanwhile (rebinding) gains
nothing. Redirects are not followed, proxies of the environment not used, and size and time are limited.
"""

import contextlib
import ipaddress
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from socket import AF_UNSPEC, SOCK_STREAM, gaierror, getaddrinfo
from typing import Any

import httpcore
import httpx
from django.conf import settings

MAX_BYTES = 1024 * 1024
SECONDS = 10.0  # for all of a request together
SCHEMES = ("http", "https")
MAPPED = IPv6Network("::ffff:0:0/96")
NAT64 = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], list[str]]  # host, port -> addresses


class Refused(ValueError):
    """The address is not one to send to: its scheme, or where it leads. Nothing was sent."""


class Unreachable(ConnectionError):
    """No answer. `may_have_arrived`: the request was on its way when it failed."""

    def __init__(self, reason: str, *, may_have_arrived: bool) -> None:
        super().__init__(reason)
        self.may_have_arrived = may_have_arrived


class TooMuch(ValueError):
    """The answer is larger than what is read."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Allowed:
    """What may be reached although it is not public: hosts by their name, networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Allowed":
        """From names, addresses and CIDR ranges, separated by commas."""
        hosts: set[str] = set()
        networks: list[Network] = []
        for each in filter(None, map(str.strip, text.split(","))):
            try:
                networks.append(ipaddress.ip_network(each))
            except ValueError:
                hosts.add(each.lower())
        return cls(frozenset(hosts), tuple(networks))

    def holds(self, host: str, address: Address) -> bool:
        return host.lower() in self.hosts or any(
            address.version == network.version and address in network for network in self.networks
        )


def is_public(address: Address) -> bool:
    """Whether it leads to the internet. What stands for an IPv4 address is judged by that."""
    inner = _inner(address)
    if inner and (address in MAPPED or address in NAT64):
        return all(map(is_public, inner))
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not special and all(map(is_public, inner))


def _inner(address: Address) -> list[IPv4Address]:
    """IPv4 addresses that an IPv6 one stands for: mapped, NAT64, 6to4, Teredo's server and person."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = getaddrinfo(host, port, AF_UNSPEC, SOCK_STREAM)
    except (gaierror, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} is not known") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, kw_only=True)
class Guard:
    """How names are resolved, and what may be reached beside the internet."""

    resolve: Resolve = _resolved
    allowed: Allowed = Allowed()

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of which may be reached. Raises Refused where one may not."""
        found = self.resolve(host, port)
        for each in found:
            address = ipaddress.ip_address(each.split("%")[0])
            if not (is_public(address) or self.allowed.holds(host, address)):
                raise Refused(f"{host} leads to an address that is not public")
        return found


@dataclass(frozen=True, kw_only=True)
class Limits:
    """For one request: seconds for all of it together, bytes of its answer."""

    seconds: float = SECONDS
    max_bytes: int = MAX_BYTES


@dataclass
class _Until:
    """What is left of the time for one request."""

    seconds: float

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def left(self, timeout: float | None) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("it took too long")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends with the time for the whole request."""

    def __init__(self, stream: httpcore.NetworkStream, until: _Until) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._until.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._until.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._until.left(timeout))
        return _Stream(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Guarded(httpcore.SyncBackend):
    """Connects to the addresses that were checked, and to no other."""

    def __init__(self, until: _Until, guard: Guard) -> None:
        super().__init__()
        self._until = until
        self._guard = guard

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError(f"{host} cannot be reached")
        for address in self._guard.addresses(host, port):
            try:
                stream = super().connect_tcp(
                    address, port, self._until.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                return _Stream(stream, self._until)
        raise last


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    form: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
    guard: Guard | None = None,
) -> Reply:
    """Send one request and read its answer, a redirect included. Raises Refused, Unreachable, TooMuch."""
    built = httpx.Request(method, _address(url), headers=headers, **_body(content, form))
    guard = guard or Guard(allowed=Allowed.parse(settings.OUTBOUND_ALLOW))
    backend = _Guarded(_Until(limits.seconds), guard)
    waits = dict.fromkeys(("connect", "read", "write", "pool"), limits.seconds)
    with (
        _failures(),
        httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend) as pool,
        pool.stream(
            built.method,
            str(built.url),
            headers=built.headers.raw,
            content=built.read(),
            extensions={"timeout": waits},
        ) as answer,
    ):
        named = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in answer.headers)
        return Reply(status=answer.status, headers=dict(named), body=_read(answer, limits.max_bytes))


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise Refused("this is no address") from error
    if address.scheme not in SCHEMES or not address.host or address.userinfo:
        raise Refused("an address begins with https:// or http://, and carries no password")
    return address


def _body(content: bytes, form: Mapping[str, str] | None) -> dict[str, Any]:
    return {"data": dict(form)} if form is not None else {"content": content}


def _read(answer: httpcore.Response, limit: int) -> bytes:
    body = b""
    for part in answer.iter_stream():
        body += part
        if len(body) > limit:
            raise TooMuch(f"the answer is larger than {limit} bytes")
    return body


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    """What httpcore raises, in our words; before the connection stood, nothing can have arrived."""
    try:
        yield
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.UnsupportedProtocol) as error:
        raise Unreachable(type(error).__name__, may_have_arrived=False) from error
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise Unreachable(type(error).__name__, may_have_arrived=True) from error
