# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What walked mail shows to be wrong: mail that does not arrive, mail of the scope that passes uninspected, and what is not proved. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from .._schema.names import cut
from .effective_mode import Mode, names_of
from .finding import DoctorFinding, finding
from .walked_modes import NOT_PROVED, WalkedModes

_NOT_ARRIVING = ("loop", "lost", "held_up")
# Ways past inspection of which a finding of the same object may speak already.
_TOLD_BY = {
    "scope-group-missing": ("scope-group-missing", "scope-group-empty", "scope-recipient-missing"),
    "scope-group-unknown": ("scope-group-unknown",),
    "gateway-exempted-monitor-only": ("monitored-only", "perhaps-monitored-only"),
    "audit-mode": ("protect-rule-idle",),
    "return-not-recognized": ("inbound-connector-missing", "inbound-connector-disabled"),
    "two-portals": ("wrong-smart-host",),
}
# Of these the mail hosts decide, and the finding about them tells it.
_OF_MAIL_HOSTS = ("perhaps", "address")
_MOST = 4


def inspection(
    walked: WalkedModes, modes: Sequence[Mode], told: Collection[DoctorFinding], header: str
) -> Iterator[DoctorFinding]:
    """header: see TenantView. told: what the checks of settings have found, so that nothing is said twice."""
    critical = [item["id"] for item in told if item["severity"] == "critical" and "-lacks-" not in item["id"]]
    known = {item["id"] for item in told}
    for gap in walked.gaps:
        if not known & set(_TOLD_BY.get(str(gap["id"]), ())):
            yield _passes(gap, whole=walked.found["verdict"] == "not_inspected")
    # Something critical of the mail flow is the cause of the other two, and is told with its object.
    if not critical:
        yield from _not_arriving(modes)
    if not critical and (walked.found or walked.hidden):
        causes = [str(gap["cause"]) for gap in walked.gaps]
        doubtful = [mode for mode in modes if not any(cause in mode.mode for cause in causes)]
        yield from _not_proved(doubtful, header)


def _not_arriving(modes: Sequence[Mode]) -> Iterator[DoctorFinding]:
    """One finding for the domains whose mail fares alike."""
    fates: dict[str, list[Mode]] = {}
    for mode in modes:
        if mode.protection in _NOT_ARRIVING:
            fates.setdefault(mode.mode, []).append(mode)
    for words, some in fates.items():
        yield finding("mail-does-not-arrive", domains=names_of(some), words=words.rstrip("."))


def _passes(gap: Mapping[str, Any], *, whole: bool) -> DoctorFinding:
    return finding(
        "uninspected-mail",
        "critical" if whole and gap["certain"] else "warning",
        cause=gap["cause"],
        mail=str(gap["mail"]).capitalize(),
        people=cut(gap["whom"], _MOST) or "the scope",
        passes="passes uninspected" if gap["certain"] else "may pass uninspected",
        remedy=f"{gap['remedy']} ".lstrip(),
    )


def _not_proved(modes: Sequence[Mode], header: str) -> Iterator[DoctorFinding]:
    doubts: dict[str, list[Mode]] = {}
    for mode in modes:
        if mode.protection == NOT_PROVED and mode.kind not in _OF_MAIL_HOSTS:
            doubts.setdefault(mode.mode, []).append(mode)
    for words, some in doubts.items():
        case = "said" if words.startswith("not proved") else ""
        yield finding(
            "inspection-not-proved", "", case, domains=names_of(some), words=words.rstrip("."), header=header
        )
