# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One pass through the rules (4, 5): every world that unknown matches make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .directory import Directory, Person
from .predicates import Headers, Message, acts, met, vector
from .values import Value, every

Vector = tuple[tuple[str, Value], ...]
Trail = tuple[tuple[int, Person, Vector], ...]


@dataclass(frozen=True)
class Fork:
    """A message for some recipients in one world.

    routes: the possible sets of them; trail: undecided rules that could have ended it and did not.
    """

    recipients: tuple[Person, ...]
    headers: Headers
    routes: frozenset[frozenset[str]] = frozenset({frozenset()})
    copied: frozenset[tuple[int, str]] = frozenset()
    trail: Trail = ()
    is_copy: bool = False


@dataclass(frozen=True)
class Ended:
    """A recipient whose message a rule ended."""

    rule: int
    recipient: Person
    seen: Vector
    trail: Trail


@dataclass
class Outcome:
    """What a pass leaves: forks that go on and recipients that do not, each with whether that is certain.

    asked: moderators, who get the message in a request, each with whether that is certain.
    """

    forks: list[tuple[Fork, bool]]
    ended: list[tuple[Ended, bool]]
    asked: list[tuple[Person, bool]]
    reached: dict[tuple[int, Person], list[tuple[Vector, Trail]]]


class Rules:
    """The rules of a tenant that have an effect on the path."""

    def __init__(
        self, snapshot: dict[str, Any], directory: Directory, own: set[str], header: str, now: Any
    ) -> None:
        """header: the one in which the vendor reads portal and mode."""
        self.all = snapshot.get("mail_flow_rules") or []
        self.directory = directory
        self.own = own
        self._acting = [acts(rule, now) for rule in self.all]
        self._passed: dict[tuple[Message, Fork, bool], Outcome] = {}
        self.tested = {
            str(section[name]).lower()
            for rule in self.all
            for section in (rule.get("conditions") or {}, rule.get("exceptions") or {})
            for name in ("header_contains_message_header", "header_matches_message_header")
            if section.get(name)
        } | {header}
        self._effects = [self._actions(place) for place in range(len(self.all))]

    def acts(self, place: int) -> Value:
        """4.2, whatever the mode."""
        return self._acting[place]

    def acting(self, place: int) -> Value:
        mode = self.all[place].get("mode")
        return every([self._acting[place], True if mode == "Enforce" else False if mode else None])

    def is_own(self, place: int) -> bool:
        return str(self.all[place].get("name")).casefold() in self.own

    def is_final(self, place: int) -> bool:
        """8.6: whether what it takes is gone for good."""
        return bool(_FINAL & set(self._effects[place]))

    def run(self, message: Message, fork: Fork, *, without_own: bool = False) -> Outcome:
        """All worlds, each state once; own rules can be switched off. Whatever has led to it, the same message passes in the same way."""
        key = (message, fork, without_own)
        if key not in self._passed:
            self._passed[key] = self._run(*key)
        return self._passed[key]

    def _run(self, message: Message, fork: Fork, without_own: bool) -> Outcome:
        outcome = Outcome([], [], [], {})
        worlds: dict[Fork, bool] = {fork: True}
        for place, actions in enumerate(self._effects):
            if not actions or (without_own and self.is_own(place)):
                continue
            following: dict[Fork, bool] = {}
            for world, certain in worlds.items():
                for after, sure in self._apply(place, actions, message, world, outcome, certain):
                    following[after] = following.get(after, False) or sure
            worlds = following
        outcome.forks += worlds.items()
        return outcome

    def _actions(self, place: int) -> dict[str, Any]:
        """What a rule does to the path; {} when it does nothing."""
        rule = self.all[place]
        if self._acting[place] is False:
            return {}
        given = {
            key: value
            for key, value in (rule.get("actions") or {}).items()
            if value not in (None, False, "", [])
        }
        if rule.get("mode") in ("Audit", "AuditAndNotify"):
            return {key: value for key, value in given.items() if key == "stop_rule_processing"}
        found = {key: value for key, value in given.items() if key in _EFFECTS}
        if str(given.get("set_header_name", "")).lower() not in self.tested:
            found.pop("set_header_name", None)
        if str(given.get("remove_header", "")).lower() not in self.tested:
            found.pop("remove_header", None)
        if found.pop("add_manager_as_recipient_type", "").lower() == "redirect":
            found["redirect_to_manager"] = True
        elif given.get("add_manager_as_recipient_type"):
            found["copy_to_manager"] = True
        if not given.get("apply_html_disclaimer_text") or given.get(_DISCLAIMER) != "Reject":
            found.pop("apply_html_disclaimer_fallback_action", None)
        if "set_header_name" in found:
            found["set_header_value"] = str(given.get("set_header_value", ""))
        return found

    def _apply(
        self,
        place: int,
        actions: dict[str, Any],
        message: Message,
        fork: Fork,
        outcome: Outcome,
        certain: bool,
    ) -> Iterator[tuple[Fork, bool]]:
        if self.directory.kind(message.header_from) in ("outside", "missing"):
            actions = {name: value for name, value in actions.items() if name not in _BY_MANAGER}
        seen, values = {}, {}
        for person in fork.recipients:
            seen[person] = vector(
                self.directory, self.all[place], message, fork.headers, fork.recipients, person
            )
            values[person] = every([met(seen[person]), self._acting[place], self._mode(place)])
            outcome.reached.setdefault((place, person), []).append((seen[person], fork.trail))
        for value in (True, None, False):
            there = tuple(one for one in fork.recipients if values[one] is value)
            if not there:
                continue
            part = fork if there == fork.recipients else replace(fork, recipients=there)
            if value is False:
                yield part, certain
            elif value is True:
                yield from self._act(place, actions, part, seen, outcome, certain)
            else:
                yield from self._perhaps(place, actions, part, seen, outcome, certain)

    def _perhaps(
        self,
        place: int,
        actions: dict[str, Any],
        fork: Fork,
        seen: dict[Person, Vector],
        outcome: Outcome,
        certain: bool,
    ) -> Iterator[tuple[Fork, bool]]:
        """4.5: the worlds in which an undecided rule acts, and those in which it does not."""
        going_on = fork
        if _ENDING & set(actions):
            if not _FINAL & set(actions):
                # 8.6: what is gone for good is as lost by this rule as by a later one.
                going_on = replace(
                    fork, trail=fork.trail + tuple((place, one, seen[one]) for one in fork.recipients)
                )
            spared = all(_spares_plain(seen[one]) for one in fork.recipients)
            yield going_on, certain and (spared or _ENDING & set(actions) == {_DISCLAIMER})
            yield from self._act(place, actions, fork, seen, outcome, False)
            return
        found = list(self._act(place, actions, fork, seen, outcome, certain))
        acted, (after, _sure) = found[:-1], found[-1]
        yield from ((copy, False) for copy, _sure in acted)
        same = {pair for pair in after.headers if pair in fork.headers}
        headers = tuple(sorted(same))
        routes = fork.routes | after.routes
        yield replace(fork, headers=headers, routes=routes), certain

    def _mode(self, place: int) -> Value:
        return True if self.all[place].get("mode") == "Enforce" else None

    def _act(
        self,
        place: int,
        actions: dict[str, Any],
        fork: Fork,
        seen: dict[Person, Vector],
        outcome: Outcome,
        sure: bool,
    ) -> Iterator[tuple[Fork, bool]]:
        def end(certain: bool) -> None:
            outcome.ended += [(Ended(place, one, seen[one], fork.trail), certain) for one in fork.recipients]

        if _ENDS & set(actions):
            end(sure)
            moderators = self.targets(actions.get("moderate_message_by_user", []))
            outcome.asked += [(one, sure) for one in moderators if self._has_mailbox(one)]
            return
        held = "moderate_message_by_manager" in actions
        if held or _DISCLAIMER in actions:
            end(False)
        if held:
            sure = False
        headers = dict(fork.headers)
        if "remove_header" in actions:
            headers[str(actions["remove_header"]).lower()] = False
        if "set_header_name" in actions:
            headers[str(actions["set_header_name"]).lower()] = (True, actions["set_header_value"])
        route = actions.get("route_message_outbound_connector")
        more = {str(route).casefold()} if route else set[str]()
        routes = frozenset(one | more for one in fork.routes)
        after = replace(fork, headers=tuple(sorted(headers.items())), routes=routes)
        redirected = tuple(self.targets(actions.get("redirect_message_to", [])))
        if redirected:
            end(sure)
            after = replace(after, recipients=redirected, trail=())
        goes_on = [after]
        if "redirect_to_manager" in actions:
            if not redirected:
                end(False)
            to = (*redirected, MANAGER)
            goes_on.append(replace(after, recipients=to, trail=()))
            sure = False
        marks = {(place, one.written.lower()) for one in self._copied_to(actions)}
        for part in goes_on:
            yield from self._copies(place, actions, part, outcome)
            whole = replace(part, copied=part.copied | marks)
            if "stop_rule_processing" in actions:
                outcome.forks.append((whole, sure))
            else:
                yield whole, sure

    def _copies(
        self, place: int, actions: dict[str, Any], fork: Fork, outcome: Outcome
    ) -> Iterator[tuple[Fork, bool]]:
        """5.3: once each, and none of copies; later rules may see them or not."""
        if fork.is_copy:
            return
        for person in self._copied_to(actions):
            mark = (place, person.written.lower())
            if mark in fork.copied or mark[1] in {one.written.lower() for one in fork.recipients}:
                continue
            copied = fork.copied | {mark}
            copy = replace(fork, recipients=(person,), copied=copied, is_copy=True, trail=())
            outcome.forks.append((copy, False))
            yield copy, False

    def _copied_to(self, actions: dict[str, Any]) -> list[Person]:
        names = ("add_to_recipients", "copy_to", "blind_copy_to")
        found = self.targets([address for name in names for address in actions.get(name, [])])
        return [*found, MANAGER] if "copy_to_manager" in actions else found

    def _has_mailbox(self, person: Person) -> bool:
        kind = self.directory.kind(person) == "individual"
        return kind and self.directory.mailbox_inside(person) is True

    def targets(self, addresses: list[str]) -> list[Person]:
        """4.1: a group stands for its members."""
        found: dict[Person, None] = {}
        waiting, seen = list(addresses), set[str]()
        while waiting:
            address = waiting.pop(0)
            row = self.directory.record(address) or {}
            if row.get("kind") != "group":
                found[Person(address)] = None
            elif address.lower() not in seen:
                seen.add(address.lower())
                if row.get("members") is None:
                    found[Person(f"member of {address}", "symbolic", address)] = None
                waiting += row.get("members") or []
        return list(found)


def _spares_plain(seen: Vector) -> bool:
    """Whether a plain message, which every class has, certainly does not meet an undecided condition (4.5)."""
    return any(value is None and key.startswith(("subject_", "attachment_")) for key, value in seen)


# It can be inserted into a plain message.
_DISCLAIMER = "apply_html_disclaimer_fallback_action"
_FINAL = {"delete_message", "reject_message_reason_text", "reject_message_enhanced_status_code"}
_ENDS = {
    *_FINAL,
    "quarantine",
    "moderate_message_by_user",
}
_ENDING = {
    *_ENDS,
    "moderate_message_by_manager",
    "apply_html_disclaimer_fallback_action",
    "redirect_message_to",
    "redirect_to_manager",
    "stop_rule_processing",
}
MANAGER = Person("the manager of whoever sends", "anybody")
_BY_MANAGER = {"moderate_message_by_manager", "redirect_to_manager", "copy_to_manager"}
_EFFECTS = {
    *_ENDING,
    "set_header_name",
    "remove_header",
    "route_message_outbound_connector",
    "add_to_recipients",
    "copy_to",
    "blind_copy_to",
    "add_manager_as_recipient_type",
}
