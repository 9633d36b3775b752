# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What PowerShell does with a script that has functions, conditions and loops: an honest subset of the language.

The structure is that of tree-sitter-powershell; where texts and comments begin and end is found a second time by the lexical rules
(see interpreter.py), and both must agree. Whatever is not understood is refused, never passed over. Cmdlets are carried out by a host.

Values: text, int, bool, None, list, dict (a hashtable, or an object by its properties) and datetime.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from tree_sitter import Node

from .interpreter import (
    DOUBLE,
    PARSER,
    SINGLE,
    WRAPPERS,
    Call,
    Edition,
    NotUnderstood,
    Reading,
    check_comment,
    decoded,
    parts_of,
)


class Host(Protocol):
    """Carries out cmdlets."""

    def call(self, call: Call) -> list[dict[str, Any]]:
        """The objects that a cmdlet puts out."""
        ...  # pragma: no cover


class ScriptError(Exception):
    """The script ends itself with an error; its text."""


@dataclass
class Session:
    """How a script is started. confirm: what somebody answers to each question of -Confirm; None without that switch."""

    undo: bool = False
    what_if: bool = False
    confirm: Callable[[str], bool] | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


class _Return(Exception):
    """A return statement; what it puts out."""

    def __init__(self, output: list[Any]) -> None:
        super().__init__()
        self.output = output


def run(script: bytes, edition: Edition, host: Host, session: Session) -> list[str]:
    """What the script writes to its output; ScriptError where it throws, and whatever the host raises."""
    return _Program(script, edition, host, session).run()


def commands(script: bytes, edition: Edition) -> list[Call]:
    """The cmdlets with nothing but constants as arguments that do not read, in the order of the text."""
    return list(_Program(script, edition, _Nobody(), Session()).commands())


class _Nobody:
    def call(self, call: Call) -> list[dict[str, Any]]:
        raise AssertionError(f"{call.cmdlet} is carried out")


# ---------------------------------------------------------------------------------------------------- lexical rules

_TEXT = re.compile(
    rf"(?P<comment>#[^\r\n]*)|(?P<literal>[{SINGLE}](?:[{SINGLE}]{{2}}|[^{SINGLE}])*+[{SINGLE}])|(?P<other>[{DOUBLE}`<>])"
)


