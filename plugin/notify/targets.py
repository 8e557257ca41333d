"""Where we may connect to when a merchant says where: never to the inside of the operator's own network.

The check is made on the very address that is connected to, so a name cannot lead elsewhere between check and use. The
name itself still goes into Host, SNI and the check of the certificate.
"""

import socket
import time
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from delivery.texts.sentences import N_

CONNECT_SECONDS = 5.0
MOST_ADDRESSES = 4

CARRIES_IPV4 = (IPv6Network("64:ff9b::/96"),)
"""NAT64 (RFC 6052): the last 32 bits are the address that is really reached."""

NEVER = frozenset(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carriers' NAT, and the metadata service of one cloud
        "168.63.129.16/32",  # the metadata service of another: a public address, reachable only from inside
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b:1::/48",
        "fec0::/10",
    )
)

Address = IPv4Address | IPv6Address

NOT_PUBLIC = N_("Its address is not a public one.")


class TargetRefused(Exception):
    """The address is not one that a merchant's message may be sent to. The text says why, without naming it."""


def is_public(address: Address) -> bool:
    """Whether the address is out there, seen through every way of wrapping an IPv4 address into an IPv6 one."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
        or any(address.version == network.version and address in network for network in NEVER)
    )


def _inner(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if any(address in network for network in CARRIES_IPV4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


class Deadline:
    """Ends a whole exchange after `seconds`, however slowly the other side drips, by shutting its connection."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self._lock = Lock()
        self._watched: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            for connection in self._watched:
                connection.close()
            self._watched.clear()

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    @property
    def left(self) -> float:
        return self._ends_at - time.monotonic()

    def watch(self, connection: socket.socket) -> None:
        # A duplicate, because TLS takes the original away before its handshake, which may drip as well.
        with self._lock:
            self._watched.append(connection.dup())
        if self.is_over:
            self._end()

    def _end(self) -> None:
        with self._lock:
            for connection in self._watched:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def checked_session(allow_private: bool, deadline: Deadline) -> requests.Session:
    """A session that connects to public addresses only, and takes no proxy or password from the environment."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", _CheckedAdapter(allow_private, deadline))
    session.mount("https://", _CheckedAdapter(allow_private, deadline))
    return session


class _CheckedAdapter(HTTPAdapter):
    def __init__(self, allow_private: bool, deadline: Deadline) -> None:
        self._pools = _checked_pools(allow_private, deadline)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _checked_pools(allow_private: bool, deadline: Deadline) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allow_private, deadline)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allow_private, deadline)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def _connect(connection: HTTPConnection, allow_private: bool, deadline: Deadline) -> socket.socket:
    addresses = _checked_addresses(connection, allow_private)
    problem: OSError | None = None
    for address in addresses[:MOST_ADDRESSES]:
        if deadline.is_over:
            break
        try:
            made = create_connection(
                (str(address), connection.port or 0),
                min(CONNECT_SECONDS, max(deadline.left, 0.1)),
                socket_options=connection.socket_options,
            )
        except OSError as error:
            problem = error
            continue
        deadline.watch(made)
        return made
    if problem is None or isinstance(problem, TimeoutError):
        raise ConnectTimeoutError(connection, "no address answered in time")
    raise NewConnectionError(connection, "no address took the connection") from problem


def _checked_addresses(connection: HTTPConnection, allow_private: bool) -> list[Address]:
    host = connection.host.strip("[]")
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
    addresses = list(dict.fromkeys(ip_address(str(item[4][0])) for item in found))
    # One inner address among public ones is a trick, not a choice: all must be public.
    if not allow_private and not all(is_public(address) for address in addresses):
        raise TargetRefused(NOT_PUBLIC)
    return addresses


def leads_inside(url: str) -> bool:
    """Whether the address of a webhook leads, as things stand, to where nothing may be sent. Asks the name servers.

    It is for telling the merchant early. A name that nobody knows yet may be known tomorrow, and each sending looks anew.
    """
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return not all(is_public(ip_address(str(item[4][0]))) for item in found)
