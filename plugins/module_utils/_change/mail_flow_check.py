# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mail-flow check of a tenant: as it is, or as a plan or the tasks of this run would leave it. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from .._engine.progress import Progress
from .._exchange.cmdlets import Cmdlets
from .._exchange.errors import ConfigurationError
from .._mail_flow_check.acceptance import Given, acceptance
from .._mail_flow_check.check import baseline, examined, unknown_findings
from .._mail_flow_check.findings import Checked
from .._mail_flow_objects.named_recipients import named_recipients
from .._mail_flow_objects.planned import after
from .._read.recipient_lookup import RecipientLookup
from .._read.snapshot import Snapshot, mail_flow_snapshot
from .._run.documents import RecordedChange
from .given_document import given_document, refuse, tenant_problems
from .remedies import remedied
from .sequence import imagined

_RULE = "o365_mail_flow_rule"
ACCEPTED: dict[str, Any] = {"type": "list", "elements": "raw", "default": []}
_TEXTS: dict[str, Any] = {"type": "list", "elements": "str", "default": []}


class MailFlowCheckModule:
    """The module that walks classes of messages through a tenant."""

    reads_only = True

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        return {
            "integration": {"type": "dict", "required": True, "options": integration_spec()},
            "state": {"type": "str", "choices": ["present", "planned"]},
            "entries": {"type": "list", "elements": "dict"},
            "plan_path": {"type": "path"},
            "rules": {"type": "list", "elements": "dict"},
            "classes": _TEXTS,
            "accepted_findings": ACCEPTED,
        }

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """The verdict with all findings and walked classes."""
        # Before anything is read: what is accepted in vain is not looked for.
        accepted_findings(params)
        entries = _entries(params, cmdlets, progress)
        rules = [{"module": _RULE, "options": rule} for rule in params.get("rules") or ()]
        entries += imagined(rules, cmdlets, progress)
        given = any(params.get(name) is not None for name in ("entries", "plan_path", "rules"))
        state = params.get("state") or ("planned" if check_mode or given else "present")
        if state == "present" and given:
            raise ConfigurationError(
                "state present looks at the tenant as it is; leave entries, plan_path and rules out."
            )
        present = mail_flow_snapshot(cmdlets, progress)
        planned = after(present, entries) if state == "planned" else present
        identities = [*named_recipients(present), *named_recipients(planned), *_members(entries)]
        present["recipients"] = RecipientLookup(cmdlets, progress).recipients(identities)
        left = after(present, entries) if state == "planned" else _with_new_groups(present, entries)
        # A remedy that helps some classes could harm others, or leave people uninspected: it is proved on everything.
        shown = _examined(params, left, params["classes"]) if params["classes"] else None
        result = remedied(left, lambda snapshot: _examined(params, snapshot), shown)
        before = (
            _examined(params, present, params["classes"], comparable=True).result
            if state == "planned"
            else None
        )
        return {
            "changed": False,
            "state": state,
            **result,
            "before": before,
            "baseline": _baseline(params, left)
            if state == "present" and result["verdict"] != "safe"
            else None,
        }


def _examined(
    params: Mapping[str, Any], snapshot: Snapshot, classes: Collection[str] = (), *, comparable: bool = False
) -> Checked:
    return examined(
        snapshot,
        params["integration"],
        now=datetime.now(UTC),
        classes=classes,
        accepted=accepted_findings(params),
        comparable=comparable,
    )


def _baseline(params: Mapping[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    return baseline(snapshot, params["integration"], now=datetime.now(UTC), classes=params["classes"])


def accepted_findings(params: Mapping[str, Any]) -> list[Given]:
    """What is accepted. ConfigurationError for what is no acceptance, or of a finding that no check says."""
    given = list(params["accepted_findings"])
    try:
        named = [acceptance(item).finding for item in given]
    except ValueError as error:
        raise ConfigurationError(f"accepted findings: {error}") from None
    if unknown := unknown_findings(named):
        raise ConfigurationError(
            f"accepted findings: {', '.join(unknown)} is not a finding of the mail-flow check; give its id as the output shows it, "
            "such as foreign-loop-possible, with the object that it is told of."
        )
    return given


def integration_spec() -> dict[str, Any]:
    """What is known of the vendor for a portal, as suboptions."""
    lists = (
        "smart_hosts",
        "dlp_smart_hosts",
        "return_addresses",
        "dlp_addresses",
        "loop_guard",
        "protect_rules",
    )
    texts = ("portal", "brand", "journal_address", "header_name", "header_value")
    other = ("smart_hosts", "dlp_smart_hosts", "return_addresses", "dlp_addresses")
    portal = {
        "portal": {"type": "str", "default": ""},
        **{name: _TEXTS for name in other},
        "addresses_complete": {"type": "bool", "default": True},
    }
    mark = {name: {"type": "str", "required": True} for name in ("hosts", "header", "value")}
    return {
        **{name: {"type": "str", "default": ""} for name in texts},
        **{name: _TEXTS for name in lists},
        "addresses_complete": {"type": "bool", "default": True},
        "foreign_marks": {"type": "list", "elements": "dict", "default": [], "options": mark},
        "other_portals": {"type": "list", "elements": "dict", "default": [], "options": portal},
    }


def _entries(params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress) -> list[RecordedChange]:
    """What is to be carried out in thought: given, of a plan, or what the tasks of this run planned or did."""
    path, given = params.get("plan_path"), params.get("entries")
    if path and given is not None:
        raise ConfigurationError("Give either entries or plan_path.")
    if path:
        document = given_document({"path": path}, "plan")
        tenant = {"id": cmdlets.tenant, "name": str(params.get("tenant_id") or "")}
        refuse(tenant_problems(document, tenant, "plan"), "Give the plan of this tenant.")
        return list(document["entries"])
    if given is not None:
        return list(given)
    return list(progress.run_record.document()["entries"])


def _members(entries: Iterable[RecordedChange]) -> list[str]:
    """Whom planned groups hold; some of them may be groups themselves."""
    return [
        str(member)
        for entry in entries
        if (entry.get("object") or {}).get("noun") == "DistributionGroup"
        for member in (entry.get("after") or {}).get("members") or ()
    ]


def _with_new_groups(present: Snapshot, entries: Iterable[RecordedChange]) -> Snapshot:
    """The tenant with groups that this run has just made, and that the directory does not show yet."""
    made = []
    for entry in entries:
        result = entry.get("after") or {}
        address = str(result.get("primary_smtp_address") or "").lower()
        found = present["recipients"].get(address) or {}
        if (entry.get("object") or {}).get("noun") == "DistributionGroup" and found.get("kind") == "missing":
            made.append(entry)
    return after(present, made)


TASK = MailFlowCheckModule()