def _line(text: str, match: re.Match[str]) -> int:
    return len(re.findall(r"\r\n|\n|\r", text[: match.start()])) + 1


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Texts and comments with their places in the UTF-8 of the script. NotUnderstood for what could begin other ones."""
    place, at = 0, 0
    for match in _TEXT.finditer(text):
        at += len(text[place : match.start()].encode())
        place = match.end()
        size = len(match.group().encode("utf-8", "surrogatepass"))
        if match.lastgroup == "other":
            raise NotUnderstood(_line(text, match), f"not supported: {match.group()!r}")
        if match.lastgroup == "comment":
            check_comment(match.group(), _line(text, match))
        yield str(match.lastgroup), at, at + size
        at += size


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "-eq": lambda one, other: _same(one, other),
    "-ne": lambda one, other: not _same(one, other),
    "-ge": lambda one, other: one >= other,
    "-gt": lambda one, other: one > other,
    "-lt": lambda one, other: one < other,
    "-contains": lambda items, other: any(_same(item, other) for item in items),
    "-notcontains": lambda items, other: not any(_same(item, other) for item in items),
    "-replace": lambda text, pair: re.sub(pair[0], pair[1], _text(text), flags=re.IGNORECASE),
    "-join": lambda items, other: other.join(_text(item) for item in items),
}
_SILENT = {"write-warning", "start-sleep"}


class _Program(Reading):
    def __init__(self, script: bytes, edition: Edition, host: Host, session: Session) -> None:
        self._script = decoded(script, edition)
        super().__init__(self._script)
        self._host, self._session = host, session
        self._root = PARSER.parse(self._text).root_node
        self._functions: dict[str, tuple[Node, set[str]]] = {}
        self._joined: dict[int, tuple[Any, Any]] = {}
        self._scopes: list[dict[str, Any]] = [
            {"undo": session.undo, "whatifpreference": session.what_if, "null": None}
        ]
        self._said: list[str] = []
        self._check()

    def run(self) -> list[str]:
        try:
            for part in parts_of(self._root):
                if part.type == "statement_list":
                    self._say(self._statements(part))
                elif part.type != "param_block":
                    raise self._refused(part)
        except _Return as ended:
            self._say(ended.output)
        return self._said

    def _say(self, output: Sequence[Any]) -> None:
        """What is left in the pipeline is shown."""
        self._said += [_text(item) for item in output]

    def commands(self) -> Iterator[Call]:
        for node in _walk(self._root):
            if node.type == "command":
                name = self._source(parts_of(node)[0])
                if name.partition("-")[0] not in ("Get", "Write", "Start", "Wait", "Find", "Test"):
                    yield self._call(node)

    def _check(self) -> None:
        """Both readings found the same texts and comments, and nothing is left that is no PowerShell."""
        found = sorted(_spans(self._script), key=lambda span: span[1])
        seen = []
        for node in _walk(self._root):
            if node.is_error or node.is_missing:
                raise self._refused(node, "not PowerShell")
            if node.type in ("string_literal", "comment"):
                kind = "literal" if node.type == "string_literal" else "comment"
                seen.append((kind, node.start_byte, node.end_byte))
        for ours, theirs in zip(
            [*found, None], [*sorted(seen, key=lambda span: span[1]), None], strict=False
        ):
            if ours != theirs:
                start = min(span[1] for span in (ours, theirs) if span)
                raise NotUnderstood(self._line(start), "two readings of the script differ")

    # ------------------------------------------------------------------------------------------------ statements

    def _statements(self, node: Node) -> list[Any]:
        """What a list of statements puts out."""
        output: list[Any] = []
        for statement in parts_of(node):
            try:
                output += self._statement(statement)
            except _Return as ended:
                raise _Return([*output, *ended.output]) from None
        return output

    def _statement(self, node: Node) -> list[Any]:
        known: dict[str, Callable[[Node], list[Any]]] = {
            "empty_statement": lambda node: [],
            "function_statement": self._function,
            "if_statement": self._if,
            "foreach_statement": self._foreach,
            "flow_control_statement": self._flow,
            "pipeline": self._pipeline,
        }
        if node.type not in known:
            raise self._refused(node)
        return known[node.type](node)

    def _function(self, node: Node) -> list[Any]:
        name = self._source(self._only(node, "function_name"))
        block = self._only(node, "script_block")
        inside = _walk(self._only(block, "param_block"))
        self._functions[name.lower()] = (
            block,
            {self._name(one) for one in inside if one.type == "variable"},
        )
        return []

    def _if(self, node: Node) -> list[Any]:
        inner = parts_of(node)
        branches = [inner]
        for clauses in (kid for kid in inner if kid.type == "elseif_clauses"):
            branches += [parts_of(clause) for clause in parts_of(clauses)]
        for branch in branches:
            condition = next(kid for kid in branch if kid.type == "pipeline")
            if _true(self._value(condition)):
                return self._block(next(kid for kid in branch if kid.type == "statement_block"))
        last = next((kid for kid in inner if kid.type == "else_clause"), None)
        return self._block(self._only(last, "statement_block")) if last else []

    def _foreach(self, node: Node) -> list[Any]:
        variable, items = (kid for kid in parts_of(node) if kid.type in ("variable", "pipeline"))
        output: list[Any] = []
        for item in _enumerated(self._value(items)):
            self._scopes[-1][self._name(variable)] = item
            output += self._block(self._only(node, "statement_block"))
        return output

    def _block(self, node: Node) -> list[Any]:
        return [
            item
            for part in parts_of(node)
            if part.type == "statement_list"
            for item in self._statements(part)
        ]

    def _flow(self, node: Node) -> list[Any]:
        word, *rest = parts_of(node)
        value = self._output(rest[0]) if rest else []
        if word.type == "return":
            raise _Return(value)
        if word.type == "throw" and len(value) == 1:
            raise ScriptError(_text(value[0]))
        raise self._refused(node)

    def _pipeline(self, node: Node) -> list[Any]:
        inner = parts_of(node)
        if len(inner) != 1:
            raise self._refused(node)
        if inner[0].type == "assignment_expression":
            target, operator, value = parts_of(inner[0])
            if self._source(operator) != "=":
                raise self._refused(inner[0])
            name = self._name(self._unwrapped(target))
            result = self._value(value)
            if name != "null":
                self._scopes[-1][name] = result
            return []
        return self._output(inner[0])

    # ------------------------------------------------------------------------------------------------ commands

    def _first_parameter(self, cmdlet: str) -> str | None:
        return "InputObject" if cmdlet in ("Write-Output", "Write-Warning") else None

    def _argument(self, node: Node) -> Any:
        return self._whole(self._value(node), node)

    def _whole(self, value: Any, node: Node) -> Any:
        """Records go from function to function, and nothing changes them: each is looked through once."""
        if not isinstance(value, dict):
            return super()._whole(value, node)
        seen, joined = self._joined.get(id(value), (None, None))
        if seen is not value:
            joined = super()._whole(value, node)
            self._joined |= {id(one): (one, joined) for one in (value, joined)}
        return joined

    def _command(self, node: Node) -> list[Any]:
        call = self._call(node)
        name = call.cmdlet.lower()
        if name in self._functions:
            return self._called(*self._functions[name], call)
        if name == "write-output":
            return _enumerated(call.parameters["InputObject"])
        if name in _SILENT:
            return []
        if name == "get-date":
            return [self._session.now]
        return list(self._host.call(call))

    def _called(self, block: Node, known: set[str], call: Call) -> list[Any]:
        """A function with its parameters, which sees the variables of who calls it."""
        given = {name.lower(): value for name, value in call.parameters.items()}
        if not set(given) <= known:
            raise NotUnderstood(self._line(block.start_byte), f"{call.cmdlet} has no {set(given) - known}")
        self._scopes.append({**dict.fromkeys(known), **given})
        try:
            body = self._only(block, "script_block_body")
            return [item for part in parts_of(body) for item in self._statements(part)]
        except _Return as ended:
            return ended.output
        finally:
            self._scopes.pop()

    # ------------------------------------------------------------------------------------------------ values

    def _output(self, node: Node) -> list[Any]:
        """What a pipeline or expression puts out: the items of a list, or the one value."""
        inner = self._unwrapped(node)
        if inner.type == "command":
            return self._command(inner)
        if inner.type in ("pipeline", "statement_list"):
            return [item for kid in parts_of(inner) for item in self._output(kid)]
        return _enumerated(self._evaluated(inner))

    def _value(self, node: Node) -> Any:
        inner = self._unwrapped(node)
        if inner.type in ("command", "pipeline"):
            return _collapsed(self._output(inner))
        return self._evaluated(inner)

    def _unwrapped(self, node: Node) -> Node:
        while node.type in _WRAPPING and len(parts_of(node)) == 1:
            node = parts_of(node)[0]
        return node

    def _evaluated(self, node: Node) -> Any:
        known: dict[str, Callable[[Node], Any]] = {
            "string_literal": self._string,
            "variable": self._variable,
            "integer_literal": lambda node: int(self._source(node), 0),
            "real_literal": lambda node: float(self._source(node)),
            "parenthesized_expression": self._parenthesis,
            "array_expression": self._array,
            "array_literal_expression": lambda node: [self._value(kid) for kid in parts_of(node)[::2]],
            "hash_literal_expression": self._hashtable,
            "member_access": self._member,
            "element_access": self._element,
            "invokation_expression": self._method,
            "expression_with_unary_operator": self._unary,
            "comparison_expression": self._binary,
            "additive_expression": self._sum,
            "logical_expression": self._logic,
        }
        if node.type not in known:
            raise self._refused(node)
        return known[node.type](node)

    def _string(self, node: Node) -> str:
        text = self._source(node)
        if text[0] not in SINGLE:
            raise self._refused(node, "a text in which something could be expanded")
        return re.sub(f"[{SINGLE}]([{SINGLE}])", r"\1", text[1:-1])

    def _variable(self, node: Node) -> Any:
        name = self._name(node)
        if name in ("true", "false"):
            return name == "true"
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        raise self._refused(node, "a variable without a value")

    def _parenthesis(self, node: Node) -> Any:
        _opening, inner, _closing = parts_of(node)
        return self._value(inner)

    def _array(self, node: Node) -> list[Any]:
        return [
            item
            for part in parts_of(node)[1:-1]
            for item in (self._statements(part) if part.type == "statement_list" else self._output(part))
        ]

    def _hashtable(self, node: Node) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for entry in (entry for body in parts_of(node)[1:-1] for entry in parts_of(body)):
            key, equals, value, *end = parts_of(entry)
            if entry.type != "hash_entry" or equals.type != "=" or any(kid.type != ";" for kid in end):
                raise self._refused(entry)
            name = self._source(key)
            if not re.fullmatch(r"[A-Za-z]\w*", name) or name.lower() in (given.lower() for given in table):
                raise self._refused(entry, "not a key, or one given twice")
            table[name] = self._value(value)
        return table

    def _member(self, node: Node) -> Any:
        holder, _dot, member = parts_of(node)
        return self._property(self._value(holder), self._member_name(member))

    def _member_name(self, node: Node) -> str:
        (inner,) = parts_of(node)
        return str(self._variable(inner)) if inner.type == "variable" else self._source(inner)

    def _property(self, holder: Any, name: str) -> Any:
        if isinstance(holder, Mapping):
            return next((value for key, value in holder.items() if key.lower() == name.lower()), None)
        if isinstance(holder, list) and name.lower() == "count":
            return len(holder)
        if holder is None:
            return None
        raise NotUnderstood(0, f"the property {name} of {type(holder).__name__}")

    def _element(self, node: Node) -> Any:
        holder, _opening, index, _closing = parts_of(node)
        items, number = self._value(holder), self._value(index)
        if not isinstance(items, list) or not isinstance(number, int):
            raise self._refused(node)
        return items[number] if number < len(items) else None

    def _method(self, node: Node) -> Any:
        holder, _dot, member, arguments = parts_of(node)
        name = self._source(member).lower()
        given = [
            self._value(kid)
            for part in parts_of(arguments)[1:-1]
            for kid in parts_of(part)
            if kid.type != ","
        ]
        if self._source(holder).lower() == "$pscmdlet" and name == "shouldprocess" and len(given) == 2:
            return self._should_process(*given)
        if name == "trim" and not given:
            return str(self._value(holder)).strip()
        raise self._refused(node, "an unknown method")

    def _should_process(self, target: str, action: str) -> bool:
        if self._session.what_if:
            self._said.append(f'What if: Performing the operation "{action}" on target "{target}".')
            return False
        return self._session.confirm is None or self._session.confirm(f"{action}: {target}")

    def _unary(self, node: Node) -> Any:
        inner = parts_of(node)
        if inner[0].type == "cast_expression":
            kind, operand = parts_of(inner[0])
            return self._cast(node, self._source(kind).lower(), self._value(operand))
        operator, operand = inner
        if operator.type == "-not":
            return not _true(self._value(operand))
        if operator.type == "-" and isinstance(number := self._value(operand), (int, float)):
            return -number
        raise self._refused(node)

    def _cast(self, node: Node, kind: str, value: Any) -> Any:
        if kind == "[string]" and not isinstance(value, (list, dict)):
            return _text(value)
        if kind == "[char]" and isinstance(value, int):
            return chr(value)
        if kind == "[datetime]" and isinstance(value, str):
            return datetime.fromisoformat(value)
        raise self._refused(node, "an unusual cast")

    def _binary(self, node: Node) -> Any:
        left, operator, right = parts_of(node)
        known = _OPERATORS.get(self._source(operator).lower())
        if known is None:
            raise self._refused(node)
        one, other = self._value(left), self._value(right)
        listed = self._source(operator).lower() in ("-contains", "-notcontains", "-join")
        if isinstance(one, list) != listed:
            raise self._refused(node, "an operator on a list, or on none")
        return known(one, other)

    def _sum(self, node: Node) -> Any:
        left, operator, right = parts_of(node)
        one, other = self._value(left), self._value(right)
        if self._source(operator) != "+" or type(one) is not type(other) or not isinstance(one, (str, int)):
            raise self._refused(node, "only texts and numbers are added")
        return one + other

    def _logic(self, node: Node) -> bool:
        left, operator, right = parts_of(node)
        one = _true(self._value(left))
        if self._source(operator).lower() == "-and":
            return one and _true(self._value(right))
        if self._source(operator).lower() == "-or":
            return one or _true(self._value(right))
        raise self._refused(node)

    # ------------------------------------------------------------------------------------------------ places

    def _name(self, node: Node) -> str:
        if not re.fullmatch(r"\$[A-Za-z]\w*", self._source(node)):
            raise self._refused(node)
        return self._source(node)[1:].lower()

    def _only(self, node: Node, kind: str) -> Node:
        return next(kid for kid in parts_of(node) if kid.type == kind)


_WRAPPING = {*WRAPPERS, "left_assignment_expression", "argument_expression"} | {
    f"{kind}_argument_expression"
    for kind in ("logical", "bitwise", "comparison", "additive", "multiplicative", "format", "range")
}


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _enumerated(value: Any) -> list[Any]:
    """A value in the pipeline: a list is its items."""
    return list(value) if isinstance(value, list) else [value]


def _collapsed(output: list[Any]) -> Any:
    """What a pipeline has put out as one value."""
    return output[0] if len(output) == 1 else list(output) if output else None


def _true(value: Any) -> bool:
    if isinstance(value, list):
        return _true(value[0]) if len(value) == 1 else bool(value)
    return bool(value) or isinstance(value, dict)


def _same(one: Any, other: Any) -> bool:
    """As -eq compares: texts without their case, something with a text by its text."""
    if isinstance(one, str) and other is not None:
        return one.casefold() == _text(other).casefold()
    return bool(one == other) and (one is None) == (other is None)


def _text(value: Any) -> str:
    """What [string] makes of a value."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise TypeError(f"the text of {type(value).__name__}")
    return str(value)
