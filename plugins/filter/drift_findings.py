# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils._drift.findings import findings


def drift_findings(document: dict[str, Any]) -> list[dict[str, Any]]:
    """See drift_findings.yml."""
    kind = document.get("kind")
    if kind != "plan":
        raise AnsibleFilterError(
            f'drift_findings: the document is "{kind}"; only a plan compares a tenant with variables.'
        )
    return findings(document)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"drift_findings": drift_findings}
