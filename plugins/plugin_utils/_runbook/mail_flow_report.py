# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a change may be made, from the mail-flow check of the tenant as it would leave it; and what to tell people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._mail_flow.verdicts import VERDICTS, gravity, kind_of, worst
from .powershell import visible

Check = Mapping[str, Any]
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
# More ways are not told one by one.
_MOST_WAYS = 20
_STOPS = {"rule": 'rule "{}"', "connector": 'connector "{}"', "vendor": "vendor ({})", "gateway": "host {}"}
_ENDS = {"loop": "it loops", "lost": "it is lost", "not_proved": "not proved that it arrives"}


def refusals(check: Check) -> list[str]:
    """Why the change must not be made: a sentence for each finding, with what to do; none when nothing keeps it from being safe.

    A class that is as it was before and does not go through the vendor is not a matter of the change.
    """
    concerned = _concerned_classes(check)
    return [
        f"{finding['id']}: {finding['cause']} {finding['remedy']}"
        for finding in check["findings"]
        if _blocks(finding, check, concerned)
    ] + [
        f"{walk['title']}: {walk['cause']}"
        for walk in check["classes"]
        if walk["class"] in concerned and not walk.get("finding")
    ]


def _concerned_classes(check: Check) -> set[str]:
    earlier: dict[str, list[Check]] = {}
    for walk in (check.get("before") or {}).get("classes", ()):
        earlier.setdefault(kind_of(walk["class"]), []).append(walk)
    return {
        str(walk["class"])
        for walk in check["classes"]
        if _concerned(walk, earlier.get(kind_of(walk["class"]), []))
    }


def _blocks(finding: Mapping[str, Any], check: Check, concerned: set[str]) -> bool:
    if finding["severity"] != "block" or finding.get("accepted"):
        return False
    return not check["classes"] or bool(concerned & set(finding["classes"]))


def _concerned(walk: Mapping[str, Any], earlier: Sequence[Check]) -> bool:
    """Whether a class is a matter of the change: it goes through the vendor, is worse than before, or meets something new on its way.

    Those who stand for a class can be others after the change, so that it is compared with all that were walked of its kind before.
    """
    if walk["verdict"] == _SAFE or kind_of(walk["class"]) == _COPIES:
        return False
    stops = {(stop["at"], stop["name"]) for stop in walk["path"]}
    if any(at == "vendor" for at, _name in stops):
        return True
    if gravity(walk["verdict"]) > gravity(_worst(earlier)) or walk.get("finding") in _BY_US:
        return True
    met = {(stop["at"], stop["name"]) for item in earlier for stop in item["path"]}
    return any(stop not in met for stop in stops if stop[0] in ("rule", "connector"))


def verdict_before(walked: Check) -> str:
    """The verdict on a tenant as it is. What comes back from the vendor does not count as long as nothing goes there."""
    real = [walk for walk in walked["classes"] if not walk.get("informative")]
    mail = [walk for walk in real if kind_of(walk["class"]) != _RETURNED]
    goes = any(stop["at"] == "vendor" for walk in mail for stop in walk["path"])
    told = str(walked["verdict"])
    if told not in VERDICTS or goes or not mail or _worst(real) != told:
        return told
    return _worst(mail)


def _worst(walks: Sequence[Check]) -> str:
    return worst(str(walk["verdict"]) for walk in walks)


def lines(check: Check) -> list[str]:
    """The verdict, every finding with its remedy, and the way of each class that is not safe, for the output of a play."""
    before = check.get("before")
    told = f" (as it is now: {_VERDICTS[verdict_before(before)]})" if before else ""
    return [visible(text) for text in (f"Mail flow: {_VERDICTS[check['verdict']]}{told}.", *_findings(check))]


def _findings(check: Check) -> Iterator[str]:
    concerned = _concerned_classes(check)
    for finding in check["findings"]:
        word = "AS BEFORE" if finding["severity"] == "block" else "NOTE"
        if finding.get("accepted"):
            word = "ACCEPTED"
        elif _blocks(finding, check, concerned):
            word = "BLOCKS"
        yield f"{word}  {finding['id']}: {finding['cause']} {finding['remedy']}"
    walked = dict.fromkeys(_way(walk) for walk in check["classes"] if walk["verdict"] != _SAFE)
    yield from (f"WALKED  {way}" for way in list(walked)[:_MOST_WAYS])
    if len(walked) > _MOST_WAYS:
        yield f"WALKED  {len(walked) - _MOST_WAYS} other kinds of messages, for whose ways see the change documents."


def _way(walk: Mapping[str, Any]) -> str:
    """The way of a message in one line; two steps at the same place are one."""
    stops = [_STOPS.get(stop["at"], "{}").format(stop.get("name") or stop["at"]) for stop in walk["path"]]
    way = [stop for number, stop in enumerate(stops) if stop != stops[number - 1] or number == 0]
    return f"{walk['title']}: {' -> '.join(way)}: {_ENDS[walk['verdict']]}"


def shown(check: Check) -> dict[str, Any]:
    """The check as a document keeps it, for the picture."""
    before = check.get("before")
    kept = ("verdict", "classes")
    return {
        "before": {key: before[key] for key in kept} if before else None,
        "after": {key: check[key] for key in kept},
        "findings": check["findings"],
        "outside_the_model": check["outside_the_model"],
    }
