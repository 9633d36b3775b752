# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cmdlet calls that PowerShell would make for a script of plain commands with constant arguments.

The script is read twice: by tree-sitter-powershell, which gives the structure, and by the lexical rules of PowerShell
(Windows PowerShell Language Specification 3.0, 2.2 and 2.3; tokenizer.cs of PowerShell 7, seen 2026-11), which tree-sitter
does not know in full: typographic quotes and dashes, a carriage return that ends a line. Both must find the same tokens in
the same places. Whatever is not understood is refused, never passed over.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

Edition = Literal["5.1", "7"]
PARSER = Parser(Language(tree_sitter_powershell.language()))


@dataclass(frozen=True)
class Call:
    """One cmdlet with its arguments by name; values are str, int, float, bool, None, list or dict."""

    cmdlet: str
    parameters: dict[str, Any]


class NotUnderstood(Exception):
    """The script says something that this interpreter cannot vouch for."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")


def calls(script: bytes, edition: Edition) -> list[Call]:
    """Every call in order; raises NotUnderstood."""
    text = decoded(script, edition)
    tokens = list(_tokens(text))
    _check_lines(tokens)
    if all(token.kind in ("newline", "comment") for token in tokens):
        return []
    tree = PARSER.parse(text.encode())
    return _Constants(tree.root_node, text, tokens).calls()


def decoded(script: bytes, edition: Edition) -> str:
    """The text as the edition reads a file: without a byte order mark, Windows PowerShell assumes ANSI, 7 UTF-8."""
    if script.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotUnderstood(1, "UTF-16")
    if script.startswith(b"\xef\xbb\xbf"):
        return script[3:].decode("utf-8", "replace")
    if edition == "7":
        return script.decode("utf-8", "replace")
    # Windows maps the five bytes that code page 1252 leaves open to control characters.
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in script)


# ---------------------------------------------------------------------------------------------------- lexical rules

SINGLE = "'\u2018\u2019\u201a\u201b"
DOUBLE = '"\u201c\u201d\u201e'
_DASH = r"\-\u2013\u2014\u2015"
_ENDS = r"(?=[\s,;(){}+=]|\Z)"
_RULES = [
    ("newline", r"\r\n|\n|\r"),
    ("blank", r"[ \t]+|`(?:\r\n|\n)"),
    ("comment", r"#[^\r\n]*|<#.*?#>"),
    ("verbatim", rf"[{SINGLE}](?:[{SINGLE}]{{2}}|[^{SINGLE}])*+[{SINGLE}]{_ENDS}"),
    ("expandable", rf"[{DOUBLE}](?:[{DOUBLE}]{{2}}|[^{DOUBLE}$`])*+[{DOUBLE}]{_ENDS}"),
    ("parameter", rf"[{_DASH}][A-Za-z]\w*(?=[\s:;)}}]|\Z)"),
    ("number", rf"-?\d[\w.]*(?:(?<=[eE])[+-]\d+)?{_ENDS}"),
    ("variable", rf"\$[A-Za-z]+{_ENDS}"),
    ("type", r"\[(?:char|string)\]"),
    ("word", rf"[A-Za-z][A-Za-z0-9-]*{_ENDS}"),
    ("sign", r"@\(|@\{|[(){},;=+:]"),
]
_RULE = re.compile("|".join(f"(?P<{kind}>{rule})" for kind, rule in _RULES), re.ASCII | re.DOTALL)
_REQUIREMENT = re.compile(
    r"#requires( -(Version \d+(\.\d+)*|Modules [\w.]+|PSEdition \w+))+ *", re.IGNORECASE | re.ASCII
)


class _Token(NamedTuple):
    """start and end: places in the UTF-8 of the script."""

    kind: str
    text: str
    start: int
    end: int
    line: int


def _tokens(text: str) -> Iterator[_Token]:
    place = start = 0
    line = 1
    while place < len(text):
        match = _RULE.match(text, place)
        if match is None or match.lastgroup is None:
            raise NotUnderstood(line, f"not a token: {text[place : place + 20]!r}")
        word = match.group()
        end = start + len(word.encode())
        if match.lastgroup == "comment":
            check_comment(word, line)
        if match.lastgroup != "blank":
            yield _Token(match.lastgroup, word, start, end, line)
        line += len(re.findall(r"\r\n|\n|\r", word))
        place, start = match.end(), end


def check_comment(comment: str, line: int) -> None:
    """Two kinds of comments are more than that: requirements, and what looks like the signature that ends a script."""
    if comment.lower().startswith("#requires") and not _REQUIREMENT.fullmatch(comment):
        raise NotUnderstood(line, "an unknown requirement")
    if _distance("".join(comment[1:].split()).lower() + "\n", "sig#beginsignatureblock\n") < 10:
        raise NotUnderstood(line, "the comment looks like the beginning of a signature")


def _distance(one: str, other: str) -> int:
    """Levenshtein's."""
    if abs(len(one) - len(other)) > 10:
        return 11
    row = list(range(len(other) + 1))
    for place, left in enumerate(one, 1):
        above, row = row, [place]
        for column, right in enumerate(other):
            row.append(min(above[column] + (left != right), above[column + 1] + 1, row[column] + 1))
    return row[-1]


