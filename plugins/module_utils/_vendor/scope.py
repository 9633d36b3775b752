# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which rules protect a scope, in which order they are changed, and who enters and leaves.

Different recipient conditions in one rule must all be true, so a scope with users and groups needs one rule for each kind:
the base rule carries the first kind, further rules the others. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Rule = dict[str, Any]
# Kind of the scope -> (condition of the rule, what a further rule of this kind is called).
KINDS = {
    "groups": ("sent_to_member_of", " (groups)"),
    "users": ("sent_to", " (users)"),
    "domains": ("recipient_domain_is", " (domains)"),
}
EVERYONE = "everyone"


def _existing(names: Sequence[str], rules: Sequence[Rule]) -> Rule | None:
    """The rule with the best of the names."""
    by_name = {str(rule["name"]).casefold(): rule for rule in reversed(rules)}
    return next((by_name[name.casefold()] for name in names if name.casefold() in by_name), None)


def _recipients(kind: str, items: Sequence[str]) -> dict[str, Any]:
    """The recipient conditions of a rule for one kind; the others empty, which clears them."""
    return {condition: list(items) if key == kind else [] for key, (condition, _suffix) in KINDS.items()}


def _copy(rule: Rule) -> Rule:
    """What a further rule takes from the base rule: everything but name, place and recipients."""
    kept: Rule = {key: rule[key] for key in ("enabled", "mode", "actions", "exceptions") if key in rule}
    conditions = {
        key: value
        for key, value in rule.get("conditions", {}).items()
        if key not in [condition for condition, _suffix in KINDS.values()]
    }
    return {**kept, "conditions": conditions}


def _with(rule: Rule, recipients: Mapping[str, Any]) -> Rule:
    return {**rule, "conditions": {**rule.get("conditions", {}), **recipients}}


def wanted_kinds(scope: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The kinds of a scope that are not empty; everyone is the one kind without recipients."""
    if scope.get(EVERYONE):
        return [(EVERYONE, [])]
    return [(kind, list(scope[kind])) for kind in KINDS if scope.get(kind)]


def rule_steps(
    scope: Mapping[str, Any], names: Sequence[str], rules: Sequence[Rule], definition: Rule, *, rescope: bool
) -> list[Rule]:
    """The rules to write, in order, as options of o365_mail_flow_rule.

    scope: users, groups, domains, everyone. names: of the base rule, best first. rules: those of the tenant, in order.
    definition: the options of a protect rule without name and recipients. rescope: leave everything of an existing
    base rule alone but its recipients, and make further rules like it.
    An existing base rule is narrowed only after the further rules exist; a new one comes first. Nobody who is protected
    before and after is unprotected in between.
    """
    kinds = wanted_kinds(scope)
    base = _existing(names, rules)
    content = _copy(base) if rescope and base else definition
    first = _with({} if rescope and base else dict(definition), _recipients(*kinds[0]))
    first.update(name=names[0], other_names=list(names[1:]), state="present")
    if not (rescope and base):
        first["priority"] = 0
    extras = [
        _further(kind, items, names, place, content, base, rules, rescope=rescope)
        for place, (kind, items) in enumerate(kinds[1:])
    ]
    kept = [_existing([extra["name"], *extra["other_names"]], rules) for extra in extras]
    further = [_existing(_further_names(kind, names), rules) for kind in KINDS]
    obsolete = [
        {"name": rule["name"], "state": "absent"} for rule in further if rule is not None and rule not in kept
    ]
    return ([*extras, first] if base else [first, *extras]) + obsolete


def _further_names(kind: str, names: Sequence[str]) -> list[str]:
    """The names of the further rule for a kind, best first."""
    return [f"{name}{KINDS[kind][1]}" for name in names]


def _further(
    kind: str,
    items: list[str],
    names: Sequence[str],
    place: int,
    content: Rule,
    base: Rule | None,
    rules: Sequence[Rule],
    *,
    rescope: bool,
) -> Rule:
    name, *others = _further_names(kind, names)
    rule = _with(dict(content), _recipients(kind, items))
    rule.update(name=name, other_names=others, state="present")
    if rescope and base:
        # Right behind the base rule when it is new; where an administrator has put it, it stays.
        if _existing([name, *others], rules) is None:
            rule["priority"] = base["priority"] + 1 + place
        return rule
    # A base rule that still has to move to the top will push the further rules one place down.
    moves_later = base is not None and base["priority"] != 0
    rule["priority"] = place if moves_later else place + 1
    return rule


def present_scope(names: Sequence[str], rules: Sequence[Rule]) -> dict[str, list[str]]:
    """Whom the rules protect now, by kind; everyone is a kind with one element."""
    base = _existing(names, rules)
    found = [base] + [_existing(_further_names(kind, names), rules) for kind in KINDS]
    scope: dict[str, list[str]] = {kind: [] for kind in (*KINDS, EVERYONE)}
    for rule in found:
        if rule is None or not rule.get("enabled", True):
            continue
        conditions = rule.get("conditions", {})
        items = {kind: list(conditions.get(condition) or ()) for kind, (condition, _suffix) in KINDS.items()}
        if not any(items.values()):
            scope[EVERYONE] = [EVERYONE]
        for kind, values in items.items():
            scope[kind] += [value for value in values if value not in scope[kind]]
    return scope


def difference(scope: Mapping[str, Any], names: Sequence[str], rules: Sequence[Rule]) -> dict[str, list[str]]:
    """Who enters, leaves and stays, each as "user alice@example.com"; identities are compared as they are written."""
    before = {_label(kind, item) for kind, items in present_scope(names, rules).items() for item in items}
    after = {_label(kind, item) for kind, items in wanted_kinds(scope) for item in items or [EVERYONE]}
    return {
        "enters": sorted(after - before),
        "leaves": sorted(before - after),
        "stays": sorted(before & after),
    }


def _label(kind: str, item: str) -> str:
    return EVERYONE if kind == EVERYONE else f"{kind.removesuffix('s')} {item.lower()}"
