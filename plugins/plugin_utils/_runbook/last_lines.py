# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last lines of a run: what changes, what becomes of mail, who is protected, where the runbook is, what to do next. Pure.

Why a run was refused or failed stands in the message of the task that ended it, and is not said again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import quote

from ...module_utils._change.given_document import not_applicable
from ...module_utils._run.agenda import INCOMPLETE
from .people import head_count
from .runbook import Runbook
from .step import SIGNS, moment
from .visible import visible

Files = Mapping[str, str]
"""Where the files of a run are, by kind: md, html, ps1, and plan or record."""

_WORDS = {"created": "create", "changed": "change", "removed": "remove"}


def last_lines(runbook: Runbook, files: Files) -> list[str]:
    """The lines, each harmless for a terminal."""
    return [visible(line) for line in _lines(runbook, files)]


def _lines(runbook: Runbook, files: Files) -> Iterator[str]:
    yield _outcome(runbook)
    yield from (_step_line(runbook, number) for number in range(len(runbook.steps)))
    if runbook.mail_flow:
        yield f"Mail flow: {runbook.mail_flow.fact}"
    for label, people in runbook.protection:
        named = f": {', '.join(people)}" if people and list(people) != [head_count(people)] else ""
        yield f"{label}: {head_count(people)}{named}"
    yield from (f"Audits will report: {text}" for text in runbook.findings)
    yield from (f"Note: {text}" for text in runbook.document.get("remarks") or ())
    yield f"Runbook: {files['html']} (beside it: .md, .ps1)"
    yield from (f"Next: {text}" for text in _next(runbook, files))


def _outcome(runbook: Runbook) -> str:
    done = [step for step in runbook.steps if step.status == "done"]
    if runbook.blocked:
        return f"REFUSED: nothing was written, and nothing of this may be applied; {_why(runbook)}"
    if runbook.kind == "record" and (runbook.failed or runbook.refused or len(done) < len(runbook.steps)):
        tally = f"{len(done)} of {len(runbook.steps)} steps done" if done else "nothing was written"
        return f"FAILED: {tally}; {_why(runbook)}"
    if not runbook.steps:
        return "No changes needed."
    record = runbook.kind == "record"
    counts = [f"{SIGNS[word]} {number} {word if record else _WORDS[word]}" for word, number in runbook.counts]
    return f"{'Done' if record else runbook.label}: {', '.join(counts)}"


def _why(runbook: Runbook) -> str:
    """No task says what a run that ended too early has not done."""
    return runbook.failed if runbook.failed.startswith(INCOMPLETE) else "the reason stands above."


def _step_line(runbook: Runbook, index: int) -> str:
    step = runbook.steps[index]
    settings = f" ({', '.join(step.changed_settings)})" if step.changed_settings else ""
    status = f" [{step.status_label}]" if step.status not in ("", "done") else ""
    return f"  {step.sign} {step.headline}{settings}{status}"


def _next(runbook: Runbook, files: Files) -> Iterator[str]:
    document = runbook.document
    if runbook.blocked:
        yield "solve what is said above, then run the same command again."
    elif runbook.kind == "record":
        yield from _after_run(runbook, files)
    elif not runbook.steps:
        yield "nothing to do."
    elif runbook.kind == "draft":
        yield f"do the steps by hand: {files['ps1']}, or the runbook's way through the admin center."
    elif not_applicable(document):
        yield f"read the runbook; a plan of a {document.get('purpose')} is never applied."
    else:
        job = (document.get("request") or {}).get("job")
        if job:
            yield "approve the plan in the workflow, or apply it outside the controller, as follows."
        yield (
            f"apply exactly this plan before {moment(document.get('expires'))}: ansible-playbook avanan.office365.apply_plan "
            f"-e change_plan_file={quote(files['plan'])} -e change_plan_hash={document.get('hash')}"
        )
        without = "" if job else "run the same command without --check, or "
        yield f"or {without}by hand: {files['ps1']}"


def _after_run(runbook: Runbook, files: Files) -> Iterator[str]:
    failed = runbook.failed or runbook.refused or any(step.status != "done" for step in runbook.steps)
    if not (failed or runbook.steps):
        yield "nothing to do."
    if failed:
        yield "solve what is said above, then run the same command again to go on."
    elif runbook.minutes:
        yield f"allow {runbook.minutes} minutes until everything takes effect, then verify as the runbook says."
    if any(step.entry.get("done") for step in runbook.steps):
        back = f"ansible-playbook avanan.office365.undo -e change_record_file={quote(files['record'])}"
        yield f"to roll back: {back}"
