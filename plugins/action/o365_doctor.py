# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ..module_utils._doctor.effective_mode import MxAnswer, domains_to_ask
from ..module_utils._doctor.examine import examine, view_of
from ..module_utils._mail_flow.products import known_products
from ..plugin_utils._action import FastPath
from ..plugin_utils._doctor import mx


class ActionModule(FastPath):
    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task result, with the judgement in the place of the facts."""
        result = super().run(tmp, task_vars)
        if result.get("failed") or "facts" not in result:
            return result
        options = self._options()
        facts = result.pop("facts")
        known = known_products()
        data = {"roles": known["roles"], "products": [*known["products"], *options["products"]]}
        answers, reason = _answers(options, facts, data)
        result["tenant"] = facts["tenant"]
        result.update(examine(facts, options["integration"], data, answers, reason))
        return result


def _answers(
    options: dict[str, Any], facts: dict[str, Any], data: dict[str, Any]
) -> tuple[dict[str, MxAnswer] | None, str]:
    """What DNS says, or None and why it was not asked."""
    if not options["lookup_mx"]:
        return None, "that was switched off"
    if not mx.HAS_DNSPYTHON:
        return None, mx.UNAVAILABLE
    domains = domains_to_ask(view_of(facts, options["integration"]), data["products"])
    return mx.look_up(domains, options["resolvers"]), ""
