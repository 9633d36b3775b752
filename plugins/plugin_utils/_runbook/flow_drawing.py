# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lanes as shapes of a vector drawing, in two layouts: wide, from left to right, and narrow, from top to bottom. Pure.

A shape is a rectangle, a path or a text, with a class of the page and perhaps a title, which is the full text. Lengths are
pixels at the size for which the layout is made. Texts are as they came; whoever writes them out makes them harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .flow_lane import Hop, Lane, Note, Station, Verdict
from .text_fit import fit, width

Shape = dict[str, Any]
Labelled = tuple[str, Lane]
"""A lane and when it is so: Before, After."""

# Icons of 16 by 16.
_ICONS = {
    "internet": "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M1.5 8h13M8 1.5c-4.2 4-4.2 9 0 13M8 1.5c4.2 4 4.2 9 0 13",
    "service": "M4.3 13h7.4a3 3 0 0 0 .5-5.95A4.3 4.3 0 0 0 4 6.3 3.4 3.4 0 0 0 4.3 13z",
    "vendor": "M8 1.3l5.6 2.1v4.2c0 3.3-2.4 5.8-5.6 7.1-3.2-1.3-5.6-3.8-5.6-7.1V3.4zM5.4 7.9l1.9 1.9 3.4-3.6",
    "gateway": "M2 2.5h12v4.6H2zM2 8.9h12v4.6H2zM4.6 4.8h2M4.6 11.2h2",
    "mailbox": "M1.5 3.2h13v9.6h-13zM1.5 3.8L8 9l6.5-5.2",
    "gap": "M3 8h.1M8 8h.1M13 8h.1",
}
# Around the middle of the sign.
_SIGNS = {
    "safe": "M-5.2 .3l3.6 3.8 6.8-7.8",
    "loop": "M5.6 1.2A5.8 5.8 0 1 1 4.4-3.7M5.6-6.6v3.6h-3.6",
    "lost": "M-4.2-4.2l8.4 8.4M4.2-4.2l-8.4 8.4",
    "not_proved": "M-3.3-2.6a3.3 3.3 0 1 1 5 2.9c-1.1 .7-1.7 1.2-1.7 2.4M0 6.2v.1",
}
_CIRCLE = "M-13 0a13 13 0 1 0 26 0a13 13 0 1 0-26 0"
_OCTAGON = "M-5.8-14h11.6l8.2 8.2v11.6l-8.2 8.2h-11.6l-8.2-8.2v-11.6z"

_NAME, _NOTE = 10.5, 11.0
_LINE = 15
_MOST_NOTES = 4
# Lines that a note may take, by how many there are.
_NOTE_LINES = {1: 3, 2: 3, 3: 2}


@dataclass
class _Sheet:
    """What was drawn so far, and how far down."""

    shapes: list[Shape] = field(default_factory=list)
    bottom: float = 0

    def path(self, d: str, kind: str, at: tuple[float, float] | None = None, title: str = "") -> None:
        self.shapes.append({"type": "path", "d": d, "class": kind, "at": at, "title": title})

    def box(self, x: float, y: float, size: tuple[float, float], kind: str, title: str) -> None:
        w, h = size
        self.shapes.append({"type": "rect", "x": x, "y": y, "w": w, "h": h, "class": kind, "title": title})

    def text(
        self,
        x: float,
        y: float,
        text: str,
        kind: str,
        *,
        anchor: str = "start",
        lead: str = "",
        title: str = "",
    ) -> None:
        self.shapes.append(
            {
                "type": "text",
                "x": round(x, 1),
                "y": round(y, 1),
                "class": kind,
                "anchor": anchor,
                "lead": lead,
                "text": text,
                "title": title,
            }
        )

    def arrow(self, points: Sequence[tuple[float, float]], tone: str, *, certain: bool) -> None:
        """A line with round corners and a head at its end."""
        self.path(_line(points), f"hop {tone}{'' if certain else ' dashed'}")
        (x, y), (to_x, to_y) = points[-2:]
        across = abs(to_x - x) > abs(to_y - y)
        sign = 1 if (to_x - x if across else to_y - y) > 0 else -1
        head = (
            f"M{-7 * sign} -4.5L0 0L{-7 * sign} 4.5z" if across else f"M-4.5 {-7 * sign}L0 0L4.5 {-7 * sign}z"
        )
        self.path(head, f"head {tone}", (to_x, to_y))

    def sign(self, x: float, y: float, verdict: Verdict) -> None:
        outline = _OCTAGON if verdict.key == "lost" else _CIRCLE
        self.path(outline, f"sign {verdict.tone}", (x, y))
        self.path(_SIGNS[verdict.key], f"glyph {verdict.tone}", (x, y))

    def drawing(self, wide: float) -> dict[str, Any]:
        return {"width": wide, "height": round(self.bottom + 2), "shapes": self.shapes}


