# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Order as a constraint, without any service: what one move must achieve, for orders of any kind."""

from __future__ import annotations

from ansible_collections.avanan.office365.plugins.module_utils._schema.priority import (
    PriorityConstraint,
    PriorityMove,
    rearranged,
    replayed,
)
from hypothesis import given
from hypothesis import strategies as st

NAMES = [f"rule {number}" for number in range(8)]
ORDERS = st.permutations(NAMES).flatmap(
    lambda names: st.integers(1, len(names)).map(lambda size: names[:size])
)


def _moved(
    place: PriorityConstraint, order: list[str], name: str, same_position_rules: list[str]
) -> list[str]:
    index = place.index(order, name, same_position_rules)
    return order if index is None else rearranged(order, name, index)


@given(ORDERS, st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES)), st.sampled_from(["first", "last"]))
def test_an_end(order: list[str], name: str, peers: set[str], end: str) -> None:
    place = PriorityConstraint(end, tuple(peers - {name}))
    after = _moved(place, order, name, [])
    place_of = after.index(name)
    assert set(after[:place_of] if end == "first" else after[place_of + 1 :]) <= peers
    assert [item for item in after if item != name] == [item for item in order if item != name]
    assert place.index(after, name) is None


@given(ORDERS, st.sampled_from(NAMES), st.data())
def test_between(order: list[str], name: str, data: st.DataObject) -> None:
    others = [item for item in order if item != name]
    cut = data.draw(st.integers(0, len(others)))
    above = data.draw(st.lists(st.sampled_from(others[:cut]), unique=True)) if cut else []
    below = data.draw(st.lists(st.sampled_from(others[cut:]), unique=True)) if others[cut:] else []
    place = PriorityConstraint(before=tuple(below), after=tuple(above))
    after = _moved(place, order, name, [])
    assert all(after.index(item) < after.index(name) for item in above)
    assert all(after.index(item) > after.index(name) for item in below)
    assert [item for item in after if item != name] == others
    assert place.index(after, name) is None
    if name in order and after == order:
        assert place.index(order, name) is None


@given(ORDERS, st.lists(st.sampled_from(NAMES), unique=True, min_size=1), st.sampled_from(["first", "last"]))
def test_tasks_that_want_the_same_end_settle_in_one_run(order: list[str], tasks: list[str], end: str) -> None:
    def run(start: list[str]) -> list[str]:
        now, same_position_rules = start, []
        for name in tasks:
            now = _moved(PriorityConstraint(end), now, name, same_position_rules)
            same_position_rules.append(name)
        return now

    once = run(order)
    outermost = once[: len(tasks)] if end == "first" else once[::-1][: len(tasks)]
    assert outermost == tasks
    assert run(once) == once


def test_what_cannot_be_is_said() -> None:
    place = PriorityConstraint(before=("High",), after=("Low", "Missing"))
    problems = dict(place.problems(["High", "Low"], "X"))
    assert problems['there is a rule "Missing" beside which "X" can stand'] is False
    assert place.index(["High", "Low"], "X") is None
    between = PriorityConstraint(before=("High",), after=("Low",))
    assert (
        dict(between.problems(["High", "Low"], "X"))[
            '"Low" stands above "High", so that "X" can stand between them'
        ]
        is False
    )
    assert between.index(["High", "Low"], "X") is None


def test_what_check_mode_planned_is_replayed() -> None:
    records = [{"Name": name, "Guid": name.lower(), "Priority": index} for index, name in enumerate("ABC")]
    planned = [
        PriorityMove("C", "c", index=0, done=False),
        PriorityMove("New", index=1, done=False),
        PriorityMove("A", "a", index=-1, done=False),
        PriorityMove("B", "b", index=0, done=True),
    ]
    order = [(record["Name"], record["Priority"]) for record in replayed(records, planned)]
    assert order == [("C", 0), ("New", 1), ("B", 2)]
