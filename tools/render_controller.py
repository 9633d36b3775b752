# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of a controller (AWX, Automation Controller) as data: playbooks/vars/controller.yml, and the pattern.

Its keys are those of infra.aap_configuration, its values the options of the modules of awx.awx. Surveys follow from the argument
specifications of the roles. render_vendor.py writes what is made here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

_HEAD = """\
---
# Written by tools/render_vendor.py from tools/render_controller.py and the variables of the roles. Keys of infra.aap_configuration; what
# begins with office365_ can be set, see docs/awx.md. Texts with the tag unsafe have braces that are for the controller.
"""
_POLICY = "  vars:\n    change_require_plan: true\n"
_ORGANIZATION = "{{ office365_organization | default('Default') }}"
_INVENTORY = "{{ office365_inventory | default('Office 365 tenants') }}"
_PROJECT = "Office 365 mail flow"
_EE = "Office 365 mail flow"
_MAIL = "Office 365 mail flow"

# Playbook -> title, what it is for, its variables in the survey (roles' scope; a tenant's own stand in the inventory), how it is launched.
_SCOPE = ("protected_users", "protected_groups", "protected_domains", "protect_everyone")
_OUTBOUND = ("outbound_users", "outbound_groups", "outbound_everyone")
_CHANGES: dict[str, tuple[str, str, tuple[str, ...], list[str]]] = {
    "manual_mode": (
        "Set up monitoring",
        "The vendor sees a copy of all mail.",
        ("portal_accepted_findings",),
        ["monitor"],
    ),
    "monitor_to_inline": ("Go inline", "Incoming mail goes through the vendor first.", _SCOPE, ["inline"]),
    "rescope_inline": ("Change whom inline protects", "Another scope of the same rule.", _SCOPE, ["rescope"]),
    "outbound_protection": (
        "Protect outgoing mail",
        "Outgoing mail goes through the vendor.",
        _OUTBOUND,
        ["outbound"],
    ),
    "remove": (
        "Remove the vendor",
        "Takes everything out of the tenant again.",
        ("portal_accepted_findings",),
        ["remove"],
    ),
}
_READS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "preview_automated_mode": ("Preview the automated mode", "What the automated mode would change.", _SCOPE),
    "draft_without_access": ("Draft without access", "A runbook from the variables alone.", _SCOPE),
    "drift": ("Drift", "What differs from the variables.", ("drift_fail_on",)),
    "verify": ("Verify", "Reads back, and walks messages.", ("verify_users", "verify_wait_minutes")),
    "doctor": ("Doctor", "Whether the tenant is fit.", ("doctor_fail_on", "doctor_probe_writes")),
}
_TITLES: dict[str, str] = {
    **{name: row[0] for name, row in _CHANGES.items()},
    **{name: row[0] for name, row in _READS.items()},
    "fleet": "Many tenants",
    "apply_plan": "Apply the approved plan",
    "undo": "Plan of a roll back",
    "workflow_pending": "Does anything wait for approval?",
    "workflow_nothing": "No changes needed",
}


class Unsafe(str):
    """A text whose braces are for the controller."""


class _Dumper(yaml.SafeDumper):
    """Indents lists, as yamllint wants them, and repeats instead of pointing to an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style="'"))


# --------------------------------------------------------------------------------------------------------------- surveys


def survey(title: str, names: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A survey of variables; what nobody answers is not sent, so that variables of the inventory stand."""
    return {"name": title, "description": "", "spec": [_question(name, rows[name]) for name in names]}