def _line(points: Sequence[tuple[float, float]]) -> str:
    """Straight lines between points, with rounded corners."""
    d = f"M{points[0][0]:g} {points[0][1]:g}"
    for (x0, y0), (x1, y1), (x2, y2) in zip(points, points[1:], points[2:], strict=False):
        r = min(9, (abs(x1 - x0) + abs(y1 - y0)) / 2, (abs(x2 - x1) + abs(y2 - y1)) / 2)
        enter = (x1 - _side(x1 - x0) * r, y1 - _side(y1 - y0) * r)
        leave = (x1 + _side(x2 - x1) * r, y1 + _side(y2 - y1) * r)
        d += f"L{enter[0]:g} {enter[1]:g}Q{x1:g} {y1:g} {leave[0]:g} {leave[1]:g}"
    return f"{d}L{points[-1][0]:g} {points[-1][1]:g}"


def _side(value: float) -> int:
    return (value > 0) - (value < 0)


def _station_title(station: Station) -> str:
    return ": ".join(
        part for part in (" ".join(filter(None, (station.label, station.name))), station.what) if part
    )


def _note_title(note: Note) -> str:
    return ": ".join(part for part in (" ".join(filter(None, (note.word, note.name))), note.what) if part)


def _note_lines(hop: Hop, room: float, anchor: str) -> list[Shape]:
    """The notes of a hop as lines: text, lead and title."""
    lines: list[Shape] = []
    shown = hop.notes if len(hop.notes) <= _MOST_NOTES else hop.notes[: _MOST_NOTES - 1]
    for note in shown:
        title = _note_title(note)
        taken = width(note.word + " ", _NOTE) if note.word else 0
        parts = fit(note.name, _NOTE, room, _NOTE_LINES.get(len(shown), 1), taken)
        for index, part in enumerate(parts):
            lead = note.word if not index else ""
            lines.append({"text": part, "lead": lead, "title": title, "anchor": anchor})
    if len(shown) < len(hop.notes):
        left_out = hop.notes[len(shown) :]
        more = {"text": f"… {len(left_out)} more", "lead": "", "anchor": anchor}
        lines.append({**more, "title": "; ".join(_note_title(note) for note in left_out)})
    return lines


def _put_lines(sheet: _Sheet, lines: Iterable[Shape], x: float, y: float) -> float:
    """Lines below each other; where they end."""
    for line in lines:
        more = {key: line[key] for key in ("lead", "anchor", "title")}
        sheet.text(x, y + _LINE - 4, line["text"], "note", **more)
        y += _LINE
    return y


def _verdict(sheet: _Sheet, lane: Lane, at: tuple[float, float], beside: float, right: float) -> None:
    """The sign, and in words beside it, up to the right, what it means and what more there is to the end."""
    x, y = at
    sheet.sign(x, y, lane.verdict)
    sheet.text(beside, y + (-1 if lane.end else 4), lane.verdict.word, f"word {lane.verdict.tone}")
    for line in fit(lane.end, _NAME, right - beside):
        sheet.text(beside, y + 12, line, "host", title=lane.end)


# ---------------------------------------------------------------------------------------------- wide

_WIDE, _BOX, _TALL, _LEFT, _SIGN_ROOM = 880, 112, 66, 4, 146
_PER_ROW, _PITCH = 5, 154.5
_ARC = 34


