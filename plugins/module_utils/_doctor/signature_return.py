# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail of own senders that another service gives back as if it came from outside, so that the protect rule may take it. Pure.

What comes back by SMTP is not signed in. Only an inbound connector of type OnPremises that treats messages as internal, or that takes
over the headers of the organization (CloudServicesMailEnabled), makes it mail from inside again (Set-InboundConnector).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .finding import GATEWAY, DoctorFinding, finding, listed
from .products import Recognized
from .tenant_view import TenantObject, TenantView, acts

_INSIDE = ("", "InOrganization")


def signature_return(view: TenantView, recognized: Sequence[Recognized]) -> Iterator[DoctorFinding]:
    """One finding for each rule that sends internal mail through a service which gives it back so."""
    if not view.acting_protect_rules():
        return

    def check(_view: TenantView, rule: TenantObject) -> Iterator[DoctorFinding]:
        yield from _of_rule(view, recognized, rule)

    yield from view.each(view.foreign("mail_flow_rules"), check, "own-mail-returns-as-external")


def _of_rule(
    view: TenantView, recognized: Sequence[Recognized], rule: TenantObject
) -> Iterator[DoctorFinding]:
    conditions = rule.get("conditions") or {}
    to_inside = (conditions.get("sent_to_scope") or "") in _INSIDE
    if not (acts(rule) and to_inside and conditions.get("from_scope") == "InOrganization"):
        return
    for connector in view.routes(rule):
        if not connector.get("enabled") or view.is_vendor_managed("outbound_connectors", connector):
            continue
        ways = _ways_back(view, recognized, str(connector["name"]))
        if any(map(_makes_internal, ways)):
            continue
        through = (
            f"through {listed([str(item['name']) for item in ways])}, which does"
            if ways
            else "and no connector does"
        )
        yield finding(
            "own-mail-returns-as-external",
            "warning",
            f'The rule "{rule["name"]}" sends mail of own senders out by "{connector["name"]}"; it comes back {through} not make it '
            "mail from inside again.",
            "Own senders then count as from outside: the protect rule may take internal mail to the vendor, and rules for mail from outside act "
            "on it.",
            GATEWAY,
            "Ask the maker for an inbound connector of type OnPremises that treats messages as internal or takes over the organization's headers.",
        )


def _ways_back(view: TenantView, recognized: Sequence[Recognized], connector: str) -> list[TenantObject]:
    """The enabled inbound connectors of the product whose connector this is; of a product that nobody knows, all of type OnPremises."""
    known = next((item for item in recognized if connector in item.connectors), None)
    enabled = view.those(view.foreign("inbound_connectors"), lambda item: bool(item.get("enabled")))
    if known:
        return view.those(enabled, lambda item: str(item["name"]) in known.connectors)
    return view.those(enabled, lambda item: item.get("connector_type") == "OnPremises")


def _makes_internal(item: TenantObject) -> bool:
    told = item.get("treat_messages_as_internal") or item.get("cloud_services_mail_enabled")
    return item.get("connector_type") == "OnPremises" and bool(told)
