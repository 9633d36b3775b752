# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A second portal of another region in the same tenant, which is given: neither one's addresses are a way past inspection."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import check

from tests.mail_flow_oracle.protection import wrongly_inspected
from tests.unit.mail_flow.mail_flow_judgements import (
    AMERICA,
    ANNA,
    BERND,
    COMES_IN,
    DORA,
    GUARD,
    INBOUND,
    INTEGRATION,
    MIMECAST,
    OUTBOUND,
    PROTECT,
    RULES,
    SALES,
    conditions,
    connector_out,
    exceptions,
    inline,
    of_wingtip,
    protecting,
)
from tests.unit.mail_flow.mail_flow_samples import NOW, Change, Plain, changed, inbound, last, more, named
from tests.unit.mail_flow.test_remedies import Tried, assert_helps

_HOST = "wingtip-host.checkpointcloudsec.com"
_WINGTIP: Plain = {
    "portal": "wingtip",
    "smart_hosts": [_HOST],
    "dlp_smart_hosts": ["wingtip-dlp.checkpointcloudsec.com"],
    "return_addresses": AMERICA[:2],
    "dlp_addresses": AMERICA[2:],
    "addresses_complete": True,
}
_KNOWN: Plain = {**INTEGRATION, "other_portals": [_WINGTIP]}


def _tenant(*changes: Change, ours: list[str], theirs: list[str]) -> Plain:
    """Ours for some users, the other one's rule below for a group; each with the addresses that it excepts."""
    other: dict[str, Any] = of_wingtip(
        protecting("Wingtip", "Wingtip", **COMES_IN, sent_to_member_of=[SALES])
    )
    return changed(
        conditions(**COMES_IN, sent_to=[ANNA, DORA]),
        exceptions(*ours),
        last({**other, "exceptions": {"sender_ip_ranges": theirs}}),
        more(OUTBOUND, connector_out("Wingtip", _HOST)),
        more(INBOUND, inbound("Wingtip", sender_ip_addresses=AMERICA[:2])),
        *changes,
        base=inline,
    )


_BOTH = [*GUARD, *AMERICA]


@pytest.mark.parametrize(("ours", "theirs"), [(GUARD, AMERICA), (_BOTH, _BOTH)])
def test_each_inspects_its_own_people(ours: list[str], theirs: list[str]) -> None:
    tenant = _tenant(ours=ours, theirs=theirs)
    result = check(tenant, _KNOWN, now=NOW)
    protection = result["protection"]
    assert (result["verdict"], protection["verdict"], protection["gap"]) == ("safe", "inspected", False)
    assert wrongly_inspected((tenant, _KNOWN)) == []


def test_addresses_of_a_gateway_beside_them_are_a_way_past_inspection_that_leaves_them_alone() -> None:
    gateway = more(INBOUND, inbound("Mimecast", sender_ip_addresses=MIMECAST))
    tenant = _tenant(gateway, ours=[*_BOTH, *MIMECAST], theirs=_BOTH)
    (row,) = check(tenant, _KNOWN, now=NOW)["protection"]["gaps"]
    assert row["id"] == "gateway-exempted-monitor-only"
    tried = Tried(tenant, _KNOWN)
    offered = [item.text for found in tried.search.complete(tried.checked.gaps()).values() for item in found]
    assert offered
    assert not any(address in text for text in offered for address in AMERICA)


def test_who_is_in_both_scopes_loops_until_one_rule_excepts_both_regions() -> None:
    tenant = _tenant(
        named(RULES, PROTECT, conditions={**COMES_IN, "sent_to": [ANNA, BERND]}), ours=GUARD, theirs=AMERICA
    )
    tried = Tried(tenant, _KNOWN)
    assert tried.checked.result["verdict"] == "loop"
    offered = [(finding, edits) for finding, _text, found in tried.offered() for edits in found]
    assert offered
    for finding, edits in offered:
        assert_helps(tried, finding, edits)


def test_the_rule_of_another_portal_is_never_made_one_of_ours() -> None:
    """To lead its mail here would be proved, and take its portal from the other one's people."""
    tenant = _tenant(conditions(**COMES_IN, sent_to=[ANNA, BERND]), ours=GUARD, theirs=AMERICA)
    tried = Tried(tenant, _KNOWN)
    edits = [edit for _finding, _text, several in tried.offered() for one in several for edit in one]
    assert [edit for edit in edits if edit.topic == OUTBOUND or "set_header" in edit.path] == []
