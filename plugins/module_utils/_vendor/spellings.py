# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Under which addresses a tenant may know a recipient that somebody has written otherwise. Pure."""

from __future__ import annotations

from contextlib import suppress


def spellings(identity: str) -> list[str]:
    """The identity as it is written, then the addresses that stand for the same mailbox.

    A domain with letters outside ASCII has two forms (RFC 5890). What follows a plus sign is a tag of whoever has the address
    before it (RFC 5233), unless the tenant has the whole as an address of its own.
    """
    name, at, domain = identity.rpartition("@")
    if not at:
        return [identity]
    names = [name, name.partition("+")[0] or name]
    return list(dict.fromkeys(f"{each}@{form}" for each in names for form in _forms(domain)))


def _forms(domain: str) -> list[str]:
    forms = [domain]
    with suppress(UnicodeError):
        forms.append(
            domain.encode("idna").decode() if not domain.isascii() else domain.encode().decode("idna")
        )
    # Case is no difference.
    return forms if forms[-1].lower() != domain.lower() else [domain]
