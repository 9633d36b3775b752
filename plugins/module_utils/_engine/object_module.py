# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that manage objects, one for each class or for several that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._exchange.cmdlets import Cmdlets, Step
from .._exchange.errors import O365Error
from .._resources.index import RESOURCES
from .._schema.resource import Resource
from .change_recorder import ChangeRecorder
from .diff import DesiredState
from .options import ObjectOptions, Options
from .outcome import Outcome
from .progress import Progress
from .reconcile import Reconciliation
from .usage import Usage


@dataclass(frozen=True)
class ObjectModule(ObjectOptions):
    """A module that manages one object."""

    @property
    def module(self) -> str:
        """Name of the module."""
        return f"o365_{self.result}"

    def perform(
        self,
        params: Options,
        cmdlets: Cmdlets,
        progress: Progress,
        *,
        check_mode: bool,
        approved: Sequence[Step] | None = None,
    ) -> dict[str, Any]:
        """Bring the object to the given options: `changed`, the object, `before`, and what a diff shows.

        approved: the only calls that may be made; NotApproved when others would be needed.
        """
        resource, agenda = self.resource(params), progress.run_record.agenda
        label = self.label(params)
        agenda.check_turn(label)
        recorder = ChangeRecorder(self.module, self.given(params), resource, progress, check_mode=check_mode)
        try:
            task = Reconciliation(
                resource,
                self.desired(params),
                cmdlets,
                progress,
                wait=params["wait_timeout"],
                announce=recorder.started,
                approved=approved,
                usage=Usage(RESOURCES, cmdlets, progress.run_record),
            )
            outcome = task.run(check_mode=check_mode)
        except O365Error as error:
            recorder.failed(error)
            raise
        recorder.finished(outcome)
        agenda.strike(label)
        return self._result(resource, outcome)

    def label(self, params: Options) -> str:
        """The object as the options name it, in a sentence."""
        title, name = self.resource(params).title, params.get("name") or ""
        return f'{title} "{name}"' if name else title

    def look(self, params: Options, name: str, cmdlets: Cmdlets, progress: Progress) -> Outcome:
        """The object with this name, of the class that the options speak of, as it is."""
        return Reconciliation(self.resource(params), DesiredState(name, True, {}), cmdlets, progress).look()

    def _result(self, resource: Resource, outcome: Outcome) -> dict[str, Any]:
        before, after = (
            None if state is None else resource.to_result(outcome.name, state)
            for state in (outcome.before, outcome.after)
        )
        after = after or {}
        header = f"{resource.title} {outcome.name}".strip()
        order = {"order": list(outcome.order_after)} if resource.priority else {}
        return {
            "changed": outcome.changed,
            self.result: after,
            "before": before,
            **order,
            "diff": {
                "before": {**_set_only(before or {}, after), **_moved(outcome, outcome.order_before)},
                "after": {**_set_only(after, before or {}), **_moved(outcome, outcome.order_after)},
                "before_header": header,
                "after_header": header,
            },
        }


def _set_only(side: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """One side of a diff; of an object that comes or goes only what is set."""
    return side if other else {key: value for key, value in side.items() if value not in ("", [], {})}


def _moved(outcome: Outcome, order: tuple[str, ...]) -> dict[str, Any]:
    """The order for a diff, when an object that stays takes another place."""
    stays = outcome.before is not None and outcome.after is not None
    return {"order": list(order)} if stays and outcome.order_before != outcome.order_after else {}


def object_modules(resources: Iterable[Resource]) -> dict[str, ObjectModule]:
    """The modules of these classes, by name."""
    variants: dict[str, dict[str, Resource]] = {}
    for resource in resources:
        if resource.management:
            variants.setdefault(resource.management.result, {})[resource.management.variant] = resource
    modules = (ObjectModule(classes) for classes in variants.values())
    return {module.module: module for module in modules}


OBJECT_MODULES: Mapping[str, ObjectModule] = object_modules(RESOURCES)
"""What a plan or a record can hold."""
