# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses that the protect rule excepts: enough of them that mail does not go round, and no more. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.ip_ranges import count, uncovered
from .finding import OPERATOR, VENDOR, Finding, finding
from .tenant_view import TenantView, strings

# More addresses than this in one exception are hardly one gateway.
_MANY = 256


def check(chart: TenantView) -> Iterator[Finding]:
    """What each acting protect rule excepts too little (critical) or beyond the vendor."""
    guard = chart.known("loop_guard")
    for rule in chart.acting_protect_rules():
        excepted = strings(rule, "exceptions", "sender_ip_ranges")
        if portal := chart.other_portal(rule):
            # Its region, and with it its addresses, are not known here.
            if not excepted:
                yield _unguarded(str(rule["name"]), portal)
            continue
        missing = uncovered(chart.known("return_addresses"), excepted)
        if missing or not excepted:
            yield finding(
                "loop-guard-incomplete",
                "critical",
                f'The protect rule "{rule["name"]}" does not except all addresses from which the vendor gives mail back'
                f"{': ' + ', '.join(missing) if missing else ''}.",
                "Such mail is taken to the vendor again when it comes back, round and round until it bounces.",
                OPERATOR,
                "Run the inline playbook with the right portal_region or portal_ip_addresses; until then switch the rule off.",
            )
        beyond = uncovered(excepted, [*guard, *chart.known("additional_addresses")]) if guard else []
        if beyond:
            wide = [text for text in beyond if count([text]) > _MANY]
            yield finding(
                "uninspected-addresses",
                "warning" if wide else "info",
                f'The protect rule "{rule["name"]}" also excepts {", ".join(beyond)}.',
                "Mail from there is delivered without inspection. The vendor's automatic mode adds gateways so without a word.",
                OPERATOR,
                "Find out who that is; keep the addresses in inline_additional_ip_addresses, or set inline_keep_ip_exceptions to "
                "false and run the inline playbook.",
            )


def _unguarded(name: str, portal: str) -> Finding:
    return finding(
        "loop-guard-incomplete",
        "critical",
        f'The protect rule "{name}" of the portal {portal} excepts no addresses.',
        "Mail that the vendor gives back is taken to it again, round and round until it bounces.",
        VENDOR,
        "Switch the rule off until the addresses of that portal's region are among its exceptions; this collection never changes "
        "objects of another portal.",
    )
