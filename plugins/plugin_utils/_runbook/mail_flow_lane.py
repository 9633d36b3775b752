# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The trace of a class of messages as a lane: the stations of its mail, the hops between them and how it ends. Pure.

A trace tells every step; rules and connectors are no stations but belong to the hop that they decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ...module_utils._mail_flow_check.comparison import TracedClass


@dataclass(frozen=True)
class Verdict:
    """key: as in a check; word and icon say the same; tone: good, bad or warn; meaning: the same in a sentence."""

    key: str
    word: str
    icon: str
    tone: str
    meaning: str


VERDICTS = {
    verdict.key: verdict
    for verdict in (
        Verdict("loop", "loop", "↻", "bad", "Messages loop."),
        Verdict("lost", "lost", "✕", "bad", "Messages are lost."),
        Verdict("not_proved", "not proved", "?", "warn", "It is not proved that every message arrives."),
        Verdict("safe", "safe", "✓", "good", "Every message that was walked arrives."),
    )
}
ENDS = {
    "loop": "loop",
    "rejected": "rejected",
    "stranded": "stranded",
    "unknown": "unknown",
    "left": "leaves the tenant",
    "delivered": "delivered",
}
"""Ends in words, the worst first."""

_LABELS = {
    "internet": "Internet",
    "service": "Exchange Online",
    "vendor": "Vendor",
    "gateway": "Gateway",
    "mailbox": "Mailbox",
}
# What the vendor's hosts are called by those who bought it.
_BRANDS = {"avanan.net": "Avanan", "checkpointcloudsec.com": "Check Point"}
_NOTES = ("rule", "connector")
_OTHERS = ("vendor", "gateway")
# Which stations stand for many, so that their names do not make two lanes differ.
_MANY = ("internet", "mailbox")
_LONG, _HEAD, _TAIL = 12, 8, 3


@dataclass(frozen=True)
class Note:
    """A rule or connector on a hop. kind: its word, "" for anything else; what: one sentence."""

    kind: str
    name: str
    what: str
    certain: bool

    @property
    def word(self) -> str:
        """What stands before the name."""
        return " ".join(part for part in ("" if self.certain else "perhaps", self.kind) if part)


@dataclass(frozen=True)
class Station:
    """Where mail stops. kind: internet, service, vendor, gateway, mailbox or gap; name: of the host or address, or ""."""

    kind: str
    label: str
    name: str = ""
    what: str = ""


@dataclass(frozen=True)
class Hop:
    """The way out of a station."""

    notes: tuple[Note, ...] = ()
    certain: bool = True


class Leg(NamedTuple):
    """A part of a lane in words: the arrow that leads there, what it is, its name, and the rules and connectors that act there."""

    arrow: str
    label: str
    name: str
    notes: list[Note]


@dataclass(frozen=True)
class Lane:
    """hops: as many as stations, the last one leads to the end. back: the station to which a loop returns.

    stopped: whether the path ends in the verdict, not in the last station; end: more on that, in words. ends: of each
    recipient, as in a trace.
    """

    verdict: Verdict
    stations: tuple[Station, ...]
    hops: tuple[Hop, ...]
    back: int | None
    stopped: bool
    end: str
    cause: str
    remedy: str
    finding: str
    ends: tuple[tuple[str, str], ...]

    def shape(self) -> tuple[Any, ...]:
        """Equal for lanes that look the same."""
        return (
            self.verdict.key,
            tuple((one.kind, one.label, "" if one.kind in _MANY else one.name) for one in self.stations),
            tuple((hop.certain, *((note.word, note.name) for note in hop.notes)) for hop in self.hops),
            self.back,
            self.end,
            frozenset(end for _recipient, end in self.ends),
        )

    def stays_inside(self) -> bool:
        """Whether mail is in nobody else's hands on its way."""
        return not any(one.kind in _OTHERS for one in self.stations)

    def nameless(self) -> Lane:
        """The lane for several classes: without the names of what differs among them."""
        stations = tuple(replace(one, name="") if one.kind in _MANY else one for one in self.stations)
        return replace(self, stations=stations)

    def legs(self) -> list[Leg]:
        """The lane in words, in order."""
        arrows = ["→" if hop.certain else "⇢" for hop in self.hops]
        legs = [
            Leg(arrow, station.label, station.name, [])
            for arrow, station in zip(["", *arrows], self.stations, strict=False)
        ]
        for index, hop in enumerate(self.hops):
            # What leads from one to another outside of the service is told where mail arrives.
            here = self.stations[index].kind == "service" or index == len(legs) - 1
            legs[index if here else index + 1].notes.extend(hop.notes)
        if self.stopped or self.back is not None:
            legs.append(Leg(arrows[-1] if arrows else "", self.end or self.verdict.word, "", []))
        return legs

    def different_ends(self) -> list[tuple[str, str]]:
        """Each recipient and what becomes of its messages, in words; none when that is the same for all."""
        found: dict[str, list[str]] = {}
        for who, end in () if self.verdict.key == "safe" else self.ends:
            words = found.setdefault(who, [])
            word = ENDS.get(end, ENDS["unknown"])
            words += [] if word in words else [word]
        differ = len({tuple(sorted(words)) for words in found.values()}) > 1
        return [(who, " or ".join(words)) for who, words in found.items()] if differ else []


