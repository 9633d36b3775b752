# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of people as they are typed and pasted: each of them is found, nobody is lost, and what is not clear is refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._vendor.people import people

from tests.unit.vendor.vendor_runs import wrong

_MIA, _JON = "mia.roth@wingtip.example", "jon.aas@wingtip.example"


@pytest.mark.parametrize(
    "text",
    [
        f"{_MIA},{_JON}",
        f"{_MIA} \r\n\r\n  {_JON}\t\r\n",
        f"{_MIA}; {_JON};",
        f"{_MIA}\t{_JON}",
        f"{_MIA} {_JON}",
        f'"{_MIA}","{_JON}"',
        f"Mia Roth <{_MIA}>; Jon Aas <{_JON}>",
        f"Roth, Mia <{_MIA}>; Aas, Jon (Sales) [DE] <{_JON}>",
        f"Mia Roth <{_MIA}>, Jon Aas <{_JON}>",
        f'"Roth, Mia" <{_MIA}>, {_JON}',
        f"Mia Roth <{_MIA}>\n{_JON}",
        f"Mia Roth <{_MIA}>\r\nJon A. Aas <{_JON}>\r\n",
        f"{_MIA} <{_MIA}>; '{_JON}' <{_JON}>",
        f"Mia Roth <mailto:{_MIA}>; {_JON}<mailto:{_JON}>",
        f"Mía\u00a0Roth <{_MIA}>\u2028Jon Aas <{_JON}>",
        [f"Roth, Mia <{_MIA}>", f" {_JON} "],
        [f"Mia Roth <{_MIA}>; Jon Aas <{_JON}>"],
    ],
)
def test_pasted_forms(text: Any) -> None:
    assert people(text) == [_MIA, _JON]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        ("", []),
        (" , ;\n\t", []),
        ("Sales team, user01", ["Sales team", "user01"]),
        ('"Doe, Jane", Pilot (phase 1)', ["Doe, Jane", "Pilot (phase 1)"]),
        (["Doe, Jane", " ", "x "], ["Doe, Jane", "x"]),
        ("MIA+news@wingtip.example", ["MIA+news@wingtip.example"]),
        ("Jörg <jörg@bücher.example>", ["jörg@bücher.example"]),
        ("O'Brien, CONTOSO\\user01", ["O'Brien", "CONTOSO\\user01"]),
    ],
)
def test_typed_forms(given: Any, expected: list[str]) -> None:
    assert people(given) == expected


@pytest.mark.parametrize(
    "text",
    [
        # One person or two.
        f"Roth, Mia <{_MIA}>",
        f"user01, Mia Roth <{_MIA}>",
        f"Mia Roth <{_MIA}> Jon Aas <{_JON}>",
        f"Mia Roth <{_MIA}",
        f"{_JON} <{_MIA}>",
        "Mia Roth <mia>",
        "<>",
    ],
)
def test_what_is_not_clear_is_refused(text: str) -> None:
    (problem,) = wrong("rescope", protected_users=people(text))
    assert problem.startswith("protected_users: it is not clear whom")
    assert "one address a line" in problem


def test_what_is_no_list_of_people() -> None:
    for given in ({"a": 1}, [{"a": 1}], 1):
        with pytest.raises(TypeError):
            people(given)
