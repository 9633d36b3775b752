# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pattern of Automation Controller and the rulebook: their form, and that what they name exists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import validate

from tests.controller.test_controller_data import DATA

ROOT = Path(__file__).resolve().parents[2]
_PATTERN = ROOT / "extensions" / "patterns" / "office365_mail_flow"
_TEXT = {"type": "string", "minLength": 1}
# As version 1.0 of the patterns describes itself, for the keys that are used here; others are refused.
_QUESTION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "question_name", "question_description", "variable", "required"],
    "properties": {
        "type": {"enum": ["text", "textarea", "integer", "float", "multiplechoice"]},
        "question_name": _TEXT,
        "question_description": _TEXT,
        "variable": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
        "required": {"type": "boolean"},
        "default": {"type": "string"},
        "choices": {"type": "array", "items": _TEXT},
        "min": {"type": "integer"},
        "max": {"type": "integer"},
    },
}
_TEMPLATE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "description", "playbook"],
    "properties": {
        "name": _TEXT,
        "description": _TEXT,
        "playbook": _TEXT,
        "primary": {"type": "boolean"},
        "ask_inventory_on_launch": {"type": "boolean"},
        "ask_credential_on_launch": {"type": "boolean"},
        "survey": {
            "type": "object",
            "required": ["name", "description", "spec"],
            "properties": {"spec": {"type": "array", "minItems": 1, "items": _QUESTION}},
        },
    },
}
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["schema_version", "name", "title", "description", "short_description", "aap_resources"],
    "properties": {
        "schema_version": {"const": "1.0"},
        "name": {"type": "string", "pattern": "^[a-z0-9_]{1,64}$"},
        "title": {"type": "string", "maxLength": 64},
        "description": _TEXT,
        "short_description": _TEXT,
        "tags": {"type": "array", "items": _TEXT},
        "aap_resources": {
            "type": "object",
            "additionalProperties": False,
            "required": ["controller_project", "controller_job_templates"],
            "properties": {
                "controller_project": {"type": "object", "required": ["name", "description"]},
                "controller_execution_environment": {"type": "object", "required": ["name", "image_name"]},
                "controller_job_templates": {"type": "array", "minItems": 1, "items": _TEMPLATE},
            },
        },
    },
}


def test_the_pattern_has_its_form() -> None:
    pattern = json.loads((_PATTERN / "meta" / "pattern.json").read_text())
    validate(pattern, _SCHEMA)
    assert pattern["name"] == _PATTERN.name
    templates = pattern["aap_resources"]["controller_job_templates"]
    assert [item["primary"] for item in templates].count(True) == 1
    assert {item["playbook"] for item in templates} == {
        path.name for path in (_PATTERN / "playbooks").iterdir()
    }
    assert (_PATTERN / "README.md").is_file()
    for item in templates:
        (play,) = yaml.safe_load((_PATTERN / "playbooks" / item["playbook"]).read_text())
        assert play["vars"] == {"change_require_plan": True}
        name = play["ansible.builtin.import_playbook"].rpartition(".")[2]
        assert (ROOT / "playbooks" / f"{name}.yml").is_file()


def test_the_rulebook_has_its_form_and_launches_checks_that_exist() -> None:
    """The sections of ansible-rulebook; it needs Java, so that its form is all that is looked at."""
    templates = {item["name"] for item in DATA["controller_templates"]}
    for file in (ROOT / "extensions" / "eda" / "rulebooks").glob("*.yml"):
        rulesets: list[dict[str, Any]] = yaml.safe_load(file.read_text())
        for ruleset in rulesets:
            assert set(ruleset) == {"name", "hosts", "sources", "rules"}
            assert all(source["name"] and "ansible.eda.webhook" in source for source in ruleset["sources"])
            assert len({rule["name"] for rule in ruleset["rules"]}) == len(ruleset["rules"])
            for rule in ruleset["rules"]:
                assert set(rule) == {"name", "condition", "action"}
                launch = rule["action"]["run_job_template"]
                assert launch["name"] in templates
                # Nothing is changed by an event: a check is launched, and somebody approves.
                assert launch["job_args"]["job_type"] == "check"


def test_what_ships_is_not_left_out_of_the_package() -> None:
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"]
    assert not {"extensions", "extensions/patterns", "extensions/eda", "playbooks", "docs/examples"} & set(
        ignored
    )
    assert "extensions/molecule" in ignored