def _check_lines(tokens: list[_Token]) -> None:
    """Line breaks stand where PowerShell and tree-sitter agree on their meaning."""
    shown = [token for token in tokens if token.kind != "comment"]
    open_brackets: list[str] = []
    ends = _Token("end", "", 0, 0, 0)
    for before, token, after in zip([ends, *shown], shown, [*shown[1:], ends], strict=False):
        if token.kind == "sign" and token.text in ("(", "@(", "@{"):
            open_brackets.append(token.text)
        elif token.kind == "sign" and token.text in (")", "}") and open_brackets:
            open_brackets.pop()
        elif token.kind == "newline":
            torn = before.text in ("=", ":") or after.text in (",", "+", "=", ":")
            if open_brackets and open_brackets[-1] == "(":
                torn = torn or not (
                    before.text in ("(", ",", "+")
                    or after.text == ")"
                    or "newline" in (before.kind, after.kind)
                )
            if torn:
                raise NotUnderstood(token.line, "a line break inside an expression")


# ---------------------------------------------------------------------------------------------------- structure

_ATOMS = {
    "string_literal",
    "variable",
    "integer_literal",
    "real_literal",
    "type_literal",
    "comment",
    "command_name",
    "command_parameter",
    "simple_name",
}
WRAPPERS = {
    "statement_list",
    "pipeline",
    "pipeline_chain",
    "logical_expression",
    "bitwise_expression",
    "comparison_expression",
    "additive_expression",
    "multiplicative_expression",
    "format_expression",
    "range_expression",
    "array_literal_expression",
    "unary_expression",
    "key_expression",
}
_CONSTANTS = {"$true": True, "$false": False, "$null": None}
# Preferences that change what is asked and shown, not what is done.
_PREFERENCES = {"confirm", "debug", "information", "progress", "verbose", "warning"}


