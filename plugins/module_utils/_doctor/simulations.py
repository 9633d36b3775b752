# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phishing simulations that stop working once the protect rule acts: it takes them to the vendor, and they come back from its address. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from .._schema.ip_ranges import overlapping, uncovered
from .finding import DoctorFinding, finding, listed
from .products import Recognized
from .tenant_view import WHOLE, TenantObject, TenantView, strings


def simulations(view: TenantView, recognized: Sequence[Recognized]) -> Iterator[DoctorFinding]:
    """One finding for each simulation that is let in below the protect rule, or by its address alone."""
    protect = view.acting_protect_rules()
    for item in recognized if protect else ():
        if item.product.get("role") == "simulation" and item.active:
            check = partial(_of_product, item=item, protect=protect)
            yield from view.each(WHOLE, check, "simulation-stops-working")


def _of_product(
    view: TenantView, _tenant: TenantObject, *, item: Recognized, protect: Sequence[TenantObject]
) -> Iterator[DoctorFinding]:
    placed = view.placed_rules()
    last = max(place for place, rule in enumerate(placed) if rule in protect)
    # Of those that look for addresses address-rule-below-protect tells.
    later = [rule for rule in placed[last + 1 :] if not strings(rule, "conditions", "sender_ip_ranges")]
    below = [str(rule["name"]) for rule in later if str(rule["name"]) in item.rules]
    above = [rule for rule in placed[:last] if str(rule["name"]) in item.rules]
    if any((rule.get("actions") or {}).get("stop_rule_processing") for rule in above):
        return
    theirs = list(item.product.get("addresses") or ())
    excepted = [text for rule in protect for text in strings(rule, "exceptions", "sender_ip_ranges")]
    allowed = overlapping(theirs, strings(view.single("connection_filter"), "ip_allow_list"))
    if theirs and not uncovered(theirs, excepted):
        return
    ways = [f"the rules {listed(below)} below the protect rule"] if below else []
    ways += [f"the IP allow list ({', '.join(allowed)})"] if allowed else []
    if ways:
        yield finding("simulation-stops-working", product=item.product["name"], ways=" and ".join(ways))
