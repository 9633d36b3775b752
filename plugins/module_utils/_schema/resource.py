# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a row of a resource table is, and what a resource is.

A resource is a table of settings with the rules that couple them. Everything here is data and pure functions; a state
is a flat dictionary {path: canonical value}, where an unset setting is None or left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from .value_type import NotClearable, ValueType

State = dict[str, Any]
Verbs = Literal["both", "new", "set", "toggle", "once", "each"]
Partial = Literal["", "mode", "add"]
Key = Literal["any", "text", "number", "switch"]
NAMED: Mapping[str, Key] = {"Name": "text"}
IDENTIFIED: Mapping[str, Key] = {**NAMED, "Guid": "text"}

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
    partial: a list of which a task names only some elements; sent as what is added and removed, so that nothing else in it
        can get lost. "add": they are added; "mode": the task's mode says what happens to them.
    names: noun of the class whose objects the value names; recipients are named by their value type, too.
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
    names: str = ""

    @cached_property
    def name(self) -> str:
        """The option's own name."""
        return self.option or snake_case(self.parameter)

    @cached_property
    def path(self) -> str:
        """Where the setting is found among the options: "enabled" or "conditions.sent_to"."""
        return f"{self.section}.{self.name}" if self.section else self.name

    def read(self, record: Mapping[str, Any]) -> Any:
        """The canonical value in a record of the service; None when it is unset, the raw one in an unknown form."""
        raw = record.get(self.prop or self.parameter)
        if raw is None or (raw == "" and self.value.type == "bool"):
            return None
        try:
            return self.value.canonical(raw)
        except (ArithmeticError, AttributeError, TypeError, ValueError):
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

    def combined(self, mode: str, before: Any, desired: Any) -> Any:
        """The value that a desired one comes to; for a partial list the whole one. mode: "add", "remove", "exact", "restore"."""
        if self.partial == "add" and mode != "restore":
            mode = "add"
        if not self.partial or mode in ("exact", "restore"):
            return desired
        kept = list(before or ()) if mode == "add" else self.value.lacking(before, desired)
        items = [*kept, *self.value.lacking(desired, before)] if mode == "add" else kept
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


def _taken_away(change: Change) -> bool:
    return change.before is not None and change.after is None


Reader = Callable[[str, dict[str, Any]], list[dict[str, Any]]]
"""Reads records: (cmdlet noun, parameters) -> records, none when there is no such object."""


def _nothing(*_args: Any) -> Any:
    return ()


def _same(desired: State, before: State | None) -> State:
    return desired


@dataclass(frozen=True)
class Role:
    """The Exchange role that carries the cmdlets of a class (docs/authentication.md; that it suffices is inferred).

    reader: the role that reads the objects without writing them, where View-Only Configuration does not.
    always: whether every integration needs it, or only the whole footprint.
    """

    name: str
    reader: str = ""
    always: bool = False


@dataclass(frozen=True)
class Management:
    """The module that manages the objects of a class.

    result: key of the object in its result; the module is called o365_<result>.
    selector, variant: its option that tells classes apart where it manages several, and the value for this one.
    selector_help, force_help: documentation of that option, and of `force`; without the second there is no such option. One of
        several classes of a module says it.
    """

    result: str
    selector: str = ""
    variant: str = ""
    selector_help: str = ""
    force_help: str = ""


@dataclass(frozen=True)
class Topic:
    """How o365_info returns the objects of a class. optional: the rest is worth having without it."""

    name: str
    help: str
    optional: bool = False


