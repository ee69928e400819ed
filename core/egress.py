"""The one way out: HTTP to foreign servers, never to this machine or its network (QUALITY I8)."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from core.errors import Invalid, Refusal, Refused
from core.i18n import _

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 10.0
LARGEST_ANSWER = 2**20
PORTS = (80, 443, 8080, 8443)
_FORBIDDEN = [ipaddress.ip_network(n) for n in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/96", "::1/128",
    "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
    "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)]
Resolver = Callable[[str, int], Iterable[str]]


@dataclass(frozen=True)
class Answer:
    """What a foreign server said: status, the first megabyte, and its headers."""

    status: int
    content: bytes
    headers: dict[str, str]


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an IP address may be connected to."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return ip.is_global and not any(ip in net for net in _FORBIDDEN if net.version == ip.version)


def allowed_hosts() -> frozenset[str]:
    """Hosts inside the own network that an installation allows (TRADEWIND_EGRESS_ALLOW)."""
    text = os.environ.get("TRADEWIND_EGRESS_ALLOW", "")
    return frozenset(word.strip().lower() for word in text.split(",") if word.strip())


def check_address(url: str, field: str = "url") -> tuple[str, str, int]:
    """Scheme, host and port of an address that may be called; Invalid says why not."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError):
        raise Invalid(Refusal(_("This is not a web address."), field)) from None
    inside = f"{host}:{port}" in allowed_hosts() or host in allowed_hosts()
    if parts.scheme != "https" and not inside:
        raise Invalid(Refusal(_("Only https addresses are called."), field))
    if not host or parts.username or parts.password:
        raise Invalid(Refusal(_("This is not a web address."), field))
    if port not in PORTS and not inside:
        raise Invalid(Refusal(_("This port is not called."), field))
    return parts.scheme, host, port


def fetch(
    url: str, *, method: str = "GET", content: bytes | None = None,
    headers: dict[str, str] | None = None, resolver: Resolver = resolve,
) -> Answer:
    """Call a foreign server once: resolved once, every address checked, no redirects, no proxy.

    Raises Invalid for addresses that are never called, Refused when the server cannot be reached
    or its answer is larger than 1 MB.
    """
    scheme, host, port = check_address(url)
    inside = f"{host}:{port}" in allowed_hosts() or host in allowed_hosts()
    try:
        addresses = list(resolver(host, port))
    except OSError:
        raise Refused(_("The server “%(host)s” was not found.", host=host)) from None
    if not addresses or not (inside or all(is_public(a) for a in addresses)):
        raise Invalid(Refusal(_("Addresses inside the own network are not called."), "url"))
    bare = addresses[0]
    target = httpx.URL(url).copy_with(host=bare)
    sent = {**(headers or {}), "Host": host if port in (80, 443) else f"{host}:{port}"}
    extensions: dict[str, Any] = {"sni_hostname": host} if scheme == "https" else {}
    timeout = httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    try:
        with httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False) as client:
            request = client.build_request(method, target, content=content, headers=sent,
                                           extensions=extensions)
            response = client.send(request, stream=True)
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise Refused(_("The answer is larger than 1 MB."))
            response.close()
    except httpx.HTTPError as error:
        raise Refused(_("The server “%(host)s” did not answer: %(why)s", host=host,
                        why=type(error).__name__)) from error
    return Answer(response.status_code, body, dict(response.headers))
