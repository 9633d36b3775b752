# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several tasks of the object modules in a row, as a plan holds them: look, rehearse, carry out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._engine.object_module import OBJECT_MODULES, ObjectModule
from .._engine.outcome import Outcome
from .._engine.progress import Progress
from .._engine.recipients import RecipientResolver
from .._engine.revert import differing
from .._exchange.cmdlets import Cmdlets, Step
from .._exchange.errors import ConfigurationError, InvalidValue
from .._run.documents import REFUSED, RecordedChange
from .._run.run_record import RunRecord
from .._schema.resource import State


@dataclass(frozen=True)
class Part:
    """One entry, ready to be done again.

    params: the module's options, validated. before, after: as the entry has them.
    """

    module: ObjectModule
    params: Mapping[str, Any]
    entry: RecordedChange
    before: State | None
    after: State | None

    @property
    def name(self) -> str:
        """Of the object."""
        return str(self.entry["object"]["name"])

    @property
    def key(self) -> tuple[str, str]:
        """Tells objects apart."""
        return str(self.entry["object"]["noun"]), self.name.casefold()

    @property
    def label(self) -> str:
        """The object in a sentence."""
        title = str(self.entry["object"]["title"])
        return f'{title} "{self.name}"' if self.name else title

    @property
    def ordered(self) -> bool:
        """Whether objects of this class have an order."""
        return self.module.resource(self.params).priority

    def steps(self) -> list[Step]:
        """The calls that were planned."""
        return [Step(str(step["cmdlet"]), dict(step["parameters"])) for step in self.entry["steps"]]

    def look(self, cmdlets: Cmdlets, progress: Progress) -> Outcome:
        """The object as it is."""
        return self.module.look(self.params, self.name, cmdlets, progress)

    def set_at_once(self) -> set[str]:
        """The settings that a new object has from its first call on."""
        resource = self.module.resource(self.params)
        rows = {row.path for row in resource.fields if row.verbs != "set"}
        return {path for path, value in (self.after or {}).items() if value is not None and path in rows}

    def spelled_as_in(self, current: State | None, cmdlets: Cmdlets) -> Part:
        """The entry with recipients written as the object has them now: the service shows some in another form."""
        resource = self.module.resource(self.params)

        def spelled(state: State | None) -> State | None:
            try:
                return state and RecipientResolver(cmdlets.recipient).align(resource, state, current)
            except (ConfigurationError, InvalidValue):
                # Of a name that means something else today only the text can be compared.
                return state

        return replace(self, before=spelled(self.before), after=spelled(self.after))

    def applied_to(self, state: State | None) -> State | None:
        """The state of the object after this entry, when it was another than the entry found it in before."""
        if state is None or self.before is None or self.after is None:
            return self.after
        result = dict(state)
        for path in self.differing(self.before, self.after):
            row = self.module.resource(self.params).by_path()[path]
            before, after = self.before.get(path), self.after.get(path)
            if row.partial:
                kept = row.value.lacking(state.get(path), row.value.lacking(before, after))
                after = row.value.canonical([*kept, *row.value.lacking(after, before)])
            result[path] = after
        return result

    def differing(self, one: State | None, other: State | None) -> list[str]:
        """The settings in which two states of the object differ; its place is a matter of the order."""
        resource = self.module.resource(self.params)
        paths = differing(resource, one, other)
        return [path for path in paths if not (resource.priority and path == "priority")]


def part(entry: RecordedChange) -> Part:
    """An entry with its module and validated options. ConfigurationError when it cannot be done again."""
    name = str(entry["module"])
    module = OBJECT_MODULES.get(name)
    if module is None:
        raise ConfigurationError(f'{REFUSED}"{name}" cannot be part of a plan; run it before, by itself.')
    given = {**entry["options"], "reason": entry.get("reason") or None}
    validated = ArgumentSpecValidator(module.argument_spec()).validate(given)
    if validated.error_messages:
        raise ConfigurationError(
            f"{REFUSED}the options of {name} are not valid: {'; '.join(validated.error_messages)}."
        )
    params = validated.validated_parameters
    before, after = (module.state(params, entry[key]) for key in ("before", "after"))
    return Part(module, params, entry, before, after)


def planned_part(task: Mapping[str, Any]) -> Part:
    """A task that is still to be decided on, with `module` and `options`. ConfigurationError when it cannot be part of a plan."""
    name = str(task["options"].get("name") or "")
    entry = {"before": None, "after": None, "object": {"noun": "", "title": "", "name": name}, **task}
    item = part(entry)
    resource = item.module.resource(item.params)
    return replace(
        item, entry={**entry, "object": {"noun": resource.noun, "title": resource.title, "name": name}}
    )


def imagined(
    tasks: Iterable[Mapping[str, Any]], cmdlets: Cmdlets, progress: Progress
) -> list[RecordedChange]:
    """The entries that tasks would leave now, after those of this run. Nothing is written, and nothing noted.

    tasks: each with `module` and `options`.
    """
    run_record = RunRecord(check_mode=True)
    run_record.note_moves(progress.run_record.moves())
    for task in tasks:
        blank = {"before": None, "after": None, **task}
        item = part(blank)
        item.module.perform(item.params, cmdlets, Progress(run_record=run_record), check_mode=True)
    return list(run_record.document()["entries"])


def rehearse(
    parts: Iterable[Part], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
) -> list[list[Step]]:
    """The calls that each part would make now, one after the other. Nothing is written.

    check_mode: the rehearsal is all that there will be, so that it is what stands in the record of the run.
    """
    steps = []
    run_record = progress.run_record if check_mode else RunRecord()
    for item in parts:
        own = Progress(run_record=run_record)
        item.module.perform(item.params, cmdlets, own, check_mode=True)
        steps.append(own.plan)
        progress.warn(*own.warnings)
    return steps


def carry_out(
    parts: Iterable[Part],
    approved: Sequence[Sequence[Step]],
    cmdlets: Cmdlets,
    progress: Progress,
    *,
    check_mode: bool,
) -> bool:
    """Do the parts, each with the approved calls and no others, or only tell these; whether anything changes.

    The O365Error family; progress then tells what was done.
    """
    if check_mode:
        progress.plan += [step for steps in approved for step in steps]
        return bool(progress.plan)
    changed = False
    for item, steps in zip(parts, approved, strict=True):
        own = Progress(run_record=progress.run_record)
        try:
            result = item.module.perform(
                item.params, cmdlets, own, check_mode=False, approved=[_as_read_back(step) for step in steps]
            )
        finally:
            progress.join(own)
        changed = changed or bool(result["changed"])
    return changed


def _as_read_back(step: Step) -> Step:
    """A step as it would be after being written and read."""
    return Step(step.cmdlet, json.loads(json.dumps(step.parameters)))
