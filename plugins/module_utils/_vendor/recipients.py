# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom the variables of the phases name: what is to be looked up, and what is wrong with what was found. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .nearest import nearest
from .run import Run
from .spellings import spellings
from .tenant import ObservedTenant

_MICROSOFT_365_GROUP = "GroupMailbox"
# The settings of a rule that name single recipients, and groups.
_NAMING = {"users": ("sent_to", "from"), "groups": ("sent_to_member_of", "from_member_of")}


def named_by(run: Run) -> list[str]:
    """The identities that the phases of a run name, in all their spellings, each once."""
    return list(dict.fromkeys(text for _variable, identity in _scope(run) for text in spellings(identity)))


def _kinds(run: Run) -> list[str]:
    """How the variables with users and groups begin that the phases look at."""
    incoming = {"inline", "rescope"} & set(run.phases)
    internal = "outbound" in run.phases and run.portal.wants("protect_internal_rule")
    kinds = ["protected"] if incoming or internal else []
    return [*kinds, "outbound"] if "outbound" in run.phases else kinds


def wrong_recipients(run: Run, tenant: ObservedTenant) -> Iterator[str]:
    """A sentence for each that is not there, or that a rule cannot be sure to take.

    An address that is nobody's is refused as well: the service keeps it in a rule, which then protects nobody (inferred).
    """
    for variable, identity in _scope(run):
        found = tenant.kind(identity)
        if found == "missing":
            yield f"{variable}: {_missing(variable, identity, tenant)}"
        elif found == "unknown" and "@" not in identity:
            yield (
                f'{variable}: "{identity}" cannot be looked up, because the application may not run Get-Recipient; give the '
                "primary address"
            )
        elif tenant.recipient_type(identity) == _MICROSOFT_365_GROUP:
            # A thread about the documentation says that a rule takes one by its address; the reference does not name it.
            yield (
                f'{variable}: "{identity}" is a Microsoft 365 group, and it is not certain that a mail-flow rule takes one; use a '
                "distribution group or a mail-enabled security group with the same members"
            )
        else:
            yield from _misplaced(variable, identity, found)


def _scope(run: Run) -> Iterator[tuple[str, str]]:
    """Each variable with each of its identities."""
    for kind in _kinds(run):
        for name in (f"{kind}_users", f"{kind}_groups"):
            yield from ((name, identity) for identity in run.inputs[name])


def _missing(variable: str, identity: str, tenant: ObservedTenant) -> str:
    kind = variable.partition("_")[2]
    what = "group" if kind == "groups" else "recipient"
    near = nearest(identity, _known(kind, tenant))
    advice = f"; did you mean {' or '.join(near)}?" if near else ""
    return f'there is no {what} "{identity}" in the tenant{advice}'


def _known(kind: str, tenant: ObservedTenant) -> Iterator[str]:
    """The addresses that the run has come across: those that were looked up, and those that rules name."""
    yield from tenant.present_addresses("group" if kind == "groups" else "individual")
    for rule in tenant.objects("mail_flow_rules"):
        for section in ("conditions", "exceptions"):
            for setting in _NAMING[kind]:
                named = (rule.get(section) or {}).get(setting) or ()
                yield from (text for text in named if tenant.kind(text) != "missing")


def _misplaced(variable: str, identity: str, found: str) -> Iterator[str]:
    kind, _underscore, what = variable.partition("_")
    if what == "users" and found == "group":
        yield f'{variable}: "{identity}" is a group; give it in {kind}_groups'
    if what == "groups" and found == "individual":
        yield f'{variable}: "{identity}" is a single recipient; give it in {kind}_users'


def odd_recipients(run: Run, tenant: ObservedTenant) -> Iterator[str]:
    """A sentence for each that a rule takes, and that is not what one expects of a user."""
    for variable, identity in _scope(run):
        if tenant.taken_for_another(identity):
            (address,) = tenant.addresses([identity])
            yield f'{variable}: the tenant does not list the address "{identity}"; it is taken for {address}.'
        if tenant.recipient_type(identity) == "MailContact":
            yield (
                f'{variable}: "{identity}" is a mail contact: it has no mailbox here, and its mail is delivered to an address outside '
                "the tenant. Whether the vendor protects it is not documented."
            )
