# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a change does to mail: the check of the tenant as it would be, held against the check of it as it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._schema.names import cut
from .verdicts import VERDICTS, gravity, kind_of, worst

MailFlowResult = Mapping[str, Any]
"""What the mail-flow check of a tenant found; of a planned one, with the same of the present one as `before`, of a present one with
the same without the vendor as `baseline`."""
TracedClass = Mapping[str, Any]
"""A class of messages in such a result: title, verdict, ends, path, cause, remedy and finding."""

_SAFE = "safe"
# Reports are copies; what becomes of them is told, but keeps nobody's mail from arriving.
_COPIES = "journal-report"
_RETURNED = "returned"
_UNPROTECTED = "internet-to-unprotected"
_TO_PROTECTED = ("internet-to-protected", "internet-to-both", "alias-of-protected", "group-with-protected")
_MOST_PEOPLE = 4
# Only the vendor's connectors cause these.
_BY_US = ("vendor-lock-down",)


def refusals(check: MailFlowResult, *, only_worse: bool = False) -> list[str]:
    """Why the change must not be made, with what to do; none when nothing keeps it from being safe. What one remedy clears is said once.

    A class that is as it was before, or would be without the vendor, and does not go through the vendor is not a matter of the change. only_worse:
    neither is one that does, as when a change leads out of a state that is not safe.
    """
    concerned = concerned_classes(check, only_worse=only_worse)
    return (
        list(_explained(refusing(check, only_worse=only_worse)))
        + [
            f"{traced['title']}: {traced['cause']}"
            for traced in check["classes"]
            if traced["class"] in concerned and not traced.get("finding")
        ]
        + list(_cut_off(check))
    )


def _cut_off(check: MailFlowResult) -> Iterator[str]:
    """Whose mail of the internet arrives before the change, and would all be ended by rules that let pass only what the vendor returns."""
    before, after = (_ends_of_internet(side) for side in (check.get("before") or {"classes": ()}, check))
    ended: dict[str, list[str]] = {}
    for person, ends in after.items():
        arrived = any(end["end"] == "delivered" and end.get("certain") for end in before.get(person, ()))
        if arrived and all(
            end["end"] == "rejected" and end.get("certain") and not end.get("counts", True) for end in ends
        ):
            ended.setdefault(str(ends[0]["cause"]), []).append(person)
    for cause, people in ended.items():
        yield f"own-rule-ends: {cut(people, _MOST_PEOPLE)} would get no mail of the internet any more. {cause} Change or remove this rule first."


def _ends_of_internet(check: MailFlowResult) -> dict[str, list[Mapping[str, Any]]]:
    """What becomes of mail of the internet, whichever way it comes in, for each recipient that was walked."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for traced in check["classes"]:
        if kind_of(traced["class"]).startswith(("internet-", "from-")):
            for end in traced["ends"]:
                found.setdefault(end["recipient"], []).append(end)
    return found


def _explained(findings: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Cause and remedy of each; of those that the same edits clear, of the first, with what else they clear."""
    groups: dict[object, list[Mapping[str, Any]]] = {}
    for number, finding in enumerate(findings):
        proved = finding.get("remedies") or ()
        groups.setdefault(proved[0]["text"] if proved else number, []).append(finding)
    for first, *others in groups.values():
        named = dict.fromkeys(f"{item['id']}:{item['subject']}".rstrip(":") for item in others)
        also = f" This also clears {', '.join(named)}." if named else ""
        yield f"{first['id']}: {first['cause']} {first['remedy']}{also}"


def uninspected(check: MailFlowResult) -> list[str]:
    """Whose mail of the scope passes uninspected, or may: a sentence for each way that nobody has chosen or accepted, with what to do."""
    return [f"{item['id']}: {told_gap(item)} {item['remedy']}" for item in open_gaps(check)]


def told_gap(gap: Mapping[str, Any]) -> str:
    """A way past inspection with which mail takes it, and to whom."""
    people = list(gap["whom"])
    concerns = f" This concerns {gap['mail']} to {cut(people, _MOST_PEOPLE)}." if people else ""
    return f"{gap['cause']}{concerns}"


def notes_beside(check: MailFlowResult) -> list[Mapping[str, Any]]:
    """The findings without the notes that an open way past inspection says more of."""
    said = {(item["id"], item["subject"]) for item in open_gaps(check)}
    return [
        item
        for item in check["findings"]
        if item["severity"] == "block" or (item["id"], item.get("subject")) not in said
    ]


def open_gaps(check: MailFlowResult) -> list[Mapping[str, Any]]:
    """The ways past inspection that nobody has chosen or accepted."""
    gaps = (check.get("protection") or {}).get("gaps") or ()
    return [item for item in gaps if not (item["chosen"] or item["accepted"])]


def refusing(check: MailFlowResult, *, only_worse: bool = False) -> list[Mapping[str, Any]]:
    """The findings because of which the change must not be made."""
    concerned = concerned_classes(check, only_worse=only_worse)
    return [finding for finding in check["findings"] if blocks(finding, check, concerned)]


def concerned_classes(check: MailFlowResult, *, only_worse: bool = False) -> set[str]:
    """The ids of the classes that are a matter of the change, and not safe."""
    before = check.get("before") or check.get("baseline") or {"classes": ()}
    earlier = _walked_whole(before)
    idle = not goes_to_vendor(check["classes"])
    return {
        str(traced["class"])
        for traced in check["classes"]
        if _concerned(
            traced, _before(traced, earlier), only_worse=only_worse or (idle and only_returns(traced))
        )
    }


