# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-playbook without its start-up and without a process for each task: python tests/warm_ansible.py.

Imports Ansible once and then runs one playbook for each line of JSON that it reads, each in a fork of its own: nothing of one run is
left for the next. Within a run the tasks are carried out one after the other in that same process, and the collection's own pauses
take no time. Everything else is Ansible's own: command line, playbooks, roles, variables, templates, loops, plugins, callbacks. That
both ways end alike, the playbook tests say.
"""

from __future__ import annotations

import copy
import gc
import inspect
import io
import json
import os
import pickle
import shutil
import sys
import tempfile
import threading
import traceback
import warnings
from importlib import import_module
from marshal import dumps, loads
from pathlib import Path
from types import CodeType
from typing import Any, TextIO

import ansible.constants
import jinja2
from ansible.cli.playbook import main as ansible_playbook
from ansible.executor.process import worker
from ansible.parsing.dataloader import DataLoader
from ansible.plugins import loader
from ansible.utils.display import Display

_ROOT = Path(__file__).resolve().parents[1]
_PLUGINS = _ROOT / "plugins"
_INSTALLED = _ROOT / "build" / "collections" / "ansible_collections" / "avanan" / "office365"
_COLLECTION = "ansible_collections.avanan.office365.plugins"
_IMPORTED = (
    *(
        f"plugins.action.{name}"
        for name in ("assert", "debug", "set_fact", "set_stats", "validate_argument_spec")
    ),
    *(f"playbook.{name}" for name in ("handler", "handler_task_include", "included_file", "role_include")),
)
# By kind; what Ansible asks of each kind whole, it asks before the first play.
_PLUGINS_OF_ALL = {
    "cache": ("memory",),
    "connection": ("local",),
    "inventory": ("host_list", "script", "auto", "yaml", "ini", "toml"),
    "lookup": ("ansible.builtin.env", "ansible.builtin.inventory_hostnames"),
    "shell": ("sh",),
    "strategy": ("linear",),
}
_WHOLE_KINDS = ("become", "callback", "connection", "filter", "shell", "test")
_Key = tuple[str, str, str | None, str | None]


class Templates:
    """Compiled templates, which are kept from run to run: compiling takes most of the time of a task."""

    def __init__(self) -> None:
        self._codes: dict[_Key, CodeType] = {}
        self._new: dict[_Key, bytes] = {}

    def install(self) -> None:
        """Stand before Jinja's compiler."""
        really_compile: Any = jinja2.Environment.compile
        codes, new = self._codes, self._new

        def compile_once(
            environment: jinja2.Environment,
            source: Any,
            name: str | None = None,
            filename: str | None = None,
            raw: bool = False,
            defer_init: bool = False,
        ) -> Any:
            if raw or defer_init or not isinstance(source, str):
                return really_compile(environment, source, name, filename, raw, defer_init)
            key = (type(environment).__qualname__, str(source), name, filename)
            if key not in codes:
                codes[key] = really_compile(environment, source, name, filename)
                new[key] = dumps(codes[key])
            return codes[key]

        jinja2.Environment.compile = compile_once  # type: ignore[assignment,method-assign]

    def learnt(self) -> bytes:
        """What this process has compiled and its parent has not."""
        return pickle.dumps(self._new)

    def learn(self, compiled: bytes) -> None:
        """Take over what another process has compiled."""
        self._codes.update((key, loads(code)) for key, code in pickle.loads(compiled).items())


class Kept(io.StringIO):
    """In the place of a worker's output, which Ansible reads at its end; what other threads show meanwhile goes on."""

    def __init__(self, shown: TextIO) -> None:
        super().__init__()
        self._shown, self._worker = shown, threading.get_ident()

    def write(self, text: str, /) -> int:
        return super().write(text) if threading.get_ident() == self._worker else self._shown.write(text)


def _without_processes() -> None:
    """Let each task be carried out where it would have got a process."""

    def start(self: Any) -> None:
        # What a fork would have had for itself.
        self._host, self._task = copy.copy(self._host), copy.copy(self._task)
        self._new_stdin = io.StringIO()
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Kept(sys.stdout), Kept(sys.stderr)
        try:
            self.run()
        finally:
            sys.stdout, sys.stderr = before

    def failed(self: Any, error: Any) -> None:
        raise RuntimeError(f"a task of the test run broke down: {error}")

    worker.WorkerProcess.start = start
    worker.WorkerProcess._detach = lambda self: None
    worker.WorkerProcess._hard_exit = failed
    Display.set_queue = lambda self, queue: None


def _load_plugins() -> None:
    """Plugins with their options, whose documentation every run would read for itself."""
    for kind in _WHOLE_KINDS:
        plugins = getattr(loader, f"{kind}_loader")
        list(plugins.all() if kind in ("filter", "test") else plugins.all(class_only=True))
    for kind, names in _PLUGINS_OF_ALL.items():
        for name in names:
            getattr(loader, f"{kind}_loader").get(name, class_only=True)
    for path in (_PLUGINS / "filter").glob("*.py"):
        loader.filter_loader.get(f"avanan.office365.{path.stem}")


def _read_files() -> None:
    """The collection's YAML, parsed; a run that asks for a file gets a copy, as when it asks a second time."""
    reader = DataLoader()
    trusted = "trusted_as_template" in inspect.signature(reader.load_from_file).parameters
    for part in ("roles/*/*/*.yml", "playbooks/*.yml", "playbooks/tasks/*.yml"):
        for path in _INSTALLED.glob(part):
            reader.load_from_file(str(path), **({"trusted_as_template": True} if trusted else {}))
    really_begin, parsed = DataLoader.__init__, reader._FILE_CACHE

    def begin(self: Any) -> None:
        really_begin(self)
        self._FILE_CACHE.update(parsed)

    DataLoader.__init__ = begin


def _warm_up() -> None:
    """Import and read what every run would import and read for itself."""
    loader.init_plugin_loader()
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    for path in _PLUGINS.rglob("*.py"):
        if path.stem != "__init__" and "modules" not in path.parts:
            import_module(".".join((_COLLECTION, *path.relative_to(_PLUGINS).with_suffix("").parts)))
    sys.path.append(str(_ROOT))
    import_module("tests.no_waiting").install()
    for name in _IMPORTED:
        import_module(f"ansible.{name}")
    _load_plugins()
    _read_files()
    gc.collect()
    gc.freeze()
    gc.disable()


def _play(order: dict[str, Any]) -> int:
    """One run, in the process that is forked for it; its exit code."""
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(1, 2)
    local = tempfile.mkdtemp(prefix="ansible-local-")
    ansible.constants.DEFAULT_LOCAL_TMP = local
    try:
        ansible_playbook(["ansible-playbook", *order["arguments"]])
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:  # noqa: BLE001 - whatever goes wrong is to be read in the output
        traceback.print_exc()
    finally:
        shutil.rmtree(local)
    return 250


def _forked(order: dict[str, Any], templates: Templates) -> int:
    """A run in a process of its own; its exit code."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = _play(order)
        sys.stdout.flush()
        sys.stderr.flush()
        with os.fdopen(writer, "wb") as report:
            report.write(templates.learnt())
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as report:
        compiled = report.read()
    _child, status = os.waitpid(child, 0)
    if compiled:
        templates.learn(compiled)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Run what standard input orders, one line of JSON each, until it ends; one exit code is printed for each."""
    templates = Templates()
    templates.install()
    _without_processes()
    _warm_up()
    for line in sys.stdin:
        print(_forked(json.loads(line), templates), flush=True)


if __name__ == "__main__":
    main()
