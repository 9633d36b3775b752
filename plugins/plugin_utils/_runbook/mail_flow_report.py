# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a change may be made, from the mail-flow check of the tenant as it would leave it; and what to tell people. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ...module_utils._mail_flow.comparison import (
    MailFlowResult,
    TracedClass,
    blocks,
    concerned_classes,
    verdict_before,
)
from .visible import visible

_SAFE = "safe"
_VERDICTS = {
    "safe": "every message that was walked arrives",
    "not_proved": "it is not proved that every message arrives",
    "lost": "messages are lost",
    "loop": "messages loop",
}
# More paths are not told one by one.
_MOST_PATHS = 20
_STOPS = {"rule": 'rule "{}"', "connector": 'connector "{}"', "vendor": "vendor ({})", "gateway": "host {}"}
_ENDS = {"loop": "it loops", "lost": "it is lost", "not_proved": "not proved that it arrives"}


def lines(check: MailFlowResult) -> list[str]:
    """The verdict, every finding with its remedy, and the path of each class that is not safe, for the output of a play."""
    before = check.get("before")
    now = f" (as it is now: {_VERDICTS[verdict_before(before)]})" if before else ""
    return [visible(text) for text in (f"Mail flow: {_VERDICTS[check['verdict']]}{now}.", *_findings(check))]


def _findings(check: MailFlowResult) -> Iterator[str]:
    concerned = concerned_classes(check)
    for finding in check["findings"]:
        word = "AS BEFORE" if finding["severity"] == "block" else "NOTE"
        if finding.get("accepted"):
            word = "ACCEPTED"
        elif blocks(finding, check, concerned):
            word = "BLOCKS"
        yield f"{word}  {finding['id']}: {finding['cause']} {finding['remedy']}"
    paths = dict.fromkeys(_path(traced) for traced in check["classes"] if traced["verdict"] != _SAFE)
    yield from (f"WALKED  {path}" for path in list(paths)[:_MOST_PATHS])
    if len(paths) > _MOST_PATHS:
        yield f"WALKED  {len(paths) - _MOST_PATHS} other kinds of messages, for whose ways see the change documents."


def _path(traced: TracedClass) -> str:
    """The path of a message in one line; two steps at the same place are one."""
    stops = [_STOPS.get(stop["at"], "{}").format(stop.get("name") or stop["at"]) for stop in traced["path"]]
    path = [stop for stop, _again in groupby(stops)]
    return f"{traced['title']}: {' -> '.join(path)}: {_ENDS[traced['verdict']]}"