def _question(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    said = row["description"]
    question: dict[str, Any] = {
        "question_name": name.replace("_", " ").capitalize(),
        "question_description": " ".join(str(said if isinstance(said, str) else said[0]).split()),
        "variable": name,
        "required": False,
        "default": "",
    }
    choices = ["true", "false"] if row["type"] == "bool" else row.get("choices")
    if choices and row["type"] != "list":
        return {**question, "type": "multiplechoice", "choices": [str(choice) for choice in choices]}
    if row["type"] == "list":
        # One element a line. With a least length of 1 an empty answer is not sent.
        return {**question, "type": "textarea", "min": 1, "max": 65536}
    kind = {"int": "integer", "float": "float"}.get(row["type"], "text")
    limits = {"min": 0, "max": 100_000} if kind != "text" else {"min": 1, "max": 1024}
    return {**question, "type": kind, **limits}


# --------------------------------------------------------------------------------------------------------------- credentials


_WAYS: dict[str, tuple[list[dict[str, Any]], dict[str, str], dict[str, str]]] = {
    "certificate": (
        [
            {
                "id": "certificate",
                "label": "Certificate and private key (PEM)",
                "type": "string",
                "secret": True,
                "multiline": True,
            },
            {"id": "password", "label": "Password of the private key", "type": "string", "secret": True},
        ],
        {
            "O365_CERTIFICATE_PATH": "{{ tower.filename.certificate }}",
            "O365_CERTIFICATE_PASSWORD": "{{ password }}",
        },
        {"template.certificate": "{{ certificate }}"},
    ),
    "client secret": (
        [{"id": "client_secret", "label": "Client secret", "type": "string", "secret": True}],
        {"O365_CLIENT_SECRET": "{{ client_secret }}"},
        {},
    ),
    "workload identity": (
        [{"id": "token_file", "label": "File with the federated token", "type": "string"}],
        {"O365_FEDERATED_TOKEN_FILE": "{{ token_file }}"},
        {},
    ),
    "managed identity": ([], {"O365_AUTH_METHOD": "managed_identity"}, {}),
    "access token": (
        [{"id": "access_token", "label": "Access token", "type": "string", "secret": True}],
        {"O365_ACCESS_TOKEN": "{{ access_token }}"},
        {},
    ),
}
_IDENTITY: list[dict[str, Any]] = [
    {
        "id": "tenant_id",
        "label": "Tenant",
        "type": "string",
        "help_text": "A GUID or a domain; empty where it stands in the inventory.",
    },
    {"id": "client_id", "label": "Application (client) id", "type": "string"},
    {
        "id": "cloud",
        "label": "Cloud",
        "type": "string",
        "choices": ["worldwide", "gcc_high", "dod", "china"],
        "default": "worldwide",
    },
]
_OPTIONAL = ("password",)


def credential_types() -> list[dict[str, Any]]:
    """One for each way to sign in. An empty field makes an empty variable, which counts as none."""
    types = []
    for way, (fields, env, files) in _WAYS.items():
        common = {f"O365_{field['id'].upper()}": f"{{{{ {field['id']} }}}}" for field in _IDENTITY}
        injectors: dict[str, Any] = {"env": {name: Unsafe(text) for name, text in {**common, **env}.items()}}
        if files:
            injectors["file"] = {name: Unsafe(text) for name, text in files.items()}
        required = [field["id"] for field in fields if field["id"] not in _OPTIONAL]
        types.append(
            {
                "name": f"Exchange Online ({way})",
                "description": "Signs an application in to Exchange Online.",
                "kind": "cloud",
                "inputs": {"fields": [*_IDENTITY, *fields], "required": required},
                "injectors": injectors,
            }
        )
    return types


# --------------------------------------------------------------------------------------------------------------- job templates


def _title(playbook: str) -> str:
    return f"Office 365: {_TITLES[playbook]}"


_FLEET = ("change_phases", *_SCOPE)
_FLEET_APPLY = "Office 365: Apply the approved plans of many tenants"
_BACK = "Office 365: Apply the approved roll back"


def _template(playbook: str, description: str, **more: Any) -> dict[str, Any]:
    return {
        "name": _title(playbook),
        "description": description,
        "organization": _ORGANIZATION,
        "project": _PROJECT,
        "playbook": f"playbooks/{playbook}.yml",
        "inventory": _INVENTORY,
        "execution_environment": "{{ office365_execution_environment | default('" + _EE + "') }}",
        "credentials": "{{ office365_credentials | default([]) }}",
        "job_type": "run",
        "diff_mode": True,
        "allow_simultaneous": False,
        "ask_limit_on_launch": True,
        "ask_credential_on_launch": True,
        **more,
    }


def templates(rows: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A job template for each playbook, and one for each way in which plans are applied."""
    made = []
    for playbook, (title, description, asked, _phases) in _CHANGES.items():
        made.append(
            _template(
                playbook,
                description,
                **_checked(title, asked, rows),
                notification_templates_success=[_MAIL],
                notification_templates_error=[_MAIL],
            )
        )
    for playbook, (title, description, asked) in _READS.items():
        asks = {"ask_variables_on_launch": True} if playbook in ("verify", "drift") else {}
        alarm = {"notification_templates_error": [_MAIL]} if playbook in ("verify", "drift", "doctor") else {}
        spec = survey(title, asked, rows)
        made.append(_template(playbook, description, survey_enabled=True, survey_spec=spec, **asks, **alarm))
    fleet = _template(
        "fleet",
        "One phase for many tenants, and a table of all.",
        **_checked(_TITLES["fleet"], _FLEET, rows),
        forks=20,
    )
    undo = _template(
        "undo",
        "What would roll back the record of the job before, or of a file.",
        **_checked(_TITLES["undo"], ("change_record_file",), rows),
    )
    gate = _template("workflow_pending", "Fails where nothing waits, so that nobody is asked.")
    nothing = _template(
        "workflow_nothing", "Ends the workflow green, after it has made sure that nothing waits."
    )
    return [*made, fleet, undo, *_applying(), gate, nothing]


def _checked(title: str, asked: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What can write: launched as a check unless somebody says otherwise, and then refused without an approved plan.

    Nothing but the survey is asked for, so that nobody launches it without the policy.
    """
    return {
        "job_type": "check",
        "ask_job_type_on_launch": True,
        "extra_vars": {"change_require_plan": True},
        "survey_enabled": True,
        "survey_spec": survey(title, asked, rows),
    }


def _applying() -> list[dict[str, Any]]:
    """What writes: a plan of the job before whose hash the approver saw in the summary, and nothing else.

    The hash is an expression of the template itself, so that the controller lets Ansible evaluate it.
    """
    summary = "(avanan_summary[inventory_hostname] | from_json)"
    approved = Unsafe(f"{{{{ {summary}.hash }}}}")
    # An older plan would else be applied once more where that of the roll back was not made.
    back = Unsafe(f"{{{{ {summary}.hash if {summary}.title == 'Undo' else 'that of a roll back' }}}}")
    rows: tuple[tuple[str, str, str, Unsafe, dict[str, Any]], ...] = (
        ("apply_plan", _title("apply_plan"), "Exactly the plan of the job before, or nothing.", approved, {}),
        (
            "fleet",
            _FLEET_APPLY,
            "The plans of the job before, in waves; each verified.",
            approved,
            {"forks": 20},
        ),
        ("apply_plan", _BACK, "Exactly the roll back of the job before, or nothing.", back, {}),
    )
    return [
        _template(
            playbook,
            description,
            **more,
            name=name,
            extra_vars={"change_require_plan": True, "change_plan_hash": digest},
            notification_templates_error=[_MAIL],
        )
        for playbook, name, description, digest, more in rows
    ]


# --------------------------------------------------------------------------------------------------------------- workflows


def workflows(rows: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Check, approve, apply exactly that, verify, for each change; green without a question when no changes are needed."""
    made = [
        _workflow(title, description, asked, rows, _nodes(playbook, phases))
        for playbook, (title, description, asked, phases) in _CHANGES.items()
    ]
    many = _workflow(_TITLES["fleet"], "The same phases in many tenants.", _FLEET, rows, _nodes("fleet"))
    return [*made, many]


def _workflow(
    title: str,
    description: str,
    asked: Sequence[str],
    rows: Mapping[str, Mapping[str, Any]],
    nodes: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "name": f"Office 365: {title}, with approval",
        "description": description,
        "organization": _ORGANIZATION,
        "inventory": _INVENTORY,
        "ask_limit_on_launch": True,
        "survey_enabled": True,
        "survey_spec": survey(title, asked, rows),
        "notification_templates_approvals": [_MAIL],
        "simplified_workflow_nodes": nodes,
    }


def _nodes(playbook: str, phases: Sequence[str] = ()) -> list[dict[str, Any]]:
    """phases: to verify afterwards; none where the job that applies verifies by itself."""
    apply = {
        "identifier": "apply",
        "unified_job_template": _title("apply_plan") if phases else _FLEET_APPLY,
        "failure_nodes": ["plan of the roll back"],
    }
    verify = {
        "identifier": "verify",
        "unified_job_template": _title("verify"),
        "extra_data": {"verify_phases": list(phases)},
        "failure_nodes": ["plan of the roll back"],
    }
    changed = [{**apply, "success_nodes": ["verify"]}, verify] if phases else [apply]
    return [
        # Also after a failed tenant: the question counts what could be looked at, and the job stays red.
        _preview("preview", _title(playbook), "pending"),
        _pending("pending", success_nodes=["approval"], failure_nodes=["nothing"]),
        {"identifier": "nothing", "unified_job_template": _title("workflow_nothing")},
        _approval("approval", f"Apply it? ({_TITLES[playbook]})", _title(playbook), "apply"),
        *changed,
        # A roll back is a change like others. Where nothing is to be rolled back, the workflow ends red and without a question.
        _preview("plan of the roll back", _title("undo"), "anything to roll back"),
        _pending("anything to roll back", success_nodes=["roll back"]),
        _approval("roll back", f"Roll it back? ({_TITLES[playbook]})", _title("undo"), "undo"),
        {"identifier": "undo", "unified_job_template": _BACK},
    ]


def _preview(identifier: str, template: str, then: str) -> dict[str, Any]:
    return {
        "identifier": identifier,
        "unified_job_template": template,
        "job_type": "check",
        "always_nodes": [then],
    }


def _pending(identifier: str, **edges: list[str]) -> dict[str, Any]:
    return {"identifier": identifier, "unified_job_template": _title("workflow_pending"), **edges}


def _approval(identifier: str, name: str, preview: str, then: str) -> dict[str, Any]:
    seen = f'Summary: the last lines of the job "{preview}" and its artifact avanan_summary, which names the runbook.'
    return {
        "identifier": identifier,
        "approval_node": {"name": name, "description": seen, "timeout": 259200},
        "success_nodes": [then],
    }


# --------------------------------------------------------------------------------------------------------------- the whole


def _messages() -> dict[str, Any]:
    text = "{% for host, summary in (job.artifacts.avanan_summary | default({})).items() %}{{ summary }}\n{% endfor %}{{ url }}"
    job = "{{ job_friendly_name }} #{{ job.id }} {{ job.name }}: {{ job.status }}"
    approval = "{{ approval_node_name }}: {{ approval_status }} {{ workflow_url }}"
    return {
        "success": {"message": Unsafe(job), "body": Unsafe(text)},
        "error": {"message": Unsafe(job), "body": Unsafe(text)},
        "workflow_approval": {
            state: {"message": Unsafe(approval), "body": Unsafe(approval)}
            for state in ("running", "approved", "denied", "timed_out")
        },
    }


def _schedule(playbook: str, name: str, rule: str) -> dict[str, Any]:
    return {"name": name, "unified_job_template": _title(playbook), "rrule": rule, "enabled": True}


def configuration(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All lists, in the order in which they are loaded."""
    return {
        "controller_credential_types": credential_types(),
        "controller_execution_environments": [
            {
                "name": _EE,
                "image": "{{ office365_image | default('registry.example.com/office365-ee:latest') }}",
                "pull": "missing",
            }
        ],
        "controller_notifications": [
            {
                "name": _MAIL,
                "organization": _ORGANIZATION,
                "notification_type": "email",
                "notification_configuration": {
                    "host": "{{ office365_smtp_host | default('smtp.example.com') }}",
                    "port": 25,
                    "username": "",
                    "password": "",
                    "use_tls": False,
                    "use_ssl": False,
                    "timeout": 30,
                    "sender": "{{ office365_mail_from | default('controller@example.com') }}",
                    "recipients": "{{ office365_mail_to | default(['mail-team@example.com']) }}",
                },
                "messages": _messages(),
            }
        ],
        "controller_projects": [
            {
                "name": _PROJECT,
                "organization": _ORGANIZATION,
                "scm_type": "{{ office365_project_type | default('git') }}",
                "scm_url": "{{ office365_project_url | default(omit) }}",
                "scm_branch": "{{ office365_project_branch | default(omit) }}",
                "local_path": "{{ office365_project_path | default(omit) }}",
            }
        ],
        "controller_inventories": [{"name": _INVENTORY, "organization": _ORGANIZATION}],
        "controller_groups": [
            {
                "name": "office365_tenants",
                "inventory": _INVENTORY,
                "variables": {"ansible_connection": "local"},
            }
        ],
        "controller_templates": templates(rows),
        "controller_workflows": workflows(rows),
        "controller_schedules": [
            _schedule(
                "drift", "Office 365: drift, daily", "DTSTART:20270101T060000Z RRULE:FREQ=DAILY;INTERVAL=1"
            ),
            _schedule(
                "doctor",
                "Office 365: doctor, weekly",
                "DTSTART:20270104T050000Z RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO",
            ),
        ],
    }


def pattern(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The pattern for Automation Controller: the same templates in its words. It knows no workflows and no types of credentials."""
    made = []
    for playbook, title, description, asked in _pattern_playbooks():
        questions = [_pattern_question(_question(name, rows[name])) for name in asked]
        made.append(
            {
                "name": _title(playbook),
                "description": description,
                "playbook": f"{playbook}.yml",
                "primary": playbook == "manual_mode",
                "ask_inventory_on_launch": True,
                "ask_credential_on_launch": True,
                "survey": {"name": title, "description": title, "spec": questions},
            }
        )
    return {
        "schema_version": "1.0",
        "name": "office365_mail_flow",
        "title": "Avanan in front of Exchange Online",
        "description": "Checks, changes and verifies the mail flow of Exchange Online tenants, one host of the inventory for each.",
        "short_description": "Mail flow of Exchange Online through Avanan",
        "tags": ["exchange", "email", "security"],
        "aap_resources": {
            "controller_project": {"name": _PROJECT, "description": "The collection avanan.office365."},
            "controller_execution_environment": {
                "name": _EE,
                "description": "With the collection and its Python requirements.",
                "image_name": "office365-ee",
                "pull": "missing",
            },
            "controller_job_templates": made,
        },
    }


def _pattern_playbooks() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Playbook, title, description, questions. Each has the policy; what applies plans is among them."""
    for playbook, (title, description, asked, _phases) in _CHANGES.items():
        yield playbook, title, description, asked
    approved = ("change_plan_file", "change_plan_hash")
    yield "apply_plan", _TITLES["apply_plan"], "Exactly the plan of a check, by its file and hash.", approved
    yield "undo", _TITLES["undo"], "What would roll a record back.", ("change_record_file",)


def _pattern_question(question: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in question.items() if key != "default" or value}


def rendered(root: Path, rows: Mapping[str, Mapping[str, Any]]) -> dict[Path, str]:
    """Every file that is made here, with its text."""
    data = yaml.dump(configuration(rows), Dumper=_Dumper, sort_keys=False, width=150, allow_unicode=True)
    place = root / "extensions" / "patterns" / "office365_mail_flow"
    files = {
        root / "playbooks" / "vars" / "controller.yml": _HEAD + data,
        place / "meta" / "pattern.json": json.dumps(pattern(rows), indent=2) + "\n",
    }
    for playbook, title, _description, _asked in _pattern_playbooks():
        text = (
            f"---\n- name: {title}\n  ansible.builtin.import_playbook: avanan.office365.{playbook}\n{_POLICY}"
        )
        files[place / "playbooks" / f"{playbook}.yml"] = text
    return files
