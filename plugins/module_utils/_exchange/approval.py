# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Approval as a policy: whether nothing may be written but an approved plan."""

from __future__ import annotations

from collections.abc import Mapping

from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE, boolean

from .errors import ConfigurationError

VARIABLE = "O365_REQUIRE_PLAN"
REFUSAL = (
    f"nothing is written here without an approved plan (change_require_plan, {VARIABLE}): make the plan with a run in check mode, "
    "have it approved, and apply it with change_plan_file and change_plan_hash"
)


def standing(environ: Mapping[str, str]) -> dict[str, str]:
    """What of the process environment no play may waive: the policy, unless it says no itself."""
    value = environ.get(VARIABLE, "").strip()
    return {VARIABLE: value} if value and value.lower() not in BOOLEANS_FALSE else {}


def plan_required(environ: Mapping[str, str]) -> bool:
    """Whether the environment says so; an empty variable is an unfilled field. ConfigurationError when it says neither yes nor no."""
    value = environ.get(VARIABLE, "").strip()
    try:
        return bool(value) and boolean(value)
    except TypeError:
        raise ConfigurationError(f'{VARIABLE} is "{value}"; give true or false.') from None
