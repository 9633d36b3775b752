# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a row of a resource table is, and what a resource is.

A resource is a table of settings with the rules that couple them. Everything here is data and pure functions; a state
is a flat dictionary {path: canonical value}, where an unset setting is None or left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .value_type import NotClearable, ValueType

State = dict[str, Any]
Verbs = Literal["both", "new", "set", "toggle", "once", "each"]
Partial = Literal["", "mode", "add"]

_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(parameter: str) -> str:
    """SenderIPAddresses -> sender_ip_addresses."""
    return _WORD_BOUNDARY.sub("_", parameter).lower()


@dataclass(frozen=True)
class Field:
    """One setting.

    parameter: name at the cmdlet; prop: name in the answer of Get- when it differs.
    value: its value class. help: one or two sentences for the documentation.
    option: Ansible's name when it is not the snake_case of the parameter.
    section: the option that holds it (conditions, exceptions, actions), "" for the top level.
    verbs: New- and Set- ("both"), only one of them, or New- and later Enable-/Disable- ("toggle"); New- without being
        readable afterwards ("once"); New- and later Add-/Remove-<noun>Member for each element ("each").
    on_new: what New- is given when the user gives nothing; None leaves it to the service.
    required_on_new: New- does not work without it.
    group: settings with the same group are always sent together.
    omitted_when: whether it must not be sent for an object in this state.
    partial: a list of which a wish names only some elements; sent as what is added and removed, so that nothing else in it
        can get lost. "add": they are added; "mode": the wish's mode says what happens to them.
    """

    parameter: str
    value: ValueType
    help: str
    option: str = ""
    section: str = ""
    prop: str = ""
    verbs: Verbs = "both"
    on_new: Any = None
    required_on_new: bool = False
    group: str = ""
    omitted_when: Callable[[State], bool] = lambda state: False
    partial: Partial = ""

    @property
    def name(self) -> str:
        """The option's own name."""
        return self.option or snake_case(self.parameter)

    @property
    def path(self) -> str:
        """Where the setting is found among the options: "enabled" or "conditions.sent_to"."""
        return f"{self.section}.{self.name}" if self.section else self.name

    def read(self, record: Mapping[str, Any]) -> Any:
        """The canonical value in a record of the service; None when it is unset, the raw one in an unknown form."""
        raw = record.get(self.prop or self.parameter)
        try:
            return None if raw is None else self.value.canonical(raw)
        except (TypeError, ValueError):
            return raw

    def wire(self, value: Any) -> Any:
        """What the cmdlet takes for a canonical value; None empties the setting."""
        return self.value.clear if value is None else self.value.wire(value)

    def wire_change(self, before: Any, after: Any, *, whole: bool = True) -> Any:
        """What Set- takes to bring the setting from one canonical value to another.

        whole: an emptied list is meant as a whole, also with what came into it since it was read.
        """
        if not self.partial or (after is None and whole):
            return self.wire(after)
        added, removed = self.value.lacking(after, before), self.value.lacking(before, after)
        parts = {"Add": self.value.wire(added), "Remove": self.value.wire(removed)}
        return {
            "@odata.type": "#Exchange.GenericHashTable",
            **{key: items for key, items in parts.items() if items},
        }

    def combined(self, mode: str, before: Any, wished: Any) -> Any:
        """The value that a wish comes to; for a partial list the whole one. mode: "add", "remove", "exact" or "restore"."""
        if self.partial == "add" and mode != "restore":
            mode = "add"
        if not self.partial or mode in ("exact", "restore"):
            return wished
        kept = list(before or ()) if mode == "add" else self.value.lacking(before, wished)
        items = [*kept, *self.value.lacking(wished, before)] if mode == "add" else kept
        return self.value.canonical(items)


@dataclass(frozen=True)
class Precondition:
    """Something outside the object that must be so before it may be written. text: one sentence that says what."""

    text: str
    met: bool


@dataclass(frozen=True)
class Change:
    """What is about to happen to an object, for the rules of a resource. None: the object does not exist then."""

    before: State | None
    after: State | None
    name: str
    forced: bool = False

    def turns(self, path: str, value: Any) -> bool:
        """Whether the change makes this setting that value, which it was not before."""
        before = (self.before or {}).get(path)
        return self.after is not None and self.after.get(path) == value and before != value


Reader = Callable[[str, dict[str, Any]], list[dict[str, Any]]]
"""Reads records: (cmdlet noun, parameters) -> records, none when there is no such object."""


def _nothing(*_args: Any) -> Any:
    return ()


def _same(desired: State, before: State | None) -> State:
    return desired


@dataclass(frozen=True)
class Resource:
    """A class of objects of the service.

    noun: of its cmdlets. title: in sentences. fields: its settings.
    singleton: exists once, can only be changed; identity: its name, where the cmdlets want it. priority: whether its objects have an order.
    listings: parameters of the Get- calls that together show every object; the first one normally does.
    by_identity: ask for the wished names instead of for every object, of which there can be very many.
    complete: adds to a record what another cmdlet returns of the object; reads through the given function.
    constant: parameters that every writing call on an existing object carries.
    imply: what a wish means beyond its words, given the present state.
    check: sentences about combinations that the service refuses, on the object as it would be.
    preconditions: what must be true outside the object; reads through the given function.
    cautions: what a user should know about a change that is allowed; reads likewise.
    uneditable: why a record cannot be changed faithfully, or ""; it can still be removed.
    unwritable: why a record can be neither changed nor removed, or "".
    unmanaged: parameters of the cmdlets that are not offered, with the reason.
    sheet: what people are told about the class, in the form of the YAML files beside the tables; None for such a file.
    """

    noun: str
    title: str
    fields: tuple[Field, ...]
    singleton: bool = False
    identity: str = ""
    priority: bool = False
    listings: tuple[dict[str, Any], ...] = ({},)
    by_identity: bool = False
    complete: Callable[[dict[str, Any], Reader], dict[str, Any]] = lambda record, read: record
    constant: Mapping[str, Any] = field(default_factory=dict)
    imply: Callable[[State, State | None], State] = _same
    check: Callable[[Change], Iterable[str]] = _nothing
    preconditions: Callable[[Change, Reader], Iterable[Precondition]] = _nothing
    cautions: Callable[[Change, Reader], Iterable[str]] = _nothing
    uneditable: Callable[[Mapping[str, Any]], str] = lambda record: ""
    unwritable: Callable[[Mapping[str, Any]], str] = lambda record: ""
    unmanaged: Mapping[str, str] = field(default_factory=dict)
    sheet: Mapping[str, Any] | None = None

    def by_path(self) -> dict[str, Field]:
        """The fields by the path of their option."""
        return {row.path: row for row in self.fields}

    def read(self, record: Mapping[str, Any]) -> State:
        """A record of the service as a state."""
        return {row.path: row.read(record) for row in self.fields}


def nested(fields: Iterable[Field], state: State) -> dict[str, Any]:
    """A state as the options that would give it.

    Unset settings of a section are left out; unset settings of the top level are empty, as an option would clear them,
    and left out where nothing can clear them. What cannot be read is left out.
    """
    result: dict[str, Any] = {}
    for row in fields:
        value = state.get(row.path)
        if row.verbs == "once":
            continue
        if row.section:
            section = result.setdefault(row.section, {})
            if value is not None:
                section[row.name] = value
        elif value is not None:
            result[row.name] = value
        elif not isinstance(row.value.clear, NotClearable):
            result[row.name] = [] if row.value.type == "list" else ""
    return result