class Reading(ABC):
    """The tree of one script: where its parts stand, and its commands."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()

    def _call(self, node: Node) -> Call:
        """A command: its name, and each parameter with its value."""
        name, *rest = parts_of(node)
        cmdlet = self._source(name)
        if name.type != "command_name" or not re.fullmatch(r"[A-Za-z]+-[A-Za-z]+", cmdlet):
            raise self._refused(name, "not a cmdlet")
        parameters: dict[str, Any] = {}
        waiting = self._first_parameter(cmdlet)
        for element in (element for part in rest for element in parts_of(part)):
            if element.type == "command_argument_sep":
                continue
            if element.type == "command_parameter":
                waiting = self._source(element)[1:]
                if waiting.lower() in (given.lower() for given in parameters):
                    raise self._refused(element, "given twice")
                parameters[waiting] = True
            elif waiting is None:
                raise self._refused(element, "an argument without a name")
            else:
                parameters[waiting], waiting = self._argument(element), None
        return Call(cmdlet, parameters)

    def _first_parameter(self, cmdlet: str) -> str | None:
        """The parameter of an argument that comes first without a name."""
        return None

    @abstractmethod
    def _argument(self, node: Node) -> Any:
        """The value of an argument."""

    def _whole(self, value: Any, node: Node) -> Any:
        """Characters outside the Basic Multilingual Plane, joined from their two halves."""
        if isinstance(value, list):
            return [self._whole(item, node) for item in value]
        if isinstance(value, dict):
            return {self._whole(key, node): self._whole(item, node) for key, item in value.items()}
        if not isinstance(value, str) or value.isascii():
            return value
        try:
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise self._refused(node, "half a character") from None

    def _source(self, node: Node) -> str:
        return self._text[node.start_byte : node.end_byte].decode()

    def _line(self, start: int) -> int:
        return len(re.findall(rb"\r\n|\n|\r", self._text[:start])) + 1

    def _refused(self, node: Node, why: str = "not supported") -> NotUnderstood:
        return NotUnderstood(self._line(node.start_byte), f"{why}: {node.type} {self._source(node)[:60]!r}")


class _Constants(Reading):
    """A script of commands with constants; values of strings come from the lexical rules."""

    def __init__(self, root: Node, text: str, tokens: list[_Token]) -> None:
        super().__init__(text)
        self._root = root
        self._tokens = {token.start: token for token in tokens if token.kind != "newline"}
        self._values: dict[str, Callable[[Node], Any]] = {
            "string_literal": self._string,
            "variable": self._constant,
            "integer_literal": self._number,
            "real_literal": self._number,
            "expression_with_unary_operator": self._unary,
            "parenthesized_expression": self._parenthesis,
            "array_expression": self._array,
            "hash_literal_expression": self._hashtable,
        }

    def calls(self) -> list[Call]:
        self._check_tokens()
        found: list[Call] = []
        for part in parts_of(self._root):
            if part.type != "statement_list":
                raise self._refused(part)
            for statement in parts_of(part):
                found += self._statement(statement)
        return found

    def _check_tokens(self) -> None:
        """Both readings found the same tokens."""
        expected = sorted((token.start, token.end) for token in self._tokens.values())
        seen = sorted(self._spans(self._root))
        for ours, theirs in zip([*expected, None], [*seen, None], strict=False):
            if ours != theirs:
                start = min(span[0] for span in (ours, theirs) if span)
                raise NotUnderstood(self._line(start), "two readings of the script differ")

    def _spans(self, node: Node) -> Iterator[tuple[int, int]]:
        if node.is_error or node.is_missing:
            raise self._refused(node, "not PowerShell")
        negative = node.type == "expression_with_unary_operator" and self._source(node).startswith("-")
        if node.type in _ATOMS or negative or not node.children:
            if node.has_error:
                raise self._refused(node, "not PowerShell")
            if self._source(node).strip(" \t\r\n`"):
                yield node.start_byte, node.end_byte
            return
        for child in node.children:
            yield from self._spans(child)

    def _statement(self, node: Node) -> list[Call]:
        inner = parts_of(node)
        if node.type == "empty_statement":
            return []
        if node.type != "pipeline" or len(inner) != 1:
            raise self._refused(node)
        if inner[0].type == "assignment_expression":
            self._preference(inner[0])
            return []
        commands = parts_of(inner[0])
        if inner[0].type != "pipeline_chain" or len(commands) != 1 or commands[0].type != "command":
            raise self._refused(node)
        return [self._command(commands[0])]

    def _preference(self, node: Node) -> None:
        target, operator, value = parts_of(node)
        name = self._source(target).lower().removeprefix("$").removesuffix("preference")
        stops = name == "erroraction" and self._value(value) == "Stop"
        if self._source(operator) != "=" or not (stops or name in _PREFERENCES):
            raise self._refused(node, "an assignment that may change what the script does")
        self._value(value)

    def _command(self, node: Node) -> Call:
        call = self._call(node)
        self._check_colons(node)
        return call

    def _check_colons(self, node: Node) -> None:
        """A colon follows its parameter at once, and a value follows it."""
        inside = [
            token for start, token in sorted(self._tokens.items()) if node.start_byte <= start < node.end_byte
        ]
        for before, token, after in zip(inside, inside[1:], [*inside[2:], None], strict=False):
            if token.text == ":" and (
                before.end != token.start or after is None or after.kind == "parameter"
            ):
                raise NotUnderstood(token.line, "a colon without parameter and value")

    def _argument(self, node: Node) -> Any:
        """In an argument a cast is plain text to PowerShell, though not to tree-sitter."""
        parts = [kid for part in parts_of(node) for kid in parts_of(part)]
        if node.type != "array_literal_expression" or any(
            parts_of(part)[:1] and parts_of(part)[0].type == "cast_expression" for part in parts
        ):
            raise self._refused(node)
        return self._whole(self._value(node), node)

    # ------------------------------------------------------------------------------------------------ values

    def _value(self, node: Node) -> Any:
        kids = parts_of(node)
        if node.type in self._values:
            return self._values[node.type](node)
        if node.type in WRAPPERS and len(kids) == 1:
            return self._value(kids[0])
        if node.type == "additive_expression" and len(kids) == 3 and kids[1].type == "+":
            return self._sum(node, self._value(kids[0]), self._value(kids[2]))
        if node.type == "array_literal_expression" and all(kid.type == "," for kid in kids[1::2]):
            return self._list(node, [self._value(kid) for kid in kids[::2]])
        raise self._refused(node)

    def _sum(self, node: Node, left: Any, right: Any) -> str:
        if not isinstance(left, str) or not isinstance(right, (str, int)) or isinstance(right, bool):
            raise self._refused(node, "only texts are joined")
        return f"{left}{right}"

    def _list(self, node: Node, items: list[Any]) -> list[Any]:
        if any(isinstance(item, (list, dict)) for item in items):
            raise self._refused(node, "a list in a list")
        return items

    def _string(self, node: Node) -> str:
        token = self._tokens[node.start_byte]
        quotes = {"verbatim": SINGLE, "expandable": DOUBLE}.get(token.kind)
        if quotes is None:
            raise self._refused(node)
        # Of two quotes in a row the second counts, whichever of the characters they are.
        return re.sub(f"[{quotes}]([{quotes}])", r"\1", token.text[1:-1])

    def _constant(self, node: Node) -> bool | None:
        name = self._source(node).lower()
        if name not in _CONSTANTS:
            raise self._refused(node, "a variable")
        return _CONSTANTS[name]

    def _number(self, node: Node) -> int | float:
        text = self._source(node)
        if re.fullmatch(r"-?(0|[1-9]\d*)", text) and abs(int(text)) < 2**63:
            return int(text)
        if re.fullmatch(r"0x[0-9a-fA-F]+", text) and int(text, 16) < 2**31:
            return int(text, 16)
        if re.fullmatch(r"-?\d+(\.\d+([eE][+-]?\d+)?|[eE][+-]?\d+)", text):
            return float(text)
        raise self._refused(node, "an unusual number")

    def _unary(self, node: Node) -> Any:
        kids = parts_of(node)
        if kids[0].type == "cast_expression":
            kind, operand = parts_of(kids[0])
            return self._cast(node, self._source(kind).lower(), self._value(operand))
        if self._tokens[node.start_byte].kind == "number":
            return self._number(node)
        raise self._refused(node)

    def _cast(self, node: Node, kind: str, value: Any) -> str:
        plain = isinstance(value, (str, int)) and not isinstance(value, bool)
        if kind == "[string]" and plain:
            return str(value)
        if kind == "[char]" and plain and isinstance(value, int) and 0 <= value < 2**16:
            return chr(value)
        if kind == "[char]" and isinstance(value, str) and len(value) == 1:
            return value
        raise self._refused(node, "an unusual cast")

    def _parenthesis(self, node: Node) -> Any:
        opening, *inner, closing = parts_of(node)
        if (opening.type, closing.type, len(inner)) != ("(", ")", 1):
            raise self._refused(node)
        return self._value(inner[0])

    def _array(self, node: Node) -> list[Any]:
        """@(...): what its statements put out, one after the other; a list puts out its items."""
        items: list[Any] = []
        for statement in (statement for part in parts_of(node)[1:-1] for statement in parts_of(part)):
            if statement.type != "empty_statement":
                value = self._value(statement)
                items += value if isinstance(value, list) else [value]
        return self._list(node, items)

    def _hashtable(self, node: Node) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for entry in (entry for body in parts_of(node)[1:-1] for entry in parts_of(body)):
            key, equals, value, *end = parts_of(entry)
            if entry.type != "hash_entry" or equals.type != "=" or any(kid.type != ";" for kid in end):
                raise self._refused(entry)
            name = self._source(key) if parts_of(key)[0].type == "simple_name" else self._value(key)
            if not isinstance(name, str) or name.lower() in (given.lower() for given in table):
                raise self._refused(entry, "not a key, or one given twice")
            table[name] = self._value(value)
        return table


def parts_of(node: Node) -> list[Node]:
    """The children of a node without comments, which may stand anywhere."""
    return [child for child in node.children if child.type != "comment"]
