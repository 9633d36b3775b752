# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Senders and recipients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

OUTSIDE = "somebody@outside.invalid"


def domain_of(address: str) -> str:
    """What follows the @."""
    return address.rpartition("@")[2].lower()


@dataclass(frozen=True)
class MailUser:
    """A sender or recipient.

    written: the address as it stands in the message. primary: None when it is not known. identity: tells recipients of the
    directory apart; "" for who has none or is not known. kind: individual, group, other, missing, unknown, outside (no object) or
    contact (an object, and its address is outside).
    addresses: all of them, None when not all are known. external: where its mail goes on to. generic: stands for all of its
    kind and is named by nothing. group: the only group that it is known to be a member of, for a symbolic member. by_alias: it is
    addressed by another address than the primary one.
    """

    written: str
    primary: str | None
    identity: str = ""
    kind: str = "unknown"
    addresses: frozenset[str] | None = None
    external: str = ""
    generic: bool = False
    group: str = ""
    by_alias: bool = False

    def __hash__(self) -> int:
        return hash(self.written)

    @property
    def domain(self) -> str:
        """The domain as written; "" for a symbolic member."""
        return "" if self.group else domain_of(self.written)

    @property
    def may_have_manager(self) -> bool:
        """Whether a manager may stand in the directory: not for whom the directory does not know (5.1)."""
        return self.kind not in ("outside", "missing")

    @cached_property
    def names(self) -> frozenset[str]:
        """All texts under which it is known."""
        return frozenset({self.written, self.identity, *(self.addresses or ())} - {""})

    @property
    def is_mailbox(self) -> bool:
        """Whether it is certainly a recipient of the tenant for one person."""
        return self.kind == "individual"