def _before(traced: TracedClass, earlier: Mapping[str, Sequence[TracedClass]]) -> Sequence[TracedClass]:
    """The same messages before: those of its kind; where nobody was protected, mail of the internet to the unprotected."""
    kind = kind_of(traced["class"])
    return earlier.get(kind) or (earlier.get(_UNPROTECTED, ()) if kind in _TO_PROTECTED else ())


def blocks(finding: Mapping[str, Any], check: MailFlowResult, concerned: set[str]) -> bool:
    if finding["severity"] != "block" or finding.get("accepted"):
        return False
    return not check["classes"] or bool(concerned & set(finding["classes"]))


def _concerned(traced: TracedClass, earlier: Sequence[TracedClass], *, only_worse: bool) -> bool:
    """Whether a class is a matter of the change: it goes through the vendor, is worse than before, or meets something new on its path.

    Those who stand for a class can be others after the change, so that it is compared with all that were traced of its kind before.
    """
    if traced["verdict"] == _SAFE or kind_of(traced["class"]) == _COPIES:
        return False
    if not _is_complete(traced) or gravity(traced["verdict"]) > gravity(worst_verdict(earlier)):
        return True
    if only_worse:
        return False
    stops = {(stop["at"], stop["name"]) for stop in traced["path"]}
    if any(at == "vendor" for at, _name in stops) or traced.get("finding") in _BY_US:
        return True
    met = {(stop["at"], stop["name"]) for item in earlier for stop in item["path"]}
    return any(stop not in met for stop in stops if stop[0] in ("rule", "connector"))


def worse_than(approved: MailFlowResult, check: MailFlowResult) -> list[str]:
    """The titles of the kinds of messages whose worst verdict is worse than it was when somebody approved the change."""
    known = _walked_whole(approved)
    found = {
        kind_of(traced["class"]): str(traced["title"])
        for traced in check["classes"]
        if gravity(traced["verdict"]) > gravity(worst_verdict(known.get(kind_of(traced["class"]), [])))
        and kind_of(traced["class"]) != _COPIES
    }
    return list(found.values())


def no_longer_inspected(approved: MailFlowResult, check: MailFlowResult) -> list[str]:
    """The titles of the kinds of messages that all went through the vendor when somebody approved the change, and do not now."""
    now = by_kind(check)
    return [
        str(items[0]["title"])
        for kind, items in by_kind(approved).items()
        if all(map(passes_vendor, items)) and not (kind in now and all(map(passes_vendor, now[kind])))
    ]


def by_kind(check: MailFlowResult) -> dict[str, list[TracedClass]]:
    """The classes of a check by their kind."""
    found: dict[str, list[TracedClass]] = {}
    for traced in check["classes"]:
        found.setdefault(kind_of(traced["class"]), []).append(traced)
    return found


def _walked_whole(check: MailFlowResult) -> dict[str, list[TracedClass]]:
    """The classes by their kind that were walked on all of their ways: others excuse nothing."""
    return by_kind({"classes": [traced for traced in check["classes"] if _is_complete(traced)]})


def _is_complete(traced: TracedClass) -> bool:
    """Documents of earlier versions do not say so: then all was walked."""
    return bool(traced.get("complete", True))


def passes_vendor(traced: TracedClass) -> bool:
    """Whether a class goes through the vendor."""
    return any(stop["at"] == "vendor" for stop in traced["path"])


def documented(check: MailFlowResult) -> dict[str, Any]:
    """The check as a document keeps it."""
    before = check.get("before")
    kept = ("verdict", "protection", "classes")
    return {
        "before": {key: before.get(key) for key in kept} if before else None,
        "after": {key: check.get(key) for key in kept},
        "findings": check["findings"],
        "outside_the_model": check["outside_the_model"],
        "acceptances": check.get("acceptances", []),
        "first": check.get("first"),
    }


def verdict_before(check: MailFlowResult) -> str:
    """The verdict on a tenant as it is. What comes back from the vendor does not count as long as nothing goes there."""
    real = [traced for traced in check["classes"] if not traced.get("informative")]
    mail = [traced for traced in real if kind_of(traced["class"]) != _RETURNED]
    goes = goes_to_vendor(real)
    verdict = str(check["verdict"])
    if verdict not in VERDICTS or goes or not mail or worst_verdict(real) != verdict:
        return verdict
    return worst_verdict(mail)


def verdict_after(check: MailFlowResult) -> str:
    """The verdict on a tenant as a change leaves it. As before, where nothing that is not safe is a matter of the change."""
    return str(check["verdict"]) if concerned_classes(check) else verdict_before(check)


def only_returns(traced: TracedClass) -> bool:
    """Whether a class is what would come back from the vendor if anything went there, and does not go there again."""
    again = any(stop["at"] == "vendor" for stop in traced["path"][1:])
    return kind_of(traced["class"]) == _RETURNED and not again


def goes_to_vendor(classes: Sequence[TracedClass]) -> bool:
    """Whether any mail goes to the vendor, beside what is returned from there."""
    mail = [traced for traced in classes if kind_of(traced["class"]) != _RETURNED]
    return any(stop["at"] == "vendor" for traced in mail for stop in traced["path"])


def worst_verdict(classes: Sequence[TracedClass]) -> str:
    """The worst of some classes."""
    return worst(str(traced["verdict"]) for traced in classes)
