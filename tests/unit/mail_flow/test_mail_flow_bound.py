# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The walk is bounded by its work (8.9): what is left out is never safe, never inspected, and excuses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._change.remedies import remedied
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.people import People
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check import remedies
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import (
    baseline,
    examined,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.comparison import (
    concerned_classes,
    documented,
    open_gaps,
    refusals,
    refusing,
    uninspected,
    worse_than,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.findings import Checked
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects import effort

from tests.unit.mail_flow.mail_flow_samples import (
    INTEGRATION,
    NOW,
    PROTECT,
    Plain,
    blocking,
    changed,
    classes,
    first,
    full,
    less,
    monitored,
    named,
    rule,
    verdict,
)

RULES = "mail_flow_rules"
LEFT_OUT = "ways-left-out"
_SHARE = 8


def _most(monkeypatch: pytest.MonkeyPatch, work: int) -> None:
    monkeypatch.setattr(effort, "MOST_WORK", work)


def _checked(tenant: Plain, accepted: tuple[str, ...] = ()) -> Checked:
    return examined(tenant, INTEGRATION, now=NOW, accepted=accepted)


def _parting(number: int) -> list[Plain]:
    """Rules for words of the message. Each brings what it takes to one mailbox, with a header that a rule below asks for."""
    return [
        *(
            rule(
                f"Words {one}",
                conditions={"subject_contains_words": [f"word{one}"]},
                actions={
                    "redirect_message_to": ["archive@contoso.example"],
                    "set_header_name": f"X-{one}",
                    "set_header_value": "yes",
                },
            )
            for one in range(number)
        ),
        *(
            rule(
                f"Asks {one}",
                conditions={"header_contains_message_header": f"X-{one}", "header_contains_words": ["yes"]},
                actions={"set_scl": "5", "stop_rule_processing": True},
            )
            for one in range(number)
        ),
    ]


def _many_ways() -> Plain:
    return changed(*map(first, reversed(_parting(30))))


@pytest.mark.parametrize("part", range(_SHARE))
def test_half_a_walk_is_neither_safe_nor_inspected(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _checked(full())
    assert (whole.result["verdict"], whole.result["protection"]["verdict"]) == ("safe", "inspected")
    _most(monkeypatch, whole.work * part // _SHARE)
    found = _checked(full())
    result = found.result
    assert found.cut_off
    assert (result["verdict"], blocking(result)) == ("not_proved", [LEFT_OUT])
    left = [item["class"] for item in result["classes"] if not item["complete"]]
    assert left
    assert next(item for item in result["findings"] if item["id"] == LEFT_OUT)["classes"] == left
    for name, traced in classes(result).items():
        if traced["complete"]:
            assert traced == classes(whole.result)[name]
        else:
            assert traced["informative"] or traced["verdict"] == "not_proved"
    protection = result["protection"]
    assert protection["verdict"] == "not_proved"
    rows = [*protection["scope"], *protection["domains"], protection["everybody"]]
    assert all(row["verdict"] != "inspected" for row in rows)
    assert all(row["gap"] for row in protection["scope"])
    assert LEFT_OUT in {item["id"] for item in open_gaps(result)}
    assert any(text.startswith(LEFT_OUT) for text in uninspected(result))


def test_a_walk_that_just_fits_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _checked(full())
    assert whole.work * 100 < effort.MOST_WORK
    _most(monkeypatch, whole.work)
    assert _checked(full()) == whole
    assert not whole.cut_off


def test_rules_that_part_mail_into_too_many_ways_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _most(monkeypatch, 20_000)
    found = _checked(_many_ways())
    assert found.cut_off
    assert found.result["verdict"] == "not_proved"
    told = next(item for item in found.result["findings"] if item["id"] == LEFT_OUT)
    assert (told["severity"], told["subject"]) == ("block", "")
    assert '"Words ' in told["cause"]
    assert _checked(_many_ways()) == found


@pytest.mark.parametrize("base", [full, monitored])
@pytest.mark.parametrize("only_worse", [False, True])
def test_two_halves_are_not_alike(
    base: Callable[[], Plain], only_worse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what was not walked before and after nobody knows that it is the same: refused until it is accepted."""
    _most(monkeypatch, _checked(base()).work // 2)
    before, after = _checked(base()).result, _checked(changed(base=base)).result
    check = {**after, "before": before}
    assert LEFT_OUT in [item["id"] for item in refusing(check, only_worse=only_worse)]
    assert refusals(check, only_worse=only_worse)
    taken = _checked(base(), accepted=(LEFT_OUT,)).result
    assert refusing({**taken, "before": taken}, only_worse=only_worse) == []
    assert not open_gaps(taken)


def test_half_a_walk_excuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was so before is known only of what was walked before."""
    quarantined = rule("By words", conditions={"subject_contains_words": ["x"]}, actions={"quarantine": True})
    stray = rule(
        "Elsewhere",
        conditions={"subject_contains_words": ["y"]},
        actions={"route_message_outbound_connector": "Nowhere"},
    )
    tenant = changed(first(quarantined), first(stray), base=monitored)
    after = verdict(tenant)
    assert after["verdict"] != "safe"
    assert concerned_classes({**after, "before": after}, only_worse=True) == set()
    _most(monkeypatch, 0)
    before = verdict(tenant)
    assert not any(item["complete"] for item in before["classes"])
    unsafe = {item["class"] for item in after["classes"] if item["verdict"] != "safe"}
    kept = documented({**after, "before": before})
    for earlier in ({"before": before}, {"baseline": baseline(tenant, INTEGRATION, now=NOW)}, kept):
        concerned = concerned_classes({**after, "before": None, **earlier}, only_worse=True)
        assert concerned == {name for name in unsafe if not name.startswith("journal-report")}
    assert worse_than(before, after)
    assert not worse_than(after, after)


def test_what_was_found_before_the_bound_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A certain loop is not hidden by what was left out, and cannot be accepted with it."""
    tenant = changed(named(RULES, PROTECT, exceptions={}))
    whole = _checked(tenant)
    assert whole.result["verdict"] == "loop"
    _most(monkeypatch, whole.work // 2)
    found = _checked(tenant, accepted=(LEFT_OUT,))
    assert found.cut_off
    assert found.result["verdict"] == "loop"


def test_an_end_of_before_is_not_taken_for_one_where_the_baseline_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A foreign rule that ends what returns excuses itself only by a baseline that was walked whole."""
    ends = rule(
        "Ends",
        conditions={"subject_contains_words": ["x"]},
        actions={"reject_message_reason_text": "no"},
    )
    tenant = changed(first(ends))
    work = _checked(tenant).work
    assert verdict(tenant)["verdict"] == "safe"
    for part in range(_SHARE):
        _most(monkeypatch, work * part // _SHARE)
        assert verdict(tenant)["verdict"] == "not_proved"


def test_remedies_are_not_sought_where_not_even_the_tenant_was_walked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tenant = changed(named(RULES, PROTECT, exceptions={}))
    walked: list[Plain] = []

    def walk(snapshot: Plain) -> Checked:
        walked.append(snapshot)
        return _checked(snapshot)

    assert any(item["remedies"] for item in remedied(tenant, walk)["findings"])
    _most(monkeypatch, _checked(tenant).work // 2)
    walked.clear()
    result = remedied(tenant, walk)
    assert len(walked) == 1
    loops = [item for item in result["findings"] if item["id"] == "loop-exception-missing"]
    assert loops
    assert all("Not all remedies could be tried." in item["remedy"] for item in loops)


def test_the_search_for_remedies_is_bounded_by_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = changed(named(RULES, PROTECT, exceptions={}), less(RULES, "Avanan - Whitelist"))
    walks = {}
    for most in (10**9, 0):
        monkeypatch.setattr(remedies, "MOST_WORK", most)
        walked: list[Plain] = []

        def walk(snapshot: Plain, walked: list[Plain] = walked) -> Checked:
            walked.append(snapshot)
            return _checked(snapshot)

        remedied(tenant, walk)
        walks[most] = len(walked)
    # The tenant itself, and one walk more before what it took is known.
    assert walks[0] == 2 < walks[10**9]


def test_who_is_asked_for_after_the_bound_is_not_inspected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody stands for somebody, their mail is walked for protection alone: that may be too much as well."""
    classes_alone = _checked(full()).work
    monkeypatch.setattr(People, "representative", lambda self, user: None)
    assert _checked(full()).result["protection"]["verdict"] == "inspected"
    _most(monkeypatch, classes_alone)
    result = _checked(full()).result
    assert (result["verdict"], all(item["complete"] for item in result["classes"])) == ("safe", True)
    assert [(row["verdict"], row["gap"]) for row in result["protection"]["scope"]] == [("not_proved", True)]
    assert {item["id"] for item in open_gaps(result)} == {LEFT_OUT}
