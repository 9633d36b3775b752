# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a change may be made, from the mail-flow check of the tenant as it would leave it; and what to tell people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ...module_utils._mail_flow.verdicts import VERDICTS, gravity, kind_of, worst
from .mail_flow_lane import TracedClass
from .visible import visible

MailFlowResult = Mapping[str, Any]
"""What the mail-flow check of a tenant found."""
_SAFE = "safe"
# Reports are copies; what becomes of them is told, but keeps nobody's mail from arriving.
_COPIES = "journal-report"
_RETURNED = "returned"
# Only the vendor's connectors cause these.
_BY_US = ("vendor-lock-down",)
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


def refusals(check: MailFlowResult) -> list[str]:
    """Why the change must not be made: a sentence for each finding, with what to do; none when nothing keeps it from being safe.

    A class that is as it was before and does not go through the vendor is not a matter of the change.
    """
    concerned = _concerned_classes(check)
    return [
        f"{finding['id']}: {finding['cause']} {finding['remedy']}"
        for finding in check["findings"]
        if _blocks(finding, check, concerned)
    ] + [
        f"{traced['title']}: {traced['cause']}"
        for traced in check["classes"]
        if traced["class"] in concerned and not traced.get("finding")
    ]


def _concerned_classes(check: MailFlowResult) -> set[str]:
    earlier: dict[str, list[TracedClass]] = {}
    for traced in (check.get("before") or {}).get("classes", ()):
        earlier.setdefault(kind_of(traced["class"]), []).append(traced)
    return {
        str(traced["class"])
        for traced in check["classes"]
        if _concerned(traced, earlier.get(kind_of(traced["class"]), []))
    }


def _blocks(finding: Mapping[str, Any], check: MailFlowResult, concerned: set[str]) -> bool:
    if finding["severity"] != "block" or finding.get("accepted"):
        return False
    return not check["classes"] or bool(concerned & set(finding["classes"]))


def _concerned(traced: TracedClass, earlier: Sequence[TracedClass]) -> bool:
    """Whether a class is a matter of the change: it goes through the vendor, is worse than before, or meets something new on its path.

    Those who stand for a class can be others after the change, so that it is compared with all that were traced of its kind before.
    """
    if traced["verdict"] == _SAFE or kind_of(traced["class"]) == _COPIES:
        return False
    stops = {(stop["at"], stop["name"]) for stop in traced["path"]}
    if any(at == "vendor" for at, _name in stops):
        return True
    if gravity(traced["verdict"]) > gravity(_worst(earlier)) or traced.get("finding") in _BY_US:
        return True
    met = {(stop["at"], stop["name"]) for item in earlier for stop in item["path"]}
    return any(stop not in met for stop in stops if stop[0] in ("rule", "connector"))


def verdict_before(check: MailFlowResult) -> str:
    """The verdict on a tenant as it is. What comes back from the vendor does not count as long as nothing goes there."""
    real = [traced for traced in check["classes"] if not traced.get("informative")]
    mail = [traced for traced in real if kind_of(traced["class"]) != _RETURNED]
    goes = any(stop["at"] == "vendor" for traced in mail for stop in traced["path"])
    verdict = str(check["verdict"])
    if verdict not in VERDICTS or goes or not mail or _worst(real) != verdict:
        return verdict
    return _worst(mail)


def _worst(classes: Sequence[TracedClass]) -> str:
    return worst(str(traced["verdict"]) for traced in classes)


def lines(check: MailFlowResult) -> list[str]:
    """The verdict, every finding with its remedy, and the path of each class that is not safe, for the output of a play."""
    before = check.get("before")
    now = f" (as it is now: {_VERDICTS[verdict_before(before)]})" if before else ""
    return [visible(text) for text in (f"Mail flow: {_VERDICTS[check['verdict']]}{now}.", *_findings(check))]


def _findings(check: MailFlowResult) -> Iterator[str]:
    concerned = _concerned_classes(check)
    for finding in check["findings"]:
        word = "AS BEFORE" if finding["severity"] == "block" else "NOTE"
        if finding.get("accepted"):
            word = "ACCEPTED"
        elif _blocks(finding, check, concerned):
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


def to_result(check: MailFlowResult) -> dict[str, Any]:
    """The check as a document keeps it, for the picture."""
    before = check.get("before")
    kept = ("verdict", "classes")
    return {
        "before": {key: before[key] for key in kept} if before else None,
        "after": {key: check[key] for key in kept},
        "findings": check["findings"],
        "outside_the_model": check["outside_the_model"],
    }
