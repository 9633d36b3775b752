# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recipients in a desired state: the same recipient may be written as name, alias, any of its addresses or GUID.

Only identities that differ by text from what the object has are looked up. What is found is written as its primary
address, which is how the service stores it (inferred), or as the object already has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .._exchange.cmdlets import Record
from .._exchange.errors import ConfigurationError, InvalidValue, NotPermitted, ServiceError
from .._schema.resource import Field, Precondition, Resource, State

LISTED_GROUPS = {
    "mailuniversaldistributiongroup",
    "mailuniversalsecuritygroup",
    "mailnonuniversalgroup",
    "roomlist",
}
"""Whose members a list shows; those of others change by themselves or are kept elsewhere."""
_DISTRIBUTION_GROUPS = LISTED_GROUPS | {"dynamicdistributiongroup"}
_INDIVIDUALS = {
    "usermailbox",
    "sharedmailbox",
    "linkedmailbox",
    "roommailbox",
    "equipmentmailbox",
    "schedulingmailbox",
    "teammailbox",
    "mailuser",
    "guestmailuser",
    "mailcontact",
}


class RecipientResolver:
    """Rewrites the recipients of a desired state.

    preconditions: groups, members and names that do not exist. warnings: what could not be looked up.
    """

    def __init__(self, look_up: Callable[[str], Record | None], *, members_must_exist: bool = True) -> None:
        self._look_up = look_up
        self._members_must_exist = members_must_exist
        self._permitted = True
        self.preconditions: list[Precondition] = []
        self.warnings: list[str] = []

    def align(self, resource: Resource, values: State, before: State | None) -> State:
        """The values with each recipient in the spelling that the object has or will have."""
        aligned = dict(values)
        for row in resource.fields:
            desired = values.get(row.path)
            if row.value.recipients and desired is not None:
                aligned[row.path] = self._aligned(row, desired, (before or {}).get(row.path))
        return aligned

    def lasting(self, resource: Resource, state: State | None) -> State | None:
        """The state with every recipient by address: names, GUIDs and paths end with what they name, and that may be removed next."""
        if state is None:
            return None
        lasting = dict(state)
        for row in resource.fields:
            named = list(_items(state.get(row.path))) if row.value.recipients else []
            if any("@" not in item for item in named):
                addresses = [item if "@" in item else self._address(item) for item in named]
                lasting[row.path] = row.value.canonical(
                    addresses if row.value.type == "list" else addresses[0]
                )
        return lasting

    def _address(self, identity: str) -> str:
        return str((self._present(identity) or {}).get("PrimarySmtpAddress") or identity)

    def _aligned(self, row: Field, desired: Any, current: Any) -> Any:
        if row.value.same(desired, current):
            return desired
        present = {item.lower(): item for item in _items(current)}
        absent = [item for item in _items(desired) if item.lower() not in present]
        leaving = set(present) - {item.lower() for item in _items(desired)}
        spelled = [present[item.lower()] for item in _items(desired) if item.lower() in present]
        spelled += [self._spelling(row, item, [present[key] for key in sorted(leaving)]) for item in absent]
        return row.value.canonical(spelled if row.value.type == "list" else spelled[0])

    def _spelling(self, row: Field, identity: str, leaving: list[str]) -> str:
        record = self._record(identity)
        if record is None:
            if self._permitted and self._must_exist(row, identity):
                what = "group" if row.value.recipients == "group" else "recipient"
                self.preconditions.append(
                    Precondition(f'the {what} "{identity}" of {row.path} exists in the tenant', False)
                )
            if not self._permitted and "@" not in identity:
                raise ConfigurationError(
                    f'{row.path}: "{identity}" cannot be looked up, because the application may not run Get-Recipient; '
                    "give the primary address."
                )
            return identity
        _check_kind(row, identity, record)
        for other in leaving:
            found = self._present(other)
            if found is not None and _key(found) == _key(record):
                return other
        return str(record.get("PrimarySmtpAddress") or identity)

    def _must_exist(self, row: Field, identity: str) -> bool:
        if row.value.recipients == "member":
            return self._members_must_exist
        # Only an address can be that of somebody outside.
        return row.value.recipients == "group" or "@" not in identity

    def _present(self, identity: str) -> Record | None:
        """What an object names already; None when that is no longer clear, and only the text can be compared."""
        try:
            return self._record(identity)
        except (InvalidValue, ServiceError):
            return None

    def _record(self, identity: str) -> Record | None:
        if not self._permitted:
            return None
        try:
            return self._look_up(identity)
        except NotPermitted as error:
            self._permitted = False
            self.warnings.append(
                f"Recipients could not be looked up and are compared as they are written: {error}"
            )
            return None


def _items(value: Any) -> Iterable[str]:
    return () if value is None else (value,) if isinstance(value, str) else value


def _key(record: Record) -> str:
    keys = ("ExternalDirectoryObjectId", "Guid", "PrimarySmtpAddress", "Identity")
    return str(next((record[key] for key in keys if record.get(key)), "")).lower()


def kind(record: Record) -> str:
    """Whether a recipient is a "group", an "individual", or "other": something that both kinds of settings may take."""
    details = str(record.get("RecipientTypeDetails") or record.get("RecipientType") or "").lower()
    if details in _DISTRIBUTION_GROUPS:
        return "group"
    return "individual" if details in _INDIVIDUALS else "other"


def _check_kind(row: Field, identity: str, record: Record) -> None:
    found = kind(record)
    if row.value.recipients == "individual" and found == "group":
        raise ConfigurationError(
            f'{row.path}: "{identity}" is a group, and this setting takes single recipients; '
            "use a setting whose name ends in member_of for groups."
        )
    if row.value.recipients == "group" and found == "individual":
        raise ConfigurationError(
            f'{row.path}: "{identity}" is a single recipient, and this setting takes groups; '
            "use the setting for single recipients instead."
        )
