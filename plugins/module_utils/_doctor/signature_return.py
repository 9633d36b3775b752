# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail of own senders that another service gives back as if it came from outside, so that the protect rule may take it. Pure.

What comes back by SMTP is not signed in. Only an inbound connector of type OnPremises that treats messages as internal, or that takes
over the headers of the organization (CloudServicesMailEnabled), makes it mail from inside again (Set-InboundConnector).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from .finding import DoctorFinding, finding, listed
from .products import Recognized
from .tenant_view import TenantObject, TenantView, acts

_INSIDE = ("", "InOrganization")


def signature_return(view: TenantView, recognized: Sequence[Recognized]) -> Iterator[DoctorFinding]:
    """One finding for each rule that sends internal mail through a service which gives it back so."""
    if view.acting_protect_rules():
        check = partial(_of_rule, recognized=recognized)
        yield from view.each(view.foreign("mail_flow_rules"), check, "own-mail-returns-as-external")


def _of_rule(
    view: TenantView, rule: TenantObject, *, recognized: Sequence[Recognized]
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
        yield finding(
            "own-mail-returns-as-external",
            case="through" if ways else "",
            rule=rule["name"],
            connector=connector["name"],
            ways=listed([item["name"] for item in ways]),
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
