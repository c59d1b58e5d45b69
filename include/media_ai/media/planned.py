"""Decoding only what a plan asks for: of each group up to the last wanted picture, without what nothing refers to."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

import av
from av.error import FFmpegError

from media_ai.media.groups import Group, Packet
from media_ai.media.planning import Step
from media_ai.media.watchdog import Watch


class PlannedDecoder:
    """
    Decodes the wanted pictures of groups, in the order in which they are shown.

    Where a wanted picture does not come out (it is damaged, or its packet holds none to show), the group is decoded again
    as a whole, and the picture that is on screen instead is taken.
    """

    def __init__(self, stream: av.VideoStream, watch: Watch, on_error: Callable[[], None]) -> None:
        """Take a stream that nothing was decoded from, and what to call for every packet that cannot be decoded."""
        self._codec = _Codec(stream.codec_context, watch)
        self._on_error = on_error
        self._wanted: list[int] = []
        self._shown: av.VideoFrame | None = None
        self._given: int | None = None
        self._before: Group | None = None
        self._starts_clean = True

    def decode(self, steps: Iterable[Step]) -> Iterator[av.VideoFrame]:
        """Yield the wanted pictures of the steps, each once."""
        for given in steps:
            step = given if self._starts_clean else replace(given, goes_on=True)
            self._wanted = sorted({*self._wanted, *step.wanted})
            if self._wanted or step.goes_on:
                yield from self._decode(step)
            else:
                self._codec.restart()
            self._before = step.group
        yield from self._take_all(self._codec.drain())
        yield from self._give_late()

    def _decode(self, step: Step) -> Iterator[av.VideoFrame]:
        is_start = self._codec.is_fresh and step.group.is_key
        first: int | None = None
        for frame in self._in_part(step):
            first = frame.pts if first is None else first
            if step.group.is_key and self._is_overdue(frame):
                break
            yield from self._take(frame)
        else:
            if step.goes_on or not self._wanted:
                return
        if is_start and first != step.group.begin:
            # Some streams' key pictures come out whole only with what was before them (gradual refresh).
            self._starts_clean = False
        yield from self._decode_again(step)

    def _in_part(self, step: Step) -> Iterator[av.VideoFrame]:
        packets = self._decodable(step.group)
        if not step.goes_on:
            last = max((at for at, packet in enumerate(packets) if packet.pts in step.wanted), default=-1)
            packets = packets[: last + 1]
        for packet in packets:
            is_needed = packet.pts is None or packet.pts in step.wanted
            yield from self._codec.send(packet, self._on_error, skip_unreferenced=not is_needed)
        if not step.goes_on:
            yield from self._codec.drain()

    def _decode_again(self, step: Step) -> Iterator[av.VideoFrame]:
        """Decode the whole group after the one before it; errors were counted before, or are where nothing is wanted."""
        if step.group.is_key:
            self._codec.restart()
            for group in filter(None, (self._before, step.group)):
                for packet in self._decodable(group):
                    frames = self._codec.send(packet, lambda: None, skip_unreferenced=False)
                    yield from self._take_all(frames)
        if not step.goes_on and self._starts_clean:
            yield from self._take_all(self._codec.drain())
            yield from self._give_late()

    def _decodable(self, group: Group) -> list[Packet]:
        """Return the group's packets, without pictures that lead its key picture when what they refer to was not decoded."""
        if not self._codec.is_fresh or not group.is_key:
            return list(group.packets)
        return [packet for packet in group.packets if packet.pts is None or packet.pts >= group.begin]

    def _is_overdue(self, frame: av.VideoFrame) -> bool:
        """Whether a wanted picture should have come before this one."""
        return bool(self._wanted) and frame.pts is not None and frame.pts > self._wanted[0]

    def _take_all(self, frames: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
        for frame in frames:
            yield from self._take(frame)

    def _take(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        if frame.pts is None:
            return
        if self._is_overdue(frame):
            self._wanted = [pts for pts in self._wanted if pts >= frame.pts]
            yield from self._give()
        self._shown = frame
        if self._wanted and self._wanted[0] == frame.pts:
            self._wanted.pop(0)
            yield from self._give()

    def _give_late(self) -> Iterator[av.VideoFrame]:
        """Yield what stands for wanted pictures that will not come."""
        if self._wanted:
            self._wanted = []
            yield from self._give()

    def _give(self) -> Iterator[av.VideoFrame]:
        """Yield the picture on screen, unless it was given before."""
        shown = self._shown
        if shown is not None and shown.pts is not None and (self._given is None or shown.pts > self._given):
            self._given = shown.pts
            yield shown


class _Codec:
    """A decoder that can begin anew."""

    def __init__(self, context: av.VideoCodecContext, watch: Watch) -> None:
        self._context = context
        self._watch = watch
        # Some decoders settle what they leave out when they are opened.
        context.open()
        self.is_fresh = True

    def send(self, packet: Packet, on_error: Callable[[], None], *, skip_unreferenced: bool) -> Iterator[av.VideoFrame]:
        """Decode a packet; when `skip_unreferenced`, only if other pictures refer to its own."""
        self._context.skip_frame = "NONREF" if skip_unreferenced else "DEFAULT"
        self.is_fresh = False
        try:
            with self._watch.call():
                frames = self._context.decode(packet)
        except FFmpegError:
            on_error()
            return
        yield from frames

    def drain(self) -> Iterator[av.VideoFrame]:
        """Yield what is still in the decoder."""
        if self.is_fresh:
            return
        with suppress(FFmpegError):
            with self._watch.call():
                frames = self._context.decode(None)
            yield from frames
        self.restart()

    def restart(self) -> None:
        """Forget all that was decoded: the next packets do not follow the last ones."""
        if not self.is_fresh:
            self._context.flush_buffers()
            self.is_fresh = True
