# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run has set out to do is done in its order and without gaps, and a run is complete when nothing of it is left."""

from __future__ import annotations

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    ConfigurationError,
)
from ansible_collections.avanan.office365.plugins.module_utils._run.agenda import (
    GATE,
    PLAN,
    RECORD,
    Agenda,
)
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

ONE, TWO, FOREIGN = 'connector "One"', 'rule "Two"', 'rule "Of somebody else"'


@pytest.fixture
def agenda() -> Agenda:
    return Agenda(RunState(), "agenda")


def test_tasks_come_in_their_order(agenda: Agenda) -> None:
    agenda.add(ONE, TWO, TWO)
    for task in (TWO, FOREIGN):
        with pytest.raises(ConfigurationError, match='connector "One" was to be done before it'):
            agenda.check_turn(task)
    agenda.check_turn(ONE)
    agenda.strike(ONE)
    agenda.check_turn(TWO)
    agenda.strike(TWO)
    assert agenda.left() == [TWO]
    assert agenda.incomplete() == f"the run ended before it was complete; not done: {TWO}."
    agenda.strike(TWO)
    assert (agenda.left(), agenda.incomplete()) == ([], "")


def test_nothing_is_written_before_the_gate(agenda: Agenda) -> None:
    agenda.strike(ONE)
    agenda.add(GATE)
    with pytest.raises(ConfigurationError, match=GATE):
        agenda.check_turn(ONE)
    agenda.strike(GATE)
    agenda.add(ONE)
    agenda.check_turn(ONE)


@pytest.mark.parametrize("whole", [PLAN, RECORD])
def test_the_tasks_of_a_plan_or_record_are_its_own_matter(agenda: Agenda, whole: str) -> None:
    agenda.add(whole)
    agenda.check_turn(ONE)
    agenda.strike(ONE)
    assert agenda.left() == [whole]


def test_where_nothing_was_set_out_or_all_has_ended_every_task_is_free(agenda: Agenda) -> None:
    agenda.check_turn(ONE)
    agenda.add(ONE)
    agenda.close()
    agenda.check_turn(TWO)
    assert agenda.incomplete() == ""


def test_what_is_left_is_told_in_few_words(agenda: Agenda) -> None:
    agenda.add(*(f'rule "{number}"' for number in range(30)))
    assert 'rule "0", rule "1", rule "2" and 27 more.' in agenda.incomplete()
