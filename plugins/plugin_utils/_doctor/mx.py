# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""MX records and the addresses of their hosts, asked for on the controller. Works, and says so, without dnspython."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ...module_utils._doctor.effective_mode import Exchanger, MxAnswer

try:
    import dns.exception
    import dns.resolver

    HAS_DNSPYTHON = True
except ImportError:
    HAS_DNSPYTHON = False

UNAVAILABLE = "the Python library dnspython is not there (pip install dnspython)"
# Seconds for one name, over all servers, and for all of them; names at once.
_TIMEOUT = 5.0
_BUDGET = 60.0
_LANES = 16


def look_up(
    domains: Sequence[str], servers: Sequence[str] = (), timeout: float = _TIMEOUT, budget: float = _BUDGET
) -> dict[str, MxAnswer]:
    """What DNS says of each domain. servers: "address" or "address:port", those of the system when there are none.

    timeout: seconds for one name; budget: after these no other name is asked for.
    """
    if not domains:
        return {}
    end = time.monotonic() + budget
    with ThreadPoolExecutor(min(_LANES, len(domains))) as lanes:
        answers = lanes.map(lambda domain: _answer(domain, servers, timeout, end), domains)
        return dict(zip(domains, answers, strict=True))


def _answer(domain: str, servers: Sequence[str], timeout: float, end: float) -> MxAnswer:
    if time.monotonic() > end:
        return MxAnswer(problem="DNS took too long for the domains before it")
    try:
        resolver = _resolver(servers, timeout)
        records = sorted(resolver.resolve(domain, "MX"), key=lambda record: record.preference)
    except dns.resolver.NXDOMAIN:
        return MxAnswer()
    except dns.resolver.NoAnswer:
        return MxAnswer(fallback=_addresses(resolver, domain))
    except (dns.exception.DNSException, ValueError, OSError) as error:
        return MxAnswer(problem=_problem(error, servers, timeout))
    names = [str(record.exchange).rstrip(".").lower() for record in records]
    # A single root as host says that the domain takes no mail (RFC 7505).
    return MxAnswer([Exchanger(name, _addresses(resolver, name)) for name in names if name])


def _problem(error: Exception, servers: Sequence[str], timeout: float) -> str:
    """Why DNS said nothing, in words."""
    whom = f"the DNS server{'s' if len(servers) > 1 else ''} {', '.join(servers)}" if servers else "DNS"
    if isinstance(error, dns.exception.Timeout):
        return f"{whom} did not answer within {timeout:g} seconds"
    if isinstance(error, dns.resolver.NoNameservers):
        return f"{whom} refused the question or failed"
    if isinstance(error, ValueError) and servers:
        return f"{', '.join(servers)}: not an address of a DNS server, such as 192.0.2.1 or 192.0.2.1:5353"
    return f"{whom} did not answer ({type(error).__name__})"


def _addresses(resolver: dns.resolver.Resolver, host: str) -> list[str]:
    try:
        return sorted(str(record) for record in resolver.resolve(host, "A"))
    except (dns.exception.DNSException, ValueError, OSError):
        return []


def _resolver(servers: Sequence[str], timeout: float) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=not servers)
    resolver.lifetime = timeout
    if servers:
        pairs = [_address_and_port(server) for server in servers]
        resolver.nameservers = [address for address, _port in pairs]
        resolver.nameserver_ports = dict(pairs)
    return resolver


def _address_and_port(server: str) -> tuple[str, int]:
    """ "192.0.2.1:5353" in its parts; IPv6 with a port in brackets."""
    if server.startswith("["):
        address, _bracket, port = server[1:].partition("]")
        return address, int(port.lstrip(":") or 53)
    address, _colon, port = server.partition(":")
    return (server, 53) if ":" in port else (address, int(port or 53))
