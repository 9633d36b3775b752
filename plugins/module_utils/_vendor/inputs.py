# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is wrong with the variables of a run, before anything is read from the tenant: one sentence each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from .._schema.address_types import HOSTS
from .portal import SWITCHES
from .run import Run
from .scope import KINDS
from .value_checks import LONGEST_NAME, value_problems
from .values import vendor
from .variables import variables


def problems(run: Run, unusable: Mapping[str, str]) -> list[str]:
    """All that is wrong. unusable: what is wrong with variables that have no value because of it, by their names."""
    own = {name: list(value_problems(variables()[name], run.inputs[name])) for name in run.needed}
    wrong = {*unusable, *(name for name in own if own[name] and variables()[name].check == "label")}
    together = [text for role in (*run.roles, *run.phases) for text in _OF_ROLE.get(role, _nothing)(run)]
    if not run.preview:
        together += [f"Not enough is known to write {text}" for text in left_out(run)]
    # What speaks of a variable without a value may be gone once it has one.
    sound = [text for text in together if not any(name in text for name in wrong)]
    return list(dict.fromkeys([*unusable.values(), *chain.from_iterable(own.values()), *sound]))


def _nothing(_run: Run) -> Iterator[str]:
    yield from ()


def _monitor(run: Run) -> Iterator[str]:
    yield from _reachable(run)
    # Without a region, that is what is missing.
    if run.portal.incoming_addresses and not run.portal.undeliverable_address:
        yield (
            f"The vendor's address for undeliverable journal reports is not known for brand {run.inputs['portal_brand']} in region "
            f"{run.portal.region or 'unknown'}; give portal_farm or monitor_undeliverable_recipient."
        )


def _inline(run: Run) -> Iterator[str]:
    yield from _rescope(run)
    yield from _loop_guard(run)
    before = [*run.earlier, *run.phases[: run.phases.index("inline")]]
    if not run.inputs["inline_inbound_connector"] and "monitor" not in before:
        yield (
            "inline_inbound_connector is false, but the monitor role has not run before; inspected mail could not come back. Leave "
            "inline_inbound_connector true."
        )


def _rescope(run: Run) -> Iterator[str]:
    yield from _reachable(run)
    kinds = [kind for kind in KINDS if run.inputs[f"protected_{kind}"]]
    if not kinds and not run.inputs["protect_everyone"]:
        yield (
            "Nobody would be protected: give protected_users, protected_groups or protected_domains, or set protect_everyone. A rule "
            "without recipients would act on the mail of everyone, so an empty scope is refused; to take the vendor out of the path of "
            "mail, set inline_rule_enabled to false."
        )
    if kinds and run.inputs["protect_everyone"]:
        yield (
            "protect_everyone excludes protected_users, protected_groups and protected_domains; give one or the others."
        )
    yield from _further_names(run, kinds)


def _further_names(run: Run, kinds: Sequence[str]) -> Iterator[str]:
    """With several kinds of recipients there are further rules, the name of each a little longer."""
    name = run.portal.names("protect_rule")[0]
    for kind in kinds[1:]:
        suffix = KINDS[kind][1]
        if len(name) <= LONGEST_NAME < len(name + suffix):
            yield (
                f'portal_values.protect_rule_name: the rule for protected_{kind} would be called "{name}{suffix}", and the service '
                f"takes at most {LONGEST_NAME} characters; give a name of at most {LONGEST_NAME - len(suffix)}"
            )


def _outbound(run: Run) -> Iterator[str]:
    yield from _reachable(run)
    yield from _loop_guard(run)
    internal = run.portal.wants("protect_internal_rule")
    if run.inputs["outbound_protect_outgoing"]:
        yield from _senders(run)
    elif not internal:
        yield "Nothing is to be protected; set outbound_protect_outgoing or outbound_protect_internal."
    if internal:
        yield from _internal_recipients(run)


def _senders(run: Run) -> Iterator[str]:
    users, groups, everyone = (run.inputs[f"outbound_{name}"] for name in ("users", "groups", "everyone"))
    if not (users or groups or everyone):
        yield (
            "Nobody's outgoing mail would be protected: give outbound_users or outbound_groups, or set outbound_everyone. A rule "
            "without senders would act on the mail of everyone, so an empty scope is refused."
        )
    if everyone and (users or groups):
        yield "outbound_everyone excludes outbound_users and outbound_groups; give one or the others."
    if users and groups and not run.portal.wants("outgoing_group"):
        yield (
            "outbound_users and outbound_groups in one rule would protect only those who are both; give one of them, or set "
            "outbound_group, so that both become members of the vendor's group."
        )


