# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A DNS server on loopback that knows a few names, for the tests of what is looked up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset


@contextmanager
def dns_server(mx: Mapping[str, Sequence[str]], addresses: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Its address as "127.0.0.1:port". mx: hosts of a domain, best first; addresses: of a host."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(server, mx, addresses), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        # An empty datagram ends it: closing a socket does not wake the thread that reads from it.
        server.sendto(b"", server.getsockname())
        thread.join(timeout=10)
        server.close()


def _serve(
    server: socket.socket, mx: Mapping[str, Sequence[str]], addresses: Mapping[str, Sequence[str]]
) -> None:
    while True:
        data, client = server.recvfrom(4096)
        if not data:
            return
        query = dns.message.from_wire(data)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True).lower()
        answer = dns.message.make_response(query)
        rows: list[str] = []
        if question.rdtype == dns.rdatatype.MX:
            rows = [f"{place * 10} {host}." for place, host in enumerate(mx.get(name, ()))]
        elif question.rdtype == dns.rdatatype.A:
            rows = list(addresses.get(name, ()))
        if name not in mx and name not in addresses:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif rows:
            answer.answer.append(
                dns.rrset.from_text_list(question.name, 60, dns.rdataclass.IN, question.rdtype, rows)
            )
        server.sendto(answer.to_wire(), client)
