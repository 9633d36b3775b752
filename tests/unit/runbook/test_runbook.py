# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The four forms of a runbook: what they say, and that nothing in a document can break out of them."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook import powershell
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.render import FORMS, render
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.view import RESOURCES, view
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.visible import (
    HIDDEN,
    visible,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.powershell.interpreter import Call
from tests.powershell.program import ScriptError, Session, commands, run
from tests.unit.runbook import runbook_samples as samples

VOID = {"meta", "br", "wbr", "img", "link", "input", "hr"}
TICKS = re.compile("`+")


class Page(HTMLParser):
    """Tags in order, whether they close, the attributes and the text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.shown: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.shown.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.shown))


def rendered(name: str) -> dict[str, str]:
    return render(samples.SAMPLES[name]())


def all_steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for entry in document["entries"] for step in entry["steps"]]


# ---------------------------------------------------------------------------------------------- what is said


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_render_is_pure(name: str) -> None:
    document = samples.SAMPLES[name]()
    kept = copy.deepcopy(document)
    first = render(document)
    assert document == kept
    assert first == render(document)
    assert set(first) == set(FORMS)


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_script_is_exactly_the_steps_there_and_back(name: str) -> None:
    check_script(render(samples.SAMPLES[name]())["ps1"], samples.SAMPLES[name]())


class _NoTenant:
    """A host that must not be asked."""

    def call(self, call: Call) -> list[dict[str, Any]]:
        raise AssertionError(call)


@pytest.mark.parametrize("undo", [False, True])
def test_a_script_of_a_refused_change_ends_before_anything(undo: bool) -> None:
    script = encoded(rendered("refused")["ps1"])
    with pytest.raises(ScriptError, match="^Nothing was written: this change is refused"):
        run(script, "7", _NoTenant(), Session(undo=undo))


def encoded(script: str) -> bytes:
    """As the file is written."""
    return b"\xef\xbb\xbf" + script.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_every_command_and_object_is_in_every_form(name: str) -> None:
    document = samples.SAMPLES[name]()
    texts = render(document)
    page = Page(texts["html"]).text
    for entry in document["entries"]:
        for step in (*entry["steps"], *entry["undo"]):
            line = powershell.command(step)
            assert line in texts["md"]
            assert line in page
            assert line in texts["ps1"]
        for form in (texts["md"], page, texts["ps1"]):
            assert entry["object"]["name"] in form
            assert entry["reason"] in form or not entry["steps"]


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_json_holds_the_document_and_what_the_others_say(name: str) -> None:
    document = samples.SAMPLES[name]()
    found = json.loads(render(document)["json"])
    runbook = found.pop("runbook")
    assert found == document
    shown = [entry for entry in document["entries"] if entry["steps"]]
    assert [step["powershell"] for step in runbook["steps"]] == [
        [powershell.command(step) for step in entry["steps"]] for entry in shown
    ]
    for step in runbook["steps"]:
        assert document["entries"][step["entry"]]["steps"]
        assert step["title"]
        assert step["wait"]
        assert step["verify"]["powershell"]
        assert step["undo"]["powershell"] or step["undo"]["note"]


def test_way_through_the_admin_center() -> None:
    way = json.loads(rendered("manual")["json"])["runbook"]["steps"][9]["admin_center"]
    assert way == [
        "Exchange admin center (https://admin.exchange.microsoft.com/#/transportrules) > Mail flow > Rules",
        "Select Add a rule > Create a new rule.",
        "Set rule conditions: Name: Avanan - Protect",
        "Apply this rule if: The sender > is external/internal: Outside the organization",
        "Apply this rule if: The recipient > is external/internal: Inside the organization",
        "Apply this rule if: The recipient > is a member of this group: pilot@contoso.example",
        "Do the following: Redirect the message to > the following connector: Avanan Outbound",
        (
            "Do the following: Modify the message properties > set a message header: header: X-CLOUD-SEC-AV-Info; "
            "to the value: customer-x,office365_emails,inline"
        ),
        "Except if: The sender > IP address is in any of these ranges or exactly matches: "
        + ", ".join(samples.ALL_ADDRESSES),
        "Set rule settings: Rule mode: Enforce",
        "Set rule settings: Stop processing more rules: selected",
        "Review and finish > Finish > Done. The new rule is switched off until it is switched on in the list.",
        "List of rules, Move up or Move down: Priority: 0",
        "Details of the rule: Enable or disable rule: On",
    ]


def test_a_change_says_only_what_differs() -> None:
    step = view(samples.rescope()).steps[0]
    assert [row.parameter for row in step.rows] == [
        "SentToMemberOf",
        "ExceptIfSenderIpRanges",
        "Comments",
        "Priority",
    ]
    way = json.loads(rendered("rescope")["json"])["runbook"]["steps"][0]["admin_center"]
    assert way[2:] == [
        "Apply this rule if: The recipient > is a member of this group: add finance-team@contoso.example",
        "Except if: The sender > IP address is in any of these ranges or exactly matches: remove 44.211.178.112/28",
        "Set rule settings: Comments: empty it",
        "Save.",
        "List of rules, Move up or Move down: Priority: 0",
    ]


def test_switching_off_edits_nothing() -> None:
    way = json.loads(rendered("remove")["json"])["runbook"]["steps"][0]["admin_center"]
    assert way[1:] == [
        "Select the rule Avanan - Protect.",
        "Details of the rule: Enable or disable rule: Off",
    ]


def test_inbound_connector_is_not_told_to_lock_the_tenant() -> None:
    steps = json.loads(rendered("manual")["json"])["runbook"]["steps"]
    partner, own = steps[3]["admin_center"], steps[10]["admin_center"]
    restriction = "Reject email messages if they aren't sent from within this IP address range"
    assert f"Security restrictions: {restriction}: cleared" in partner
    assert not any("sender domain matches" in line for line in partner)
    assert not any(restriction in line for line in own)
    assert "Only with PowerShell: RequireTls" in own


def test_locked_connector_is_described_as_one() -> None:
    entry = samples.inbound_connector()
    entry["after"].update(sender_domains=["partner.example"], restrict_domains_to_ip_addresses=True)
    document = samples.document("plan", "Lock", [entry])
    way = json.loads(render(document)["json"])["runbook"]["steps"][0]["admin_center"]
    restriction = (
        "Security restrictions: Reject email messages if they aren't sent from within this IP address range"
    )
    assert f"{restriction}: range: {', '.join(samples.INCOMING)}" in way
    assert any("sender domain matches" in line and "partner.example" in line for line in way)


def test_findings_are_derived_once() -> None:
    document = samples.manual()
    findings = view(document).findings
    assert [code for code in ("MS.EXO.12.1v1", "MT.1043") if any(code in text for text in findings)] == [
        "MS.EXO.12.1v1",
        "MT.1043",
    ]
    document["findings"] = ["MS.EXO.12.1v1 and MT.1043 will be reported."]
    assert view(document).findings == document["findings"]
    assert view(samples.rescope()).findings == []


def test_summary_of_a_plan() -> None:
    shown = view(samples.manual())
    assert dict(shown.counts) == {
        "created": 8,
        "changed": 3,
        "removed": 0,
    }
    for text in (rendered("manual")["md"], Page(rendered("manual")["html"]).text, rendered("manual")["ps1"]):
        for said in (
            "contoso.example",
            "2026-12-02 10:00 UTC",
            "sha256:5f7b",
            "Protected from now on",
            "MT.1043",
        ):
            assert said in text


def test_record_tells_status_request_ids_and_the_services_words() -> None:
    shown = view(samples.failed_record())
    assert shown.outcome == ("bad", "Step 3 failed; 2 of 4 steps done.")
    assert [step.status_label for step in shown.steps] == ["done", "done", "failed", "not done"]
    for text in (rendered("failed record")["md"], Page(rendered("failed record")["html"]).text):
        for said in (
            "could not be resolved",
            "5d4f6a1c-2b3e-4f5a-9c8d-7e6f5a4b3c2d",
            "0b9c2f0e-9c0d-4f6b-8a55-d0c5a3b0f1aa",
            "The journal address is not in an accepted domain",
            "Nothing was done, so there is nothing to undo.",
        ):
            assert said in text


def test_an_error_without_steps_is_shown() -> None:
    failed = {**samples.failed_record()["entries"][2], "steps": []}
    document = samples.document("record", "Manual mode", [failed])
    assert "could not be resolved" in render(document)["md"]


def test_draft_is_marked() -> None:
    for form in ("md", "html", "ps1"):
        assert "Made without looking at the tenant" in rendered("draft")[form]
    steps = view(samples.draft()).steps
    assert (steps[0].verb, steps[0].entry["object"]["title"]) == ("Change", "transport configuration")
    assert {mark for step in steps for mark, _text in step.preconditions} == {"to check"}


@pytest.mark.parametrize("kind", ["plan", "record"])
@pytest.mark.parametrize("entries", [True, False])
def test_nothing_to_do_is_said(kind: str, entries: bool) -> None:
    document = samples.nothing(kind)
    if not entries:
        document["entries"] = []
    texts = render(document)
    for form in ("md", "html", "ps1"):
        assert "No changes needed." in texts[form]
    assert commands(encoded(texts["ps1"]), "5.1") == []


def test_removal_and_what_cannot_be_undone() -> None:
    shown = view(samples.remove()).steps
    assert [step.verb for step in shown] == ["Switch off", "Remove", "Remove"]
    assert shown[1].verify.gone
    assert "new GUID" in shown[1].undo_note
    customization = view(samples.manual()).steps[4]
    assert customization.verb == "Switch on"
    assert (customization.undo, customization.undo_note) == ([], "This cannot be undone.")
    assert customization.verify.expect == [("IsDehydrated", ["False"])]


def test_long_orders_are_shortened_around_the_rule() -> None:
    order = view(samples.rescope()).steps[0].order
    assert [line.name for line in order if line.own] == [samples.PROTECT]
    assert order[-1].gap == 10
    assert view(samples.remove()).steps[0].order == []
    assert [line.name for line in view(samples.remove()).steps[1].order] == samples.FOREIGN


# ---------------------------------------------------------------------------------------------- completeness


@pytest.mark.parametrize("noun", RESOURCES)
def test_every_setting_can_be_shown(noun: str) -> None:
    """A value for each setting, created, changed and removed."""
    resource = RESOURCES[noun]
    state: dict[str, Any] = {"name": "Name"}
    for row in resource.fields:
        holder = state.setdefault(row.section, {}) if row.section else state
        holder[row.name] = {"bool": True, "list": ["a@b.example"], "int": 1}.get(
            row.value.type, "a@b.example"
        )
    entries = [
        samples.entry(noun, resource.title, "Name", [samples.step(f"Set-{noun}")], before=before, after=after)
        for before, after in (
            (None, state),
            (state, {"name": "Name"}),
            ({"name": "Name"}, state),
            (state, None),
        )
    ]
    texts = render(samples.document("plan", "All", entries))
    for row in resource.fields:
        assert f"`{row.parameter}`" in texts["md"]
    Page(texts["html"])


def test_unknown_classes_are_shown_by_their_parameters() -> None:
    entry = samples.entry(
        "Widget", "widget", "W", [samples.step("Set-Widget", Colour="red")], after={"colour": "red"}
    )
    texts = render(samples.document("plan", "Odd", [entry]))
    assert "Set-Widget -Colour 'red'" in texts["md"]
    assert "Only with PowerShell" in texts["md"]


# ---------------------------------------------------------------------------------------------- hostile content


def check_html(text: str) -> Page:
    page = Page(text)
    assert set(page.tags) <= {
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "a",
            "header",
            "span",
            "h1",
            "h2",
            "h3",
            "p",
            "dl",
            "dt",
        ),
        *(
            "dd",
            "div",
            "strong",
            "main",
            "section",
            "ul",
            "ol",
            "li",
            "nav",
            "b",
            "bdi",
            "table",
            "thead",
            "tbody",
        ),
        *("tr", "th", "td", "code", "pre", "br", "footer"),
        *("figure", "figcaption", "h4", "svg", "path", "wbr"),
    }
    assert page.tags.count("style") == 1
    for _tag, name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "style", "action")
        if name == "href":
            assert value.startswith(
                (
                    "#",
                    "https://admin.exchange.microsoft.com/",
                    "https://purview.microsoft.com/",
                    "https://security.microsoft.com/",
                )
            )
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert not re.search(r"url\(|@import", text.partition("<style>")[2].partition("</style>")[0])
    return page


def without_code(line: str) -> str:
    """A line of Markdown without its code spans, as a parser finds them."""
    found, at = [], 0
    while opening := TICKS.search(line, at):
        closing = next(
            (run for run in TICKS.finditer(line, opening.end()) if len(run.group()) == len(opening.group())),
            None,
        )
        escaped = line[: opening.start()].endswith("\\")
        if closing is None or escaped:
            found.append(line[at : opening.end()])
            at = opening.end()
        else:
            found.append(line[at : opening.start()])
            at = closing.end()
    return "".join([*found, line[at:]])


def check_markdown(text: str) -> None:
    fence, columns = "", 0
    for line in text.split("\n"):
        if fence or re.match("`{3,}", line):
            fence = ("" if line == fence else fence) if fence else (TICKS.match(line) or [""])[0]
            continue
        rest = without_code(line)
        plain = re.sub(r"\\.|&[#a-z0-9]+;|<br>|\*\*", "", rest)
        assert not re.search(r"[<`~$_\[\]{}\\]|!\[|://|www\.|@", plain), line
        # Tables are split before code is recognized, so that bars count everywhere.
        bars = line.count("|") if line.startswith("|") else plain.count("|")
        assert bars == 0 or line.startswith("|"), line
        columns = (columns or bars) if bars else 0
        assert bars == columns, line
        if line.startswith("#"):
            assert re.match(
                r"# Runbook: |## (The decision|Appendix|Mail flow|Who|What|Remarks|Steps|Step \d+:|Left)|### (In|With|What|Afterwards|Mail-flow|Inbound|Outbound|Journal|Accepted)",
                line,
            )
    assert fence == ""


def check_script(text: str, document: dict[str, Any]) -> None:
    """Nothing in the script writes but the steps and what rolls them back; found by an interpreter that is not ours."""
    if re.search("[\ud800-\udfff]", document["title"]):
        # Nothing that Exchange stores has half characters, and the interpreter does not vouch for them.
        return
    done = [entry for entry in document["entries"] if entry.get("status") != "planned" and entry["steps"]]
    back = [step for entry in reversed(done) for step in entry["undo"]]
    expected = [_as_call(step) for step in (*back, *all_steps(document))]
    for edition in ("5.1", "7"):
        found = [
            (call.cmdlet, {**call.parameters, "Identity": ""}) for call in commands(encoded(text), edition)
        ]
        assert found == expected


def _as_call(step: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Without the identity: what is created again is found by its name and not by the GUID that it had."""
    parameters = {name: _as_read(value) for name, value in step["parameters"].items()}
    return step["cmdlet"], {**parameters, "Identity": ""}


def _as_read(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if key != "@odata.type"}
    negative = isinstance(value, int) and not isinstance(value, bool) and value < 0
    return str(value) if negative else value


def check_all(document: dict[str, Any]) -> dict[str, str]:
    texts = render(document)
    for form in ("md", "html", "ps1"):
        # Command lines keep characters beyond the first plane; otherwise a line feed is the only one of its kind.
        assert not HIDDEN.search(re.sub("[\n\U000e0000-\U000e0fff]", "", texts[form])), form
    check_html(texts["html"])
    check_markdown(texts["md"])
    check_script(texts["ps1"], document)
    found = json.loads(texts["json"])
    assert texts["json"].isascii()
    found.pop("runbook")
    assert found == document
    return texts


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_samples_are_well_formed(name: str) -> None:
    check_all(samples.SAMPLES[name]())


@pytest.mark.parametrize("text", samples.HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    document = samples.hostile(text)
    texts = check_all(document)
    page = Page(texts["html"])
    assert re.sub(r"\s+", " ", visible(text)).strip() in page.text
    for line in ("Remove-TransportRule *", "- item", "# heading"):
        assert line not in [part.strip() for part in texts["ps1"].split("\n")]


@given(
    st.one_of(
        st.text(max_size=40), st.text(st.sampled_from("`|\\<>&*_[]()#~$!\n\r '’\"x1.-+=@:/w"), max_size=30)
    )
)
@settings(max_examples=60, deadline=None)
def test_any_text_stays_a_text(text: str) -> None:
    if text:
        check_all(samples.hostile(text))


@pytest.mark.parametrize("text", samples.HOSTILE)
def test_a_markdown_parser_sees_no_markup_in_texts(text: str) -> None:
    parser = pytest.importorskip("markdown_it").MarkdownIt("gfm-like", {"linkify": False})
    tokens = parser.parse(render(samples.hostile(text))["md"])
    inline = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in (*tokens, *inline)} & {
        "image",
        "link_open",
        "html_block",
        "s_open",
        "em_open",
    } == set()
    assert {token.content for token in inline if token.type == "html_inline"} <= {"<br>"}
    rows = [token for token in tokens if token.type == "tr_open"]
    cells = [token for token in tokens if token.type in ("td_open", "th_open")]
    assert len(cells) in (2 * len(rows), *range(2 * len(rows), 3 * len(rows) + 1))
    shown = [child.content for child in inline if child.type == "code_inline"]
    assert visible(text) in shown or "|" in text


def test_odd_cmdlets_are_refused() -> None:
    entry = samples.entry(
        "TransportRule", "mail-flow rule", "x", [samples.step("Get-X; Remove-Y")], after={"name": "x"}
    )
    with pytest.raises(powershell.NotQuotable):
        render(samples.document("plan", "Odd", [entry]))
