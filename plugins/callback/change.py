# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: change
type: stdout
short_description: The default output, with summaries as plain lines in color
version_added: 1.0.0
author:
  - avanan.office365 contributors (!UNKNOWN)
description:
  - The output of P(ansible.builtin.default#callback). What a task shows as a list of lines, such as the summary of a change, is printed line by line and
    not as JSON.
  - What is created is green, what is changed yellow, what is removed and what refuses or fails a change red, where the terminal has colors.
extends_documentation_fragment:
  - ansible.builtin.default_callback
  - ansible.builtin.result_format_callback
seealso:
  - name: Show the output of playbooks
    description: How a callback for the standard output is chosen.
    link: https://docs.ansible.com/ansible/latest/plugins/callback.html
"""

from typing import Any

from ansible import constants as C
from ansible.plugins.callback.default import CallbackModule as DefaultCallback
from ansible.utils.color import stringc

from ..plugin_utils._runbook.visible import visible

# How a line begins, without blanks -> the setting of its color.
_COLORS = {
    "+ ": C.COLOR_DIFF_ADD,
    "~ ": C.COLOR_CHANGED,
    "- ": C.COLOR_DIFF_REMOVE,
    "REFUSED": C.COLOR_ERROR,
    "FAILED": C.COLOR_ERROR,
    "BLOCKS": C.COLOR_ERROR,
    "Next:": C.COLOR_HIGHLIGHT,
}


class CallbackModule(DefaultCallback):
    """Prints lists of lines as lines."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "avanan.office365.change"

    def _dump_results(self, result: dict[str, Any], *args: Any, **options: Any) -> str:
        lines = result.get("msg")
        if isinstance(lines, list) and lines and all(isinstance(line, str) for line in lines):
            return "\n" + "\n".join(map(_colored, lines))
        shown: str = super()._dump_results(result, *args, **options)
        return shown


def _colored(line: str) -> str:
    """One line, harmless for a terminal."""
    text, begins = visible(line), line.lstrip()
    color = next((color for sign, color in _COLORS.items() if begins.startswith(sign)), "")
    return str(stringc(text, color)) if color else text