def _internal_recipients(run: Run) -> Iterator[str]:
    users, groups = run.inputs["protected_users"], run.inputs["protected_groups"]
    if not (users or groups or run.inputs["protect_everyone"]):
        yield (
            "Nobody's internal mail would be protected: give protected_users or protected_groups, or set protect_everyone, as for "
            "inline."
        )
    if users and groups and not run.portal.wants("incoming_group"):
        yield (
            "protected_users and protected_groups in one internal rule would protect only those who are both; give one of them, or set "
            "inline_group, so that both become members of the vendor's group."
        )


def _reachable(run: Run) -> Iterator[str]:
    yield from _portal(run)
    yield from _known_addresses(run)


def _portal(run: Run) -> Iterator[str]:
    """Name, region and farm, and the hosts that follow from the name."""
    if not run.portal.name:
        yield "portal_name is not given; it is the customer-x of customer-x.avanan.net."
        return
    portal, farms = run.portal, vendor().farms
    region, farm = run.inputs["portal_region"], run.inputs["portal_farm"]
    if region and farms.get(farm, region) != region:
        yield (
            f"portal_farm {farm} is in region {farms[farm]}, not in portal_region {region}; leave portal_region out or correct one of "
            "them."
        )
    for other in portal.others:
        if other.name == portal.name and other.brand == portal.brand:
            yield f"portal_others: {other.name} is portal_name; name only further portals there."
    hosts = [portal.value(key) for key in ("smart_host", "dlp_smart_host") if key not in portal.given]
    for host in hosts:
        if list(HOSTS.check([host])):
            yield f'portal_name: "{portal.name}" is too long for a host name such as {host}'
            return


def _known_addresses(run: Run) -> Iterator[str]:
    if not run.portal.incoming_addresses:
        yield (
            f"portal_region is not given; set it to the data region of the portal ({', '.join(vendor().regions)}), or give "
            "portal_ip_addresses."
        )


def _loop_guard(run: Run) -> Iterator[str]:
    """What a new rule needs; a rule that is only given another scope keeps the exceptions that it has."""
    if run.portal.region and not run.portal.addresses.complete:
        yield (
            f"Not all of the vendor's addresses in region {run.portal.region} are known, and a missing one would make mail loop; ask "
            "the vendor for them and give portal_ip_addresses."
        )


def _verify(run: Run) -> Iterator[str]:
    if run.inputs["verify_users"]:
        yield from _known_addresses(run)


def _change(run: Run) -> Iterator[str]:
    if not (run.phases or run.instead):
        yield (
            "Nothing to do: give the approved plan as change_plan_file or change_plan, or the record of the run that is to be "
            "rolled back as change_record_file or change_record."
        )
    if len(run.instead) > 1:
        yield f"{' and '.join(run.instead)} exclude each other; give one."
    if {"inline", "rescope"} <= set(run.phases):
        # What rescope does is decided from the tenant as it is before the run.
        yield "change_phases: inline gives its rule the scope that is wanted; leave rescope out."
    if "remove" in run.phases and len(run.phases) > 1:
        yield "change_phases: remove takes away what the other phases make; run it by itself."


_OF_ROLE: Mapping[str, Callable[[Run], Iterator[str]]] = {
    "portal": _portal,
    "monitor": _monitor,
    "inline": _inline,
    "rescope": _rescope,
    "outbound": _outbound,
    "remove": _portal,
    "verify": _verify,
    "change": _change,
}
# Phase -> what may have to be given for its objects, as Portal.missing knows them.
_UNPUBLISHED = {
    "monitor": {"journaling_connector": "the journaling connector"},
    "inline": {"incoming_group": "the group of protected recipients"},
    "rescope": {"incoming_group": "the group of protected recipients"},
    "outbound": {
        "dlp_inbound_connector": "the DLP inbound connector",
        "outgoing_group": "the group of protected senders",
        "protect_internal_rule": "the rule for internal mail",
    },
}


def left_out(run: Run) -> list[str]:
    """The wanted objects for which something must be given that the vendor does not publish, each with what to give."""
    portal = run.portal
    return [
        f"{title}: give {' and '.join(portal.missing(item))}"
        for phase in run.phases
        for item, title in _UNPUBLISHED.get(phase, {}).items()
        if portal.missing(item) and _is_wanted(run, item)
    ]


def _is_wanted(run: Run, item: str) -> bool:
    if item == "outgoing_group" and not run.inputs["outbound_protect_outgoing"]:
        return False
    return item not in SWITCHES or run.portal.wants(item)