def wide(lanes: Sequence[Labelled]) -> dict[str, Any]:
    """From left to right, the same stations of two lanes above each other."""
    sheet = _Sheet()
    columns = _columns([lane for _when, lane in lanes])
    longest = max((max(places, default=0) for places in columns), default=0) + 1
    rows = -(-longest // _PER_ROW)
    per_row = -(-longest // rows)
    pitch = min(_PITCH, (_WIDE - _LEFT - _BOX - _SIGN_ROOM) / max(per_row - 1, 1))
    for index, ((when, lane), places) in enumerate(zip(lanes, columns, strict=True)):
        if index:
            sheet.bottom += 16
        sheet.text(0, sheet.bottom + 12, when.upper(), "when")
        _WideLane(sheet, lane, places, per_row, pitch).draw()
    return sheet.drawing(_WIDE)


def _columns(lanes: Sequence[Lane]) -> list[list[int]]:
    """The columns of the stations. Two lanes share those of their beginning and of their end."""
    counts = [len(lane.stations) for lane in lanes]
    columns = [list(range(count)) for count in counts]
    total = max(counts, default=0)
    if len(lanes) == 2 and counts[0] != counts[1] and total <= _PER_ROW:
        short = counts.index(min(counts))
        one, other = ([station.label for station in lanes[index].stations] for index in (short, 1 - short))
        head = 0
        while head < len(one) and one[head] == other[head]:
            head += 1
        tail = 0
        while tail < len(one) - head and one[-1 - tail] == other[-1 - tail]:
            tail += 1
        for index in range(len(one) - tail, len(one)):
            columns[short][index] += total - len(one)
    return columns


@dataclass
class _WideLane:
    sheet: _Sheet
    lane: Lane
    places: list[int]
    per_row: int
    pitch: float
    tops: list[float] = field(default_factory=list)
    """Of the boxes of each row."""

    def draw(self) -> None:
        count = self.places[-1] // self.per_row + 1 if self.places else 1
        for row in range(count):
            top = self.sheet.bottom + (22 if not row else 30)
            if self._loop_row() == row:
                top += _ARC
            self.tops.append(top)
            self.sheet.bottom = top + _TALL
            for index, hop in enumerate(self.lane.hops):
                if self.places[index] // self.per_row == row:
                    self._notes(index, hop)
        for index, hop in enumerate(self.lane.hops[:-1]):
            self._hop(index, hop)
        for index, station in enumerate(self.lane.stations):
            self._station(index, station)
        self._finish()

    def _loop_row(self) -> int | None:
        """The row in which a loop can be drawn as an arc."""
        if self.lane.back is None:
            return None
        rows = {self.places[index] // self.per_row for index in (self.lane.back, -1)}
        return rows.pop() if len(rows) == 1 else None

    def _x(self, index: int) -> float:
        return _LEFT + self.places[index] % self.per_row * self.pitch

    def _y(self, index: int) -> float:
        """Of the middle of a station."""
        return self.tops[self.places[index] // self.per_row] + _TALL / 2

    def _notes(self, index: int, hop: Hop) -> None:
        """What decides a hop, below its arrow."""
        start = self._x(index) + _BOX
        last = index == len(self.places) - 1
        wraps = not last and self.places[index + 1] // self.per_row != self.places[index] // self.per_row
        if wraps or (last and self.lane.back is None and not self.lane.stopped):
            lines = _note_lines(hop, _SIGN_ROOM - 26, "start")
            x = start + 20
        else:
            gap = (self.pitch if last else self._x(index + 1) - self._x(index)) - _BOX
            middle = start + (22 if last else gap / 2)
            room = min(gap + _BOX - 4, 2 * (_WIDE - middle))
            lines, x = _note_lines(hop, room, "middle"), middle
        end = _put_lines(self.sheet, lines, x, self.tops[-1] + _TALL + 5)
        self.sheet.bottom = max(self.sheet.bottom, end)

    def _hop(self, index: int, hop: Hop) -> None:
        x, y = self._x(index) + _BOX, self._y(index)
        to_x, to_y = self._x(index + 1), self._y(index + 1)
        if y == to_y:
            points = [(x + 2, y), (to_x - 2, to_y)]
        else:
            row = self.places[index + 1] // self.per_row
            between = to_y - _TALL / 2 - 15 - (_ARC if self._loop_row() == row else 0)
            points = [
                (x + 2, y),
                (x + 14, y),
                (x + 14, between),
                (-10, between),
                (-10, to_y),
                (to_x - 2, to_y),
            ]
        self.sheet.arrow(points, "", certain=hop.certain)

    def _station(self, index: int, station: Station) -> None:
        x, top = self._x(index), self._y(index) - _TALL / 2
        title, middle = _station_title(station), x + _BOX / 2
        self.sheet.box(round(x, 1), top, (_BOX, _TALL), f"station {station.kind}", title)
        lines = fit(station.name, _NAME, _BOX - 10, 2)
        # Icon, label and name together stand in the middle.
        high = top + (_TALL - 32 - 12 * len(lines)) / 2
        self.sheet.path(_ICONS[station.kind], f"icon {station.kind}", (round(middle - 8, 1), high))
        self.sheet.text(middle, high + 29, station.label, "label", anchor="middle", title=title)
        for index_of_line, line in enumerate(lines):
            y = high + 42 + index_of_line * 12
            self.sheet.text(middle, y, line, "host", anchor="middle", title=title)

    def _finish(self) -> None:
        """The verdict behind the last station, and how mail gets there or back."""
        lane, sheet = self.lane, self.sheet
        y = self._y(-1) if self.places else self.tops[0] + _TALL / 2
        right = self._x(-1) + _BOX if self.places else -20
        x = right + (50 if lane.stopped else 34)
        certain = not lane.hops or lane.hops[-1].certain
        if lane.stopped and lane.stations:
            sheet.arrow([(right + 2, y), (x - 16, y)], lane.verdict.tone, certain=certain)
        if lane.back is not None and self._loop_row() is not None:
            self._arc(lane.back, certain)
        _verdict(sheet, lane, (x, y), x + 20, _WIDE)

    def _arc(self, back: int, certain: bool) -> None:
        """Back over the stations between, to the one that has had the message before."""
        top = self._y(-1) - _TALL / 2
        start, end = self._x(-1) + _BOX / 2, self._x(back) + _BOX / 2
        points = [(start, top - 2), (start, top - _ARC + 8), (end, top - _ARC + 8), (end, top - 2)]
        if start == end:
            points[0], points[1] = (start + 30, top - 2), (start + 30, top - _ARC + 8)
        self.sheet.arrow(points, self.lane.verdict.tone, certain=certain)


# ---------------------------------------------------------------------------------------------- narrow

_NARROW, _SPINE, _INDENT = 330, 34, 62
_DOT = 15


def narrow(lanes: Sequence[Labelled]) -> dict[str, Any]:
    """From top to bottom, one lane below the other."""
    sheet = _Sheet()
    for index, (when, lane) in enumerate(lanes):
        if index:
            sheet.bottom += 24
        sheet.text(0, sheet.bottom + 12, when.upper(), "when")
        sheet.bottom += 22
        _narrow_lane(sheet, lane)
    return sheet.drawing(_NARROW)


def _narrow_lane(sheet: _Sheet, lane: Lane) -> None:
    middles: list[float] = []
    for station, hop in zip(lane.stations, lane.hops, strict=True):
        middles.append(sheet.bottom + _DOT + 3)
        _narrow_station(sheet, station, middles[-1])
        last = len(middles) == len(lane.stations)
        lines = _note_lines(hop, _NARROW - _INDENT, "start")
        end = _put_lines(sheet, lines, _INDENT, middles[-1] + _DOT + (7 if station.name else 1))
        sheet.bottom = max(end + 4, middles[-1] + _DOT + (30 if not last or lane.stopped else 12))
    sign = sheet.bottom + _DOT + 3
    _narrow_arrows(sheet, lane, middles, sign)
    _verdict(sheet, lane, (_SPINE, sign), _INDENT, _NARROW)
    sheet.bottom = sign + _DOT


def _narrow_arrows(sheet: _Sheet, lane: Lane, middles: list[float], sign: float) -> None:
    """From station to station and to the sign, or back. middles: of the stations."""
    for index, (middle, following) in enumerate(pairwise(middles)):
        points = [(_SPINE, middle + _DOT + 2), (_SPINE, following - _DOT - 2)]
        sheet.arrow(points, "", certain=lane.hops[index].certain)
    certain = not lane.hops or lane.hops[-1].certain
    if lane.stopped and middles:
        points = [(_SPINE, middles[-1] + _DOT + 2), (_SPINE, sign - _DOT - 2)]
        sheet.arrow(points, lane.verdict.tone, certain=certain)
    if lane.back is not None:
        low, high = middles[-1], middles[lane.back]
        points = [(_SPINE - _DOT - 1, low), (5, low), (5, high), (_SPINE - _DOT - 2, high)]
        if low == high:
            points[0], points[1] = (_SPINE - _DOT + 4, low + 10), (5, low + 10)
        sheet.arrow(points, lane.verdict.tone, certain=certain)


def _narrow_station(sheet: _Sheet, station: Station, y: float) -> None:
    title = _station_title(station)
    sheet.box(_SPINE - _DOT, y - _DOT, (2 * _DOT, 2 * _DOT), f"station {station.kind}", title)
    sheet.path(_ICONS[station.kind], f"icon {station.kind}", (_SPINE - 8, y - 8))
    sheet.text(_INDENT, y + (-1 if station.name else 5), station.label, "label", title=title)
    for line in fit(station.name, _NAME, _NARROW - _INDENT):
        sheet.text(_INDENT, y + 13, line, "host", title=title)