@dataclass
class _Route:
    """What was read of a path. hops: one less than stations; notes and certain: since the last station."""

    stations: list[Station] = field(default_factory=list)
    hops: list[Hop] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    certain: bool = True

    @property
    def at(self) -> str:
        return self.stations[-1].kind if self.stations else ""

    def arrive(self, station: Station, certain: bool = True) -> None:
        """certain: whether mail comes there at all."""
        if self.stations:
            self.hops.append(Hop(tuple(self.notes), self.certain and certain))
            self.notes, self.certain = [], True
        self.stations.append(station)

    def pass_service(self) -> None:
        """Between two others mail is in the service, whether or not a step says so."""
        if self.at != "service":
            self.arrive(Station("service", _LABELS["service"]))

    def take(self, step: Mapping[str, Any]) -> None:
        """One step of a trace."""
        kind = step["at"] if step["at"] in (*_LABELS, *_NOTES) else "service"
        certain = bool(step["certain"])
        if kind == "rule" or (kind == "connector" and not self.stations):
            # A path that begins with either begins in the service.
            self.pass_service()
        if kind in _NOTES or kind == self.at == "service":
            self.certain = self.certain and certain
            if step["name"]:
                word = kind if kind in _NOTES else ""
                self.notes.append(Note(word, step["name"], step["what"], certain))
            return
        if kind in _OTHERS and self.at == kind and self.stations[-1].name == step["name"]:
            # A trace tells the return from another's hands as a step of its own.
            self.certain = self.certain and certain
            return
        if self._skips_service(kind):
            # Connectors told since then are those of the way out, except for mail that is delivered.
            out, self.notes = ([], self.notes) if kind == "mailbox" else (self.notes, [])
            self.pass_service()
            self.notes = out
        label = _label(kind, step["name"], not self.stations)
        name = "" if step["name"].casefold() == label.casefold() else step["name"]
        self.arrive(Station(kind, label, name, step["what"]), certain)

    def _skips_service(self, kind: str) -> bool:
        if kind == "gateway":
            return self.at in ("vendor", "gateway")
        return kind in ("vendor", "mailbox") and self.at not in ("service", "")


def _label(kind: str, name: str, first: bool) -> str:
    if kind == "mailbox" and first:
        return "Sender"
    if kind == "vendor":
        below = (brand for domain, brand in _BRANDS.items() if f".{name}".lower().endswith(f".{domain}"))
        return next(below, _LABELS[kind])
    return _LABELS[kind]


def lane(traced: TracedClass) -> Lane:
    """A trace as it is drawn and told."""
    route = _Route()
    for step in traced["path"]:
        route.take(step)
    # What rules of the organization end on purpose is no matter of the verdict.
    counted = [end for end in traced["ends"] if end.get("counts", True)] or traced["ends"]
    ends = tuple((str(end["recipient"]), str(end["end"])) for end in counted)
    verdict = VERDICTS.get(traced["verdict"], VERDICTS["not_proved"])
    why = {} if verdict.key == "safe" else traced
    kinds = {end for _recipient, end in ends}
    if verdict.key == "safe" and route.at == "service":
        _finish(route, kinds)
    stations, hops = _shortened(route.stations, [*route.hops, Hop(tuple(route.notes), route.certain)])
    loops = verdict.key == "loop" or (verdict.key == "not_proved" and "loop" in kinds)
    back = _back(stations) if loops else None
    if back is not None and stations[-1].kind != "service":
        stations, hops = stations[:-1], hops[: len(stations) - 1]
    return Lane(
        verdict=verdict,
        stations=tuple(stations),
        hops=tuple(hops) if stations else (),
        back=back,
        stopped=_stopped(verdict, stations, back),
        end=_end(verdict, kinds, stations[back].label if back is not None else ""),
        cause=why.get("cause") or "",
        remedy=why.get("remedy") or "",
        finding=why.get("finding") or "",
        ends=ends,
    )


def _finish(route: _Route, kinds: Iterable[str]) -> None:
    if "delivered" in kinds:
        route.arrive(Station("mailbox", _LABELS["mailbox"]))
    elif "left" in kinds:
        route.arrive(Station("internet", _LABELS["internet"]))


def _shortened(stations: list[Station], hops: list[Hop]) -> tuple[list[Station], list[Hop]]:
    """A very long path without its middle."""
    if len(stations) <= _LONG:
        return stations, hops
    left_out = len(stations) - _HEAD - _TAIL
    gap = Station("gap", f"… {left_out} more")
    return [*stations[:_HEAD], gap, *stations[-_TAIL:]], [*hops[:_HEAD], Hop(), *hops[-_TAIL:]]


def _back(stations: list[Station]) -> int | None:
    """Where a loop closes: at the last station if mail was there before, else at the hop that it came back from."""
    last = stations[-1] if stations else None
    if last is None:
        return None
    for index in range(len(stations) - 2, -1, -1):
        same = stations[index].kind == last.kind and stations[index].name == last.name
        if stations[index].kind in _OTHERS and (same or last.kind == "service"):
            return index
    return None


def _stopped(verdict: Verdict, stations: list[Station], back: int | None) -> bool:
    arrived = bool(stations) and stations[-1].kind == "mailbox" and len(stations) > 1
    return verdict.key != "safe" and back is None and not arrived


def _end(verdict: Verdict, kinds: Iterable[str], back: str) -> str:
    """What the verdict alone does not say."""
    if verdict.key == "safe":
        return ""
    if verdict.key == "loop":
        return f"back to {back}" if back else ""
    worst = next((end for end in ENDS if end in kinds and end not in ("left", "delivered")), "unknown")
    if verdict.key == "lost":
        return ENDS[worst] if worst in ("rejected", "stranded") else ""
    perhaps = {"loop": "perhaps a loop", "unknown": "end unknown"}
    return perhaps.get(worst, f"perhaps {ENDS[worst]}")
