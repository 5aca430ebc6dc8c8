"""A web address → its bytes, for whoever asked for it by name. Nothing else here opens a socket.

A name is resolved once, every address it has must be public, and the connection goes to the
address that was looked at. Redirects are followed by hand, each looked at in the same way.
"""

from __future__ import annotations

import codecs
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from index.errors import InputError
from index.limits import DEFAULT_LIMITS, Limits
from index.parse.content import DOCX, EPUB, HTML, ODT, PDF, RTF
from index.parse.document import parse_bytes
from index.types import Document

PORTS = {"http": 80, "https": 443}
REDIRECTS = 3
SECONDS = 30.0
"""How long an address may take, redirects and all."""

TYPES = {HTML, PDF, DOCX, ODT, EPUB, RTF, "text/rtf", "text/plain", "text/markdown"} | {
    "application/xhtml+xml",
    "application/octet-stream",  # says nothing; what it is, the bytes tell
}
CHUNK = 65_536

_HEADERS = {"User-Agent": "pullquote", "Accept": ", ".join(TYPES), "Accept-Encoding": "identity"}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_MOVED = {301, 302, 303, 307, 308}


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open network, also when it carries another one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast


@dataclass(frozen=True, slots=True)
class Fetching:
    """How addresses are fetched. Which are public, and which ports open, only a test changes."""

    limits: Limits = DEFAULT_LIMITS
    seconds: float = SECONDS
    public: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset(PORTS.values())


def fetch_document(address: str, how: Fetching | None = None) -> Document:
    """Fetch and parse what is at an address; where it was found in the end is its source.

    Raises:
        InputError: the address is not allowed or does not answer, or what it answers cannot be
            taken in.
    """
    how = how or Fetching()
    source, data = fetch(address, how)
    return parse_bytes(data, source, how.limits)


def fetch(address: str, how: Fetching) -> tuple[str, bytes]:
    """Return the address that answered in the end, and its bytes. Raises what the above raises."""
    end = monotonic() + how.seconds
    asked = address
    for _ in range(REDIRECTS + 1):
        parts, port = _check(asked, how)
        said = _ask(asked, parts, port, how, end)
        if isinstance(said, bytes):
            return asked, said
        asked = urljoin(asked, said)
    raise InputError(f"{address} redirects over {REDIRECTS} times, which is the limit")


def _check(address: str, how: Fetching) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise InputError(f"{address} is not an address ({error}): check it") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise InputError(f"{address} is not an address of http or https: check it")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{parts.hostname}: an address with a name or password in it is refused")
    if port not in how.ports:
        raise InputError(f"{address} asks for port {port}: only 80 and 443 are allowed")
    return parts, port


def _addresses(host: str, port: int, how: Fetching) -> list[str]:
    """Resolve a name, once; one address that is not public is enough to refuse it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise InputError(f"{host} cannot be found ({error}): check the address") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        if not how.public(address):
            raise InputError(f"{host} is at {address}, which is not on the open network: refused")
    return addresses


def _ask(address: str, parts: SplitResult, port: int, how: Fetching, end: float) -> bytes | str:
    """Return what is at an address, or where it says to look instead."""
    host = parts.hostname or ""
    addresses = _addresses(host, port, how)
    connection = http.client.HTTPConnection(host, port)
    # A single read times out by itself; on a server that drips the connection is shut.
    late = Timer(max(0.0, end - monotonic()), _shut, [connection])
    late.daemon = True
    try:
        with closing(connection):
            connection.sock = _connect(addresses, port, end)
            late.start()
            if parts.scheme == "https":
                _encrypt(connection, host)
            return _request(address, parts, connection, how, end)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if monotonic() >= end:
            raise InputError(
                f"{address} takes over {how.seconds:g} seconds, which is the limit"
            ) from error
        raise InputError(f"{address} does not answer as it should ({error}): try later") from error
    finally:
        late.cancel()


def _encrypt(connection: http.client.HTTPConnection, host: str) -> None:
    """Speak TLS: the certificate has to be the name's, though the connection is to an address."""
    secure = ssl.create_default_context().wrap_socket(
        connection.sock, server_hostname=host, do_handshake_on_connect=False
    )
    connection.sock = secure
    secure.do_handshake()


def _connect(addresses: list[str], port: int, end: float) -> socket.socket:
    failed: OSError = OSError("it has no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), max(0.1, end - monotonic()))
        except OSError as error:
            failed = error
    raise failed


def _shut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):  # it may be closed already
        connection.sock.shutdown(socket.SHUT_RDWR)


def _request(
    address: str,
    parts: SplitResult,
    connection: http.client.HTTPConnection,
    how: Fetching,
    end: float,
) -> bytes | str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    connection.request("GET", path + query, headers=_HEADERS)
    with closing(connection.getresponse()) as response:
        moved = response.getheader("Location")
        if response.status in _MOVED and moved:
            return moved
        if response.status != 200:
            raise InputError(f"{address} answers {response.status} {response.reason}: check it")
        return _read(address, response, how.limits, end)


def _read(address: str, response: http.client.HTTPResponse, limits: Limits, end: float) -> bytes:
    kind = response.headers.get_content_type()
    if response.getheader("Content-Type") and kind not in TYPES:
        raise InputError(f"{address} is {kind}, which is no article")
    packed = response.getheader("Content-Encoding", "identity")
    if packed != "identity":
        raise InputError(f"{address} answers packed ({packed}), which was not asked for")
    data = bytearray()
    told = response.length or 0
    while max(told, len(data)) <= limits.file_bytes and (piece := response.read(CHUNK)):
        data += piece
    if max(told, len(data)) > limits.file_bytes:
        raise InputError(f"{address} has over {limits.file_bytes:,} bytes, which is the limit")
    if response.length or monotonic() >= end:
        raise OSError("it broke off")
    charset = response.headers.get_content_charset()
    if kind.startswith("text/") and charset and not data.startswith(codecs.BOM_UTF8):
        # What the server says goes before what the page says of itself.
        with suppress(LookupError, UnicodeDecodeError):
            return codecs.BOM_UTF8 + data.decode(charset).encode()
    return bytes(data)
