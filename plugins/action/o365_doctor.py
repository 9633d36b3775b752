# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..plugin_utils._once import kept_compiled

with kept_compiled():
    from ..module_utils._doctor.effective_mode import MxAnswer, domains_to_ask
    from ..module_utils._doctor.examine import examine, view_of
    from ..module_utils._exchange.errors import O365Error
    from ..module_utils._mail_flow_objects.integration import known_products
    from ..module_utils._run.documents import stamp
    from ..module_utils._run.private_files import new_private_directory, write_private
    from ..module_utils._run.run_folders import run_folders
    from ..module_utils._run.version import COLLECTION, VERSION
    from ..plugin_utils._action import FastPath
    from ..plugin_utils._doctor import mx
    from ..plugin_utils._runbook.doctor_render import render_doctor
    from ..plugin_utils._runbook.doctor_report import DoctorReport, Heading


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
        examined = examine(facts, options["integration"], data, answers, reason, now=datetime.now(UTC))
        result.update(tenant=facts["tenant"], **examined)
        if options["directory"]:
            try:
                result["files"] = _written(options, facts, examined, answers or {})
            except O365Error as error:
                result.update(failed=True, msg=str(error))
        return result


def _written(
    options: dict[str, Any], facts: dict[str, Any], examined: dict[str, Any], answers: dict[str, MxAnswer]
) -> dict[str, str]:
    """The paths of the report by their endings; in a folder of its own."""
    now = datetime.now(UTC)
    tenant = str(options.get("tenant_id") or facts["tenant"])
    heading = Heading(stamp(now), tenant, options["integration"]["portal"], (COLLECTION, VERSION))
    mx = {domain: [item.host for item in answer.exchangers] for domain, answer in answers.items()}
    texts = render_doctor(DoctorReport(examined, heading, facts["snapshot"], mx))
    folder = new_private_directory(run_folders(options["directory"], tenant or "unknown", "doctor", now))
    for form, text in texts.items():
        write_private(folder / f"doctor.{form}", text.encode())
    return {form: str(folder / f"doctor.{form}") for form in texts}


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
