# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each clause of the mail-flow check is broken on purpose; some test must notice.

python tools/mutate.py --sample 60 --seed 1: a sample of all mutants, each in a process of its own that runs the unit tests of
mail flow, doctor and gate and some of the generated tenants. Prints the survivors and the score.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import random
import resource
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = "ansible_collections.avanan.office365.plugins.module_utils"
LOGIC = ROOT / "plugins" / "module_utils" / "_mail_flow_objects" / "logic.py"
FOLDERS = tuple(LOGIC.parents[1] / name for name in ("_mail_flow_objects", "_mail_flow", "_mail_flow_check"))
# What is only told to people changes no verdict.
TEXTS = {"advice", "connector_advice", "entry_advice", "notes", "phrases", "trace"}
# Those that take least first: the first failure ends a mutant. What draws its cases is left to the generated tenants.
_FIRST = ("clauses", "judgements", "protection", "parts")
TESTS = [
    *(f"tests/unit/mail_flow/test_mail_flow_{name}.py" for name in _FIRST),
    "tests/unit/mail_flow",
    "tests/unit/doctor",
    "tests/unit/change",
]
# So many before the tests, and so many when these have noticed nothing.
TENANTS = (range(60), range(60, 500))
_MOST_SECONDS = 400
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


def changed(node: ast.AST) -> ast.AST | None:
    """The node with its clause broken; None for what is no clause."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        opposite = _OPPOSITES.get(type(node.ops[0]))
        return ast.Compare(node.left, [opposite()], node.comparators) if opposite else None
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return ast.Constant(not node.value)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("all_of", "any_of")
    ):
        other = "any_of" if node.func.id == "all_of" else "all_of"
        return ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)
    return None


class _Breaker(ast.NodeTransformer):
    """Breaks the clause of one number."""

    def __init__(self, wanted: int = -1) -> None:
        self.wanted, self.count, self.line = wanted, -1, 0

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            # A decorator is no clause.
            decorators, node.decorator_list = node.decorator_list, []
            self.generic_visit(node)
            node.decorator_list = decorators
            return node
        broken = changed(node)
        if broken is not None:
            self.count += 1
            if self.count == self.wanted:
                self.line = getattr(node, "lineno", 0)
                return ast.copy_location(broken, node)
        return self.generic_visit(node)


def mutants() -> Iterator[tuple[Path, int]]:
    """File and number of every clause."""
    for path in sorted(path for folder in FOLDERS for path in folder.glob("*.py")):
        if path.stem not in TEXTS:
            counting = _Breaker()
            counting.visit(ast.parse(path.read_text("utf-8")))
            yield from ((path, number) for number in range(counting.count + 1))


def broken(path: Path, number: int) -> tuple[ast.Module, int]:
    """The module with one clause broken, and its line."""
    tree = copy.deepcopy(ast.parse(path.read_text("utf-8")))
    breaker = _Breaker(number)
    breaker.visit(tree)
    # Both evaluators' connectives must be there wherever they were exchanged.
    if path.stem != "logic":
        tree.body.insert(
            _after_imports(tree),
            ast.parse(f"from {PACKAGES}._mail_flow_objects.logic import all_of, any_of").body[0],
        )
    ast.fix_missing_locations(tree)
    return tree, breaker.line


def _after_imports(tree: ast.Module) -> int:
    return (
        max(number for number, node in enumerate(tree.body) if isinstance(node, (ast.Import, ast.ImportFrom)))
        + 1
    )


class _Loader(SourceFileLoader):
    """Loads a module as its tree says, and not as its file does."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        super().__init__(name, str(path))
        self.tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.tree, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, loader: _Loader) -> None:
        self.loader = loader

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name != self.loader.name:
            return None
        return importlib.util.spec_from_file_location(name, self.loader.path, loader=self.loader)


def noticed(path: Path, tree: ast.Module) -> bool:
    """Whether a test fails in a process of its own."""
    child = os.fork()
    if child == 0:
        result = 1
        try:
            result = _run(path, tree)
        finally:
            os._exit(result)
    _child, status = os.waitpid(child, 0)
    return status != 0


def _run(path: Path, tree: ast.Module) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.meta_path.insert(0, _Finder(_Loader(f"{PACKAGES}.{path.parent.name}.{path.stem}", path, tree)))
    from tests.mail_flow_oracle.compare import compare
    from tests.mail_flow_oracle.tenants import tenant

    few, many = TENANTS
    if any(compare(tenant(number)) for number in few):
        return 1
    import pytest

    if pytest.main(["-x", "-q", "--no-header", "-m", "not fuzz and not long", *TESTS]):
        return 1
    return int(any(compare(tenant(number)) for number in many))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0, help="how many; all when it is 0")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    sys.path[:0] = [str(ROOT / "build" / "collections"), str(ROOT)]
    os.chdir(ROOT)
    if noticed(LOGIC, ast.parse(LOGIC.read_text("utf-8"))):
        print("the tests fail without any broken clause")
        return 1
    everything = list(mutants())
    chosen = random.Random(given.seed).sample(everything, given.sample) if given.sample else everything
    survivors = 0
    for done, (path, number) in enumerate(chosen, start=1):
        tree, line = broken(path, number)
        if not noticed(path, tree):
            survivors += 1
            clause = path.read_text("utf-8").splitlines()[line - 1].strip()
            print(f"{path.name}:{line} survived: {clause}", flush=True)
        if done % 10 == 0:
            print(f"{done} of {len(chosen)}: {done - survivors} noticed", flush=True)
    print(f"{len(everything)} clauses; of {len(chosen)} broken ones {len(chosen) - survivors} noticed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
