# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The path of mail in a runbook: which lanes a trace becomes, what is drawn and told, and that the picture is whole and has room."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.comparison import (
    refusals,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.mail_flow_lane import (
    Lane,
    lane,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.mail_flow_report import (
    lines,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.mail_flow_section import (
    Alarm,
    MailFlow,
    alarm,
    mail_flow,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.render import render
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.view import view
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.visible import visible
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.runbook import runbook_samples as samples
from tests.unit.runbook.runbook_samples import (
    BACK,
    INSPECTED,
    MAILBOX,
    NET,
    OUT,
    SERVICE,
    TAKEN,
    VENDOR,
    traced,
)

Path = list[tuple[str, ...]]
FLOWS = {
    "safe": samples.safe_flow,
    "looping": samples.looping_flow,
    "gateway": samples.gateway_flow,
    "hostile": lambda: samples.hostile_flow("<script>\u202e"),
}


def laned(path: Path, verdict: str = "safe", **more: Any) -> Lane:
    return lane(traced("x", "X", path, verdict, **more))


def kinds(one: Lane) -> list[str]:
    return [station.kind for station in one.stations]


def labels(one: Lane) -> list[str]:
    return [station.label for station in one.stations]


def notes(one: Lane) -> list[list[str]]:
    return [[note.name for note in hop.notes] for hop in one.hops]


# ---------------------------------------------------------------------------------------------- lanes


def test_rules_and_connectors_belong_to_hops() -> None:
    one = laned(INSPECTED)
    assert kinds(one) == ["internet", "service", "vendor", "service", "mailbox"]
    assert notes(one) == [[], [samples.PROTECT, "Avanan Outbound"], ["Avanan Inbound"], [], []]
    assert labels(one)[2] == "Avanan"
    assert (one.stopped, one.back, one.end) == (False, None, "")


@pytest.mark.parametrize(
    "path",
    [
        [NET, TAKEN, OUT, VENDOR, BACK, MAILBOX],
        [NET, SERVICE, SERVICE, TAKEN, OUT, VENDOR, BACK, SERVICE],
    ],
)
def test_the_service_is_between_whether_or_not_it_is_told(path: Path) -> None:
    assert laned(path).shape() == laned(INSPECTED).shape()


def test_a_loop_returns_to_the_hop_that_had_the_message() -> None:
    again = [*INSPECTED[:-1], TAKEN, OUT]
    for path in (again, [*again, VENDOR]):
        one = laned(path, "loop")
        assert kinds(one) == ["internet", "service", "vendor", "service"]
        assert (one.back, one.end, one.stopped) == (2, "back to Avanan", False)
        assert notes(one)[-1] == [samples.PROTECT, "Avanan Outbound"]
    assert laned([NET, SERVICE], "loop").back is None


def test_losses_stop_and_unknown_ends_stay_open() -> None:
    lost = laned([*INSPECTED[:-1], ("rule", "R", "rejects")], "lost")
    assert (lost.stopped, lost.end, notes(lost)[-1]) == (True, "rejected", ["R"])
    unknown = laned([NET, SERVICE, TAKEN, OUT, VENDOR], "not_proved")
    assert (unknown.stopped, unknown.end) == (True, "end unknown")
    ends = [
        {"recipient": "a@b.example", "end": "delivered", "cause": ""},
        {"recipient": "c@b.example", "end": "rejected", "cause": ""},
    ]
    assert laned([NET, SERVICE], "not_proved", ends=ends).end == "perhaps rejected"


def test_what_is_uncertain_makes_the_hop_uncertain() -> None:
    one = laned(
        [NET, SERVICE, ("rule", "R", "may route", "perhaps"), OUT, (*VENDOR, "perhaps"), BACK, MAILBOX]
    )
    assert [hop.certain for hop in one.hops] == [True, False, True, True, True]
    assert one.hops[1].notes[0].word == "perhaps rule"


def test_odd_traces_are_lanes_too() -> None:
    assert laned([], "lost").stations == ()
    assert kinds(laned([("moon", "M", "what")])) == ["service", "mailbox"]
    assert lane({**traced("x", "X", INSPECTED), "verdict": "odd"}).verdict.key == "not_proved"
    long = laned([NET, *[SERVICE, VENDOR] * 12], "not_proved")
    assert len(long.stations) == len(long.hops) == 12
    assert long.stations[8].label == "… 14 more"


# ---------------------------------------------------------------------------------------------- the section


def section(flow: dict[str, Any]) -> MailFlow:
    found = mail_flow(flow)
    assert found
    return found


def alarm_of(flow: dict[str, Any] | None, refused: str = "") -> Alarm | None:
    return alarm(mail_flow(flow), refused)


def raised(flow: dict[str, Any] | None, refused: str = "") -> Alarm:
    found = alarm_of(flow, refused)
    assert found
    return found


def headings(shown: MailFlow) -> set[str]:
    return {when for figure in shown.figures for when, _lane in figure.lanes}


def test_equal_classes_are_one_figure_and_unchanged_ones_are_named() -> None:
    shown = section(samples.safe_flow())
    assert [(one.messages[0], len(one.messages) - 1) for one in shown.drawn] == [
        ("From the internet to a protected user", 2)
    ]
    assert shown.unchanged == [
        "From the internet to an unprotected user",
        "Between two mailboxes",
        "From a mailbox to the internet",
    ]
    (before, old), (after, new) = shown.drawn[0].lanes
    assert (before, labels(old)) == ("Before", ["Internet", "Exchange Online", "Mailbox"])
    assert (after, old.verdict.word, new.shape()) == ("After", "safe", laned(INSPECTED).shape())


def test_the_gravest_comes_first_and_only_some_are_drawn() -> None:
    shown = section(samples.looping_flow())
    assert [figure.lanes[-1][1].verdict.key for figure in shown.figures] == ["loop", "lost", "safe"]
    flow = samples.safe_flow()
    flow["after"]["classes"] += [
        traced(f"c{number}", f"C{number}", [NET, ("gateway", f"c{number}.example", "in"), SERVICE, MAILBOX])
        for number in range(9)
    ]
    shown = section(flow)
    assert (len(shown.drawn), len(shown.figures)) == (4, 10)


def test_what_stays_bad_is_drawn_once() -> None:
    flow = samples.looping_flow()
    flow["before"] = flow["after"]
    figures = section(flow).figures
    assert [[when for when, _lane in figure.lanes] for figure in figures] == [["Before and after"]] * 2


def test_without_a_before_only_the_after_is_shown() -> None:
    flow = {**samples.safe_flow(), "before": None}
    shown = section(flow)
    assert shown.before is None
    assert headings(shown) == {"After"}
    assert shown.fact == "safe"


def _inline_for_the_first_time() -> dict[str, Any]:
    """Nobody was protected before, and what comes back from the vendor was traced all the same."""
    protect = [traced("internet-to-protected", "To a protected recipient", INSPECTED)]
    other = [NET, SERVICE, ("rule", "Other", "routes"), *INSPECTED[3:]]
    return {
        "before": {
            "verdict": "lost",
            "classes": [
                traced("internet-to-unprotected", "To an unprotected recipient", [NET, SERVICE, MAILBOX]),
                traced("returned", "Returned by the vendor", [("connector", "Lock", "rejects")], "lost"),
            ],
        },
        "after": {
            "verdict": "safe",
            "classes": [*protect, traced("internet-to-protected#2", "To a protected recipient", other)],
        },
        "findings": [],
        "outside_the_model": [],
    }


def test_before_the_first_protection_mail_went_as_that_of_the_unprotected() -> None:
    flow = _inline_for_the_first_time()
    shown = section(flow)
    (before, old), (after, _new) = shown.figures[1].lanes
    assert (before, after) == ("Before, unprotected", "After")
    assert [leg.label for leg in old.legs()] == ["Internet", "Exchange Online", "Mailbox"]
    # Nothing went to the vendor, so that nothing came back from there.
    assert shown.before and shown.before.word == "safe"
    assert shown.fact == "safe"
    # Once somebody is protected, only what was traced is shown.
    flow["before"]["classes"].append(traced("internet-to-protected", "To a protected recipient", INSPECTED))
    shown = section(flow)
    assert headings(shown) == {"After", "Before"}
    assert shown.before and shown.before.word == "lost"


def test_figures_of_one_title_are_told_apart() -> None:
    flow = _inline_for_the_first_time()
    flow["after"]["classes"][1]["ends"][0]["recipient"] = "other@contoso.example"
    titles = [figure.messages[0] for figure in section(flow).drawn]
    assert "To a protected recipient, for example to someone@contoso.example" in titles
    assert "To a protected recipient, for example to other@contoso.example" in titles


def test_a_way_that_begins_with_a_connector_begins_in_the_service() -> None:
    one = laned([("connector", "Lock", "rejects")], "lost")
    assert (kinds(one), notes(one), one.end) == (["service"], [["Lock"]], "rejected")


def test_what_a_rule_of_the_organization_ends_does_not_count() -> None:
    ends = [
        {"recipient": "a@b.example", "end": "rejected", "cause": "", "counts": False},
        {"recipient": "a@b.example", "end": "unknown", "cause": "", "counts": True},
    ]
    assert laned([NET, SERVICE], "not_proved", ends=ends).end == "end unknown"


def test_a_recipient_with_several_ends_is_told_once() -> None:
    ends = [
        {"recipient": who, "end": end, "cause": ""}
        for who, end in (
            ("a@b.example", "delivered"),
            ("c@b.example", "rejected"),
            ("a@b.example", "rejected"),
        )
    ]
    flow = {**samples.safe_flow(), "before": None}
    flow["after"] = {"verdict": "lost", "classes": [traced("x", "X", INSPECTED, "lost", ends=ends)]}
    (figure,) = section(flow).figures
    assert figure.lanes[0][1].different_ends() == [
        ("a@b.example", "delivered or rejected"),
        ("c@b.example", "rejected"),
    ]


def test_a_refusal_is_not_said_twice() -> None:
    flow = samples.looping_flow()
    open_ones = [one for one in flow["findings"] if one["severity"] == "block"]
    refused = " ".join(f"{one['id']}: {one['cause']} {one['remedy']}" for one in open_ones)
    assert raised(flow, refused).text == ""
    odd = raised(flow, f"first {refused} odd: more")
    assert (odd.text, odd.closing) == ("first", "odd: more")


def test_what_was_so_before_is_a_warning_and_no_alarm() -> None:
    flow = samples.looping_flow()
    flow["before"] = flow["after"]
    found = raised(flow)
    assert (found.lead, found.tone) == ("As before this change, mail loops:", "warn")
    assert raised(flow, "why").tone == "bad"
    assert 'class="alarm warn"' in render({**samples.accepted(), "mail_flow": flow})["html"]


def test_ends_are_told_when_recipients_differ() -> None:
    _when, first = section(samples.gateway_flow()).figures[0].lanes[-1]
    assert [end for _recipient, end in first.different_ends()] == ["loop", "delivered"]
    assert first.legs()[-1].arrow == "⇢"


def test_findings_raise_an_alarm_until_they_are_accepted() -> None:
    looping, gateway = samples.looping_flow(), samples.gateway_flow()
    found = raised(looping)
    assert found.lead == "Mail would loop:"
    assert [one.id for one in found.findings] == ["loop-exception-missing", "foreign-rule-stops-return"]
    assert raised(looping, "This change is refused: why.").text == "why."
    assert alarm_of(gateway) is None
    assert [one.id for one in section(gateway).of("accepted")] == ["foreign-loop-possible"]
    assert section(gateway).fact == "not proved (before: safe); accepted: foreign-loop-possible"
    assert (mail_flow(None), alarm_of(None)) == (None, None)
    runbook = view(samples.rescope())
    assert (runbook.alarm, runbook.accepted, runbook.mail_flow) == (None, [], None)
    assert raised(None, "why").text == "why"


# ---------------------------------------------------------------------------------------------- the forms


def test_every_form_says_it() -> None:
    texts = render(samples.refused())
    for form in ("md", "html", "ps1"):
        assert "This change is refused:" in texts[form]
        assert "would loop between Exchange Online and the vendor" in texts[form]
        assert "loop (before: safe)" in texts[form]
    assert json.loads(texts["json"])["mail_flow"] == samples.looping_flow()
    assert "→ back to Avanan: **↻ loop** (`loop-exception-missing`)" in texts["md"]
    # Above everything else.
    assert texts["html"].index("This change is refused") < texts["html"].index("<h1>")
    assert texts["ps1"].splitlines()[1].startswith("# This change is refused:")
    accepted = render(samples.accepted())
    assert "# Mail flow: not proved (before: safe); accepted: foreign-loop-possible" in accepted["ps1"]
    assert "**Accepted:** `foreign-loop-possible`: Whether" in accepted["md"]


def test_nothing_is_said_when_nothing_was_traced() -> None:
    for more in ({}, {"mail_flow": None}):
        texts = render({**samples.rescope(), **more})
        for form in ("md", "html", "ps1"):
            assert "ath of mail" not in texts[form]
        assert "<svg" not in texts["html"]


# ---------------------------------------------------------------------------------------------- the picture


class Picture(HTMLParser):
    """The lanes of a page: for each its heading and its items, each with its classes and its texts, whole."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(convert_charrefs=True)
        self.lanes: list[tuple[str, list[tuple[set[str], list[str]]]]] = []
        self.icons: list[dict[str, str]] = []
        self._open: list[str] = []
        self.feed(render(document)["html"])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        if tag == "h4":
            self.lanes.append(("", []))
        elif tag == "svg":
            self.icons.append({name: value or "" for name, value in attrs})
        elif classes & {"leg", "end"}:
            self.lanes[-1][1].append((classes, []))
        if self.lanes and self.lanes[-1][1] and (tag in ("b", "li") or classes & {"host", "arrow"}):
            self.lanes[-1][1][-1][1].append("")
        if tag not in ("meta", "br", "wbr"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "h4":
            self.lanes[-1] = (data, [])
        elif "ol" in self._open and self.lanes and self.lanes[-1][1]:
            self.lanes[-1][1][-1][1][-1] += data

    def texts(self) -> list[tuple[str, list[list[str]]]]:
        return [
            (when, [[text.strip() for text in texts if text.strip()] for _classes, texts in items])
            for when, items in self.lanes
        ]


def expected(one: Lane) -> list[list[str]]:
    """What the picture says of a lane: every word and name of it, in order."""
    legs = []
    for index, (station, hop) in enumerate(zip(one.stations, one.hops, strict=True)):
        said = [" ".join(filter(None, (note.word, visible(note.name).strip()))) for note in hop.notes]
        goes = one.stopped or index + 1 < len(one.stations)
        perhaps = [] if hop.certain or not goes else ["perhaps on to"]
        legs.append([station.label, visible(station.name).strip(), *said, *perhaps])
    return [[text for text in leg if text] for leg in (*legs, [one.verdict.word, one.end])]


def drawn(flow: dict[str, Any]) -> dict[str, Any]:
    return samples.document("plan", "Drawn", [], mail_flow=flow)


@pytest.mark.parametrize("name", FLOWS)
def test_the_picture_is_real_text_and_whole(name: str) -> None:
    flow = FLOWS[name]()
    lanes = [each for figure in section(flow).drawn for each in figure.lanes]
    assert Picture(drawn(flow)).texts() == [(when, expected(one)) for when, one in lanes]


@given(st.text(st.characters(exclude_categories=["Zs", "Cs"]), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_every_name_is_whole_in_the_picture(name: str) -> None:
    one = traced("x", "X", [NET, SERVICE, ("rule", name, "routes"), ("gateway", name, ""), SERVICE, MAILBOX])
    flow = {**samples.safe_flow(), "before": None, "after": {"verdict": "safe", "classes": [one]}}
    (lane_of_it,) = Picture(drawn(flow)).texts()
    assert lane_of_it == ("After", expected(lane(one)))


def test_pictures_have_no_outside_parts_and_say_no_more_than_the_text() -> None:
    page = render(samples.refused())["html"]
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    for figure in re.findall(r"<figure.*?</figure>", page, re.DOTALL):
        assert "href" not in figure
    picture_of_it = Picture(samples.refused())
    assert picture_of_it.icons
    # Each stands beside its word, so that it is not read out.
    assert all(icon["aria-hidden"] == "true" for icon in picture_of_it.icons)
    # Icon and word, not colour alone.
    assert page.count('<li class="end"><svg') == page.count('class="end"') == 6


def test_a_loop_says_from_where_to_where() -> None:
    page = render(samples.refused())["html"]
    assert '<ol role="list" class="path bad loop from-3 to-4 over">' in page
    assert page.count("leg service back") == 1
    # It closes in the second row, and is as uncertain as the hop that closes it.
    assert (
        '<ol role="list" class="path warn loop from-6 to-7 dashed">' in (render(samples.accepted())["html"])
    )


@pytest.mark.parametrize("count", range(1, 13))
def test_no_row_has_more_stations_than_there_is_room_for(count: int) -> None:
    path = [NET, *[SERVICE, VENDOR] * 6][:count]
    flow = {**samples.safe_flow(), "after": {"verdict": "lost", "classes": [traced("x", "X", path, "lost")]}}
    flow["before"] = None
    (figure,) = section(flow).figures
    ((_when, legs),) = Picture(drawn(flow)).lanes
    turns = [index + 1 for index, (classes, _texts) in enumerate(legs) if "turn" in classes]
    assert turns == {7: [4], 8: [4], 9: [5], 10: [5], 11: [6], 12: [6]}.get(count, [])
    assert figure.per_row == (turns[0] if turns else count) <= 6


def test_two_lanes_share_columns() -> None:
    assert section(samples.safe_flow()).drawn[0].spans == [[1, 3, 1], [1, 1, 1, 1, 1]]
    # Where they end elsewhere, each keeps to its own columns.
    assert section(samples.looping_flow()).drawn[0].spans == [[1, 1, 1], [1, 1, 1, 1]]


# ---------------------------------------------------------------------------------------------- lines of a play


def test_lines_say_what_blocks_and_what_was_there_before() -> None:
    block = {
        "id": "x",
        "severity": "block",
        "accepted": False,
        "cause": "C.",
        "remedy": "R.",
        "classes": ["a"],
    }
    bad = traced("a", "A", [NET, SERVICE], "not_proved", finding="x", cause="C.")
    check = {
        "verdict": "not_proved",
        "classes": [bad],
        "before": {"verdict": "not_proved", "classes": [bad]},
        "findings": [block],
    }
    assert refusals(check) == []
    assert "AS BEFORE  x: C. R." in lines(check)
    check["before"] = {"verdict": "safe", "classes": []}
    assert refusals(check) == ["x: C. R."]
    assert "BLOCKS  x: C. R." in lines(check)
    check["findings"] = [{**block, "accepted": True}]
    assert "ACCEPTED  x: C. R." in lines(check)
