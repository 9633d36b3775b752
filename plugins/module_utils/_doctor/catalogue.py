# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of finding that the doctor has, by its stable id, as docs/findings.md tells them. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FindingKind:
    """id: stable; one that ends in dots is the beginning of several. severities: those that it can have, the worst first."""

    id: str
    severities: tuple[str, ...]

    @property
    def section(self) -> str:
        """The anchor of its section in docs/findings.md."""
        return self.id.replace("...", "role" if "lacks" in self.id else "id")

    def fits(self, name: str) -> bool:
        """Whether a finding is of this kind."""
        return name.startswith(self.id[:-3]) if self.id.endswith("...") else name == self.id


FINDINGS = (
    # Access
    FindingKind("sign-in-refused", ("critical",)),
    FindingKind("token-refused", ("critical",)),
    FindingKind("no-role", ("critical",)),
    FindingKind("planner-lacks-...", ("critical", "info")),
    FindingKind("applier-lacks-...", ("warning", "info")),
    FindingKind("reads-only", ("info",)),
    FindingKind("writing-not-established", ("info",)),
    FindingKind("not-examined", ("warning",)),
    # The tenant
    FindingKind("dehydrated-tenant", ("warning",)),
    FindingKind("limit-of-rules", ("critical", "warning")),
    FindingKind("limit-of-patterns", ("critical", "warning")),
    FindingKind("limit-of-rule-size", ("critical", "warning")),
    FindingKind("manually-modified-rule", ("warning", "info")),
    FindingKind("unsupported-rule", ("warning", "info")),
    FindingKind("direct-send-open", ("info",)),
    FindingKind("direct-send-rejected", ("critical",)),
    FindingKind("direct-send-unclear", ("warning",)),
    # The vendor's objects
    FindingKind("automatic-mode-active", ("critical",)),
    FindingKind("automatic-mode-traces", ("warning",)),
    FindingKind("vendor-object-under-other-name", ("warning",)),
    FindingKind("older-protect-rule", ("critical", "warning")),
    FindingKind("several-portals", ("warning",)),
    FindingKind("other-portal", ("warning",)),
    FindingKind("portal-not-known", ("info",)),
    FindingKind("protect-rule-idle", ("warning", "info")),
    FindingKind("loop-guard-incomplete", ("critical",)),
    FindingKind("uninspected-addresses", ("warning", "info")),
    FindingKind("scope-group-missing", ("critical", "warning")),
    FindingKind("scope-recipient-missing", ("critical", "warning")),
    FindingKind("scope-group-empty", ("critical", "warning")),
    FindingKind("scope-group-unknown", ("warning",)),
    # To the vendor and back
    FindingKind("connector-takes-all-mail", ("critical",)),
    FindingKind("wrong-smart-host", ("critical", "warning")),
    FindingKind("tls-name-mismatch", ("critical", "warning")),
    FindingKind("routed-connector-disabled", ("critical",)),
    FindingKind("vendor-address-blocked", ("critical", "warning")),
    FindingKind("inbound-connector-missing", ("critical", "warning")),
    FindingKind("inbound-connector-disabled", ("critical", "warning", "info")),
    FindingKind("outgoing-connector-type", ("critical", "warning")),
    FindingKind("own-connector-locks-down", ("critical",)),
    FindingKind("enhanced-filtering", ("warning", "info")),
    # Journaling
    FindingKind("journal-inside", ("warning",)),
    FindingKind("undeliverable-inside", ("warning",)),
    FindingKind("journal-reports-through-gateway", ("warning",)),
    FindingKind("journal-archive-twice", ("info",)),
    # Others in the mail flow
    FindingKind("lock-down-connector", ("critical",)),
    FindingKind("lock-down-rule", ("critical",)),
    FindingKind("stops-before-protect", ("warning", "info")),
    FindingKind("modifies-before-protect", ("info",)),
    FindingKind("address-rule-below-protect", ("warning",)),
    FindingKind("competing-route", ("warning", "info")),
    FindingKind("simulation-stops-working", ("warning",)),
    FindingKind("own-mail-returns-as-external", ("warning",)),
    FindingKind("same-conditions", ("warning",)),
    FindingKind("centralised-mail-flow", ("warning",)),
    FindingKind("product-...", ("warning", "info")),
    FindingKind("unknown-third-party", ("info",)),
    # The effective mode
    FindingKind("mail-does-not-arrive", ("critical",)),
    FindingKind("uninspected-mail", ("critical", "warning")),
    FindingKind("inspection-not-proved", ("warning",)),
    FindingKind("monitored-only", ("critical",)),
    FindingKind("perhaps-monitored-only", ("warning",)),
    FindingKind("behind-gateway", ("warning",)),
    FindingKind("mixed-mx", ("warning",)),
    FindingKind("mx-at-vendor", ("warning",)),
    FindingKind("no-mx", ("info",)),
    FindingKind("mail-to-own-address", ("warning",)),
    FindingKind("mx-not-looked-at", ("warning", "info")),
)


def kind_of(name: str) -> FindingKind:
    """The kind of a finding by its id. KeyError for one that is not in the table."""
    for kind in FINDINGS:
        if kind.fits(name):
            return kind
    raise KeyError(name)
