"""Packets in groups that begin with a key picture: the smallest pieces of a video that can be decoded by themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import av

Packet: TypeAlias = "av.Packet[av.VideoStream]"

_MOST_PACKETS = 600
_MOST_BYTES = 32 * 2**20
"""A stream may have one key picture in hours: longer groups are cut, so that memory stays bounded."""


@dataclass(frozen=True)
class Group:
    """Packets in the order of decoding. Without a key picture in front it can only follow the group before it."""

    packets: tuple[Packet, ...]

    @property
    def is_key(self) -> bool:
        """Whether decoding can begin here."""
        return self.packets[0].is_keyframe

    @cached_property
    def begin(self) -> int:
        """
        Return from when on this group tells what is on screen; it has times.

        Pictures that lead the key picture of an open group, before it by time, belong to the group before.
        """
        first = self.packets[0].pts
        return first if self.is_key and first is not None else min(self.times)

    @cached_property
    def times(self) -> tuple[int, ...]:
        """Return the presentation times of all pictures that are meant to be shown, ascending."""
        return tuple(sorted(packet.pts for packet in self.packets if packet.pts is not None and not packet.is_discard))


class WithoutTimeError(Exception):
    """A packet does not tell when its picture is shown: nothing can be planned from here on."""


def in_groups(packets: Iterable[Packet]) -> Iterator[Group]:
    """
    Yield the packets as groups, each as soon as the next one begins; empty packets are left out.

    Raises:
        WithoutTimeError: A packet has no presentation time.
    """
    held: list[Packet] = []
    size, newest = 0, 0
    for packet in packets:
        if not packet.size:
            continue
        if packet.pts is None:
            raise WithoutTimeError
        is_long = len(held) >= _MOST_PACKETS or size >= _MOST_BYTES
        # Between pictures that others are shown around: so none of the next piece is shown before one of this.
        if held and (packet.is_keyframe or (is_long and packet.pts > newest)):
            yield Group(tuple(held))
            held, size = [], 0
        newest = packet.pts if not held else max(newest, packet.pts)
        held.append(packet)
        size += packet.size
    if held:
        yield Group(tuple(held))


def with_next(groups: Iterable[Group]) -> Iterator[tuple[Group, Group | None]]:
    """Yield every group with the one that follows it, the last with None."""
    before: Group | None = None
    for group in groups:
        if before is not None:
            yield before, group
        before = group
    if before is not None:
        yield before, None
