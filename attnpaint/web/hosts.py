"""The host names that the server answers to."""

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

LOCAL = ("127.0.0.1", "localhost", "::1")
_HEADER = re.compile(r"(?:\[([^\[\]@/\s]*)\]|([^\[\]@:/\s]*))(?::[0-9]{0,5})?")


def is_local(host: str) -> bool:
    """Whether only this machine reaches a server that listens there."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def names_of(host: str) -> Callable[[str], bool]:
    """Whether a Host header, with or without a port, names the server that listens at `host`.

    That are this machine's own names and `host`; where others reach the server, any bare address as well, to
    which no foreign name can be made to point.
    """
    names, reached = {*LOCAL, host.lower()} - {""}, not is_local(host)
    if reached:
        own = socket.gethostname().lower()
        names |= {own, f"{own}.local"}

    def known(header: str) -> bool:
        name = without_port(header)
        return name in names or (reached and _address(name) is not None)

    return known


def without_port(header: str) -> str:
    """`[::1]:80` → `::1`, `Localhost:80` → `localhost`; empty for what is neither a name nor an address in
    brackets, with or without a port.
    """
    found = _HEADER.fullmatch(header)
    if found is None:
        return ""
    address, name = found.groups()
    if address is None:
        return str(name).lower()
    return address.lower() if isinstance(_address(address), IPv6Address) else ""


def url_of(host: str, port: int) -> str:
    """The address to open in a browser."""
    if host in ("", "0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