@dataclass(frozen=True)
class MailFlowData:
    """What the mail-flow check takes from a class. It is called there as its topic is.

    more: settings that it reads beyond those of the table. defaults: what the service gives a new object of which nobody spoke,
    by path (reference of the New- cmdlets).
    """

    more: tuple[Field, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Resource:
    """A class of objects of the service: everything that is said about it.

    noun: of its cmdlets. title: in sentences. role: who may use the cmdlets. fields: its settings.
    sections: documentation of the options that hold settings.
    singleton: exists once, can only be changed; identity: its name, where the cmdlets want it. priority: whether its objects have an order.
    listings: parameters of the Get- calls that together show every object; the first one normally does.
    by_identity: recipients: ask for the desired names instead of for every object, of which there can be very many.
    complete: adds to a record what another cmdlet returns of the object; reads through the given function.
    constant: parameters that every writing call on an existing object carries.
    imply: what a desired state means beyond its words, given the existing one.
    check: sentences about combinations that the service refuses, on the object as it would be.
    preconditions: what must be true outside the object; reads through the given function.
    cautions: what a user should know about a change that is allowed; reads likewise.
    withdrawn: whether a change takes the object away from the objects that use it, which needs `force` then.
    users: nouns of classes whose objects use one of these without naming it, and when: (the object, the user, the objects of
        this class that the user could use).
    uneditable: why a record cannot be changed faithfully, or ""; it can still be removed.
    unwritable: why a record can be neither changed nor removed, or "".
    management: the module that manages its objects; None when they are only read.
    topic: how o365_info returns them; None when it does not. mail_flow: what the mail-flow check takes from them.
    notes: properties that the service notes beside the settings, and the doctor's names for them.
    keys: properties that every record has and never leaves out, and what they are, so that an answer can be told from one to another
        question (live answers, public surveys of them, or the cmdlet reference).
    follows: noun of the class with whose objects these change.
    twin: the topic whose objects people take for those of this one.
    rank: its place where classes are listed; those of the same rank stand by their names.
    sheet: for people who know Exchange: the way through the admin center, severities and waiting time; None when it is the
        YAML file beside the table.
    """

    noun: str
    title: str
    role: Role
    fields: tuple[Field, ...]
    sections: Mapping[str, str] = field(default_factory=dict)
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
    withdrawn: Callable[[Change], bool] = _taken_away
    users: Mapping[str, Callable[[State, State, Sequence[State]], bool]] = field(default_factory=dict)
    uneditable: Callable[[Mapping[str, Any]], str] = lambda record: ""
    unwritable: Callable[[Mapping[str, Any]], str] = lambda record: ""
    management: Management | None = None
    topic: Topic | None = None
    mail_flow: MailFlowData | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, Key] = field(default_factory=lambda: NAMED)
    follows: str = ""
    twin: str = ""
    rank: int = 100
    sheet: Mapping[str, Any] | None = None

    @property
    def _members(self) -> bool:
        return any(row.verbs == "each" for row in self.fields)

    def reading_cmdlets(self) -> tuple[str, ...]:
        """The cmdlets that read its objects."""
        return (f"Get-{self.noun}", *((f"Get-{self.noun}Member",) if self._members else ()))

    def writing_cmdlets(self) -> tuple[str, ...]:
        """The cmdlets that a plan can hold of it."""
        if self.management is None:
            return ()
        if self.singleton:
            return (f"Set-{self.noun}",)
        toggled = any(row.verbs == "toggle" for row in self.fields)
        verbs = ("New", "Set", "Remove", *(("Enable", "Disable") if toggled else ()))
        members = (f"Add-{self.noun}Member", f"Remove-{self.noun}Member") if self._members else ()
        return (*(f"{verb}-{self.noun}" for verb in verbs), *members)

    def called(self, name: str) -> str:
        """One of its objects in a sentence; what exists once has no name."""
        return f'{self.title} "{name}"' if name else self.title

    def by_path(self) -> dict[str, Field]:
        """The fields by the path of their option."""
        return {row.path: row for row in self.fields}

    @cached_property
    def _by_property(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = {}
        for row in self.fields:
            found.setdefault(row.prop or row.parameter, []).append(row)
        return found

    def read(self, record: Mapping[str, Any]) -> State:
        """A record of the service as a state."""
        state: State = {row.path: None for row in self.fields}
        # Of the many settings of a record few are set.
        shown = (self._by_property.get(key, ()) for key, value in record.items() if value is not None)
        state.update((row.path, row.read(record)) for rows in shown for row in rows)
        return state

    def to_result(self, name: Any, state: State) -> dict[str, Any]:
        """A state as results and documents have it, by option names."""
        return {**({} if self.singleton else {"name": name}), **nested(self.fields, state)}


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


def by_path(shown: Mapping[str, Any] | None) -> State:
    """The state that results and documents show, where settings of a section stand below its name; nothing for no object."""
    state: State = {}
    for name, value in (shown or {}).items():
        state |= (
            {f"{name}.{key}": item for key, item in value.items()}
            if isinstance(value, Mapping)
            else {name: value}
        )
    return state
