"""Subtitle files as people have them: encodings, broken times, tags, and writing them again."""

import pysrt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from media_ai.errors import MediaError
from media_ai.media.subtitle_cues import read_cues
from media_ai.media.subtitles import MAX_BYTES, parse_subtitles, write_srt, write_vtt
from media_ai.model.speech import Segment
from media_ai.model.time import Timecode, TimeRange

ENGLISH = "1\n00:00:01,000 --> 00:00:02,500\nHello there.\n\n2\n00:00:03,000 --> 00:00:04,000\nGoodbye.\n"
CHINESE = "1\n00:00:01,000 --> 00:00:03,000\n蜜蜂是社会性昆虫。\n\n2\n00:00:04,000 --> 00:00:06,000\n它们住在蜂巢里，采集花蜜。\n"
FRENCH = (
    "1\n00:00:01,000 --> 00:00:03,000\nLe café est très près de la forêt.\n\n"
    "2\n00:00:04,000 --> 00:00:06,000\nÀ Noël, l’été est loin.\n"
)


def texts(data: bytes | str, name: str = "a.srt") -> list[str]:
    return [line.text for line in parse(data, name)]


def parse(data: bytes | str, name: str = "a.srt") -> tuple[Segment, ...]:
    return parse_subtitles(data.encode() if isinstance(data, str) else data, name).segments


def notices(data: bytes | str, name: str = "a.srt") -> str:
    return " ".join(parse_subtitles(data.encode() if isinstance(data, str) else data, name).notices)


def cue(timing: str, text: str = "Hello.") -> str:
    return f"1\n{timing}\n{text}\n"


def segment(start: int, end: int, text: str, speaker: str | None = None) -> Segment:
    milliseconds = Timecode.of_seconds(0).time_base
    time = TimeRange(start=Timecode(pts=start, time_base=milliseconds), end=Timecode(pts=end, time_base=milliseconds))
    return Segment(time=time, text=text, speaker=speaker)


def test_times_are_exact_milliseconds() -> None:
    """A cue's times are its milliseconds, exactly."""
    assert [(s.time.start.pts, s.time.end.pts) for s in parse(ENGLISH)] == [(1000, 2500), (3000, 4000)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_chinese_in_every_encoding(encoding: str) -> None:
    """Chinese text is read whatever its encoding, with a byte order mark and without."""
    assert texts(CHINESE.encode(encoding)) == ["蜜蜂是社会性昆虫。", "它们住在蜂巢里，采集花蜜。"]


def test_western_text_without_unicode() -> None:
    """A file in the Windows charset of Western Europe keeps its accents."""
    assert texts(FRENCH.encode("cp1252")) == ["Le café est très près de la forêt.", "À Noël, l’été est loin."]


def test_a_guessed_encoding_is_told() -> None:
    """A charset that had to be guessed is named in a notice."""
    assert "cp1252" in notices(FRENCH.encode("cp1252"))


def test_a_declared_encoding_is_not_told() -> None:
    """UTF-8 needs no notice."""
    assert notices(CHINESE) == ""


def test_a_file_cut_inside_a_character_stays_utf8() -> None:
    """A UTF-8 file that ends inside a character is not taken for another charset."""
    assert parse_subtitles((CHINESE * 3).encode()[:-3], "a.srt").encoding == "utf-8"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_line_ends(line_end: str) -> None:
    """Every way to end a line is read, also the doubled one of files that were converted twice."""
    assert texts(ENGLISH.replace("\n", line_end)) == ["Hello there.", "Goodbye."]


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ("00:00:01,000 --> 00:00:02,500", (1000, 2500)),
        ("00:00:01.000 --> 00:00:02.500", (1000, 2500)),
        ("00:01,000 --> 00:02,500", (1000, 2500)),
        ("0:0:1,0 --> 0:0:2,5", (1000, 2500)),
        ("00:00:01 --> 00:00:02", (1000, 2000)),
        ("00:00:01,000-->00:00:02,500", (1000, 2500)),
        ("00:00:01,000 -> 00:00:02,500", (1000, 2500)),
        ("  00:00:01,000  -->  00:00:02,500  X1:40 X2:600", (1000, 2500)),
        ("100:00:01,000 --> 100:00:02,500", (360_001_000, 360_002_500)),
    ],
)
def test_ways_to_write_a_time(timing: str, expected: tuple[int, int]) -> None:
    """Times without hours, with a point or a comma, with short fractions or none are read."""
    found = parse(cue(timing))
    assert [expected] == [(s.time.start.pts, s.time.end.pts) for s in found]


def test_tags_are_removed() -> None:
    """Formatting of SubRip and SubStation Alpha does not reach the text."""
    assert texts(cue("00:01,000 --> 00:02,000", "{\\an8}<i>Hi</i> <font color='red'>there</font>, a < b")) == [
        "Hi there, a < b"
    ]


def test_lines_of_a_cue_are_joined() -> None:
    """The lines of a cue become one line, with a space only where the script has spaces."""
    assert texts(cue("00:01,000 --> 00:02,000", "one\ntwo")) == ["one two"]
    assert texts(cue("00:01,000 --> 00:02,000", "蜜蜂采集\n花蜜")) == ["蜜蜂采集花蜜"]


def test_an_empty_line_inside_a_subrip_cue_does_not_lose_text() -> None:
    """What follows an empty line belongs to the cue above it, up to the next timing."""
    assert texts(cue("00:01,000 --> 00:02,000", "one\n\ntwo\n") + "2\n00:03,000 --> 00:04,000\nNext.\n") == [
        "one two",
        "Next.",
    ]


def test_missing_empty_line_between_cues() -> None:
    """A number and a timing begin a new cue even without an empty line above."""
    assert texts("1\n00:01,000 --> 00:02,000\none\n2\n00:03,000 --> 00:04,000\ntwo\n") == ["one", "two"]


def test_a_number_that_is_text_stays() -> None:
    """A line of digits is text unless it stands where a cue's number does."""
    assert texts("1\n00:01,000 --> 00:02,000\n1999\n\n2\n00:03,000 --> 00:04,000\ntwo\n") == ["1999", "two"]


def test_cues_out_of_order_are_sorted() -> None:
    """Cues in the wrong order are sorted, and a notice says so."""
    text = "00:03,000 --> 00:04,000\nlater\n\n00:01,000 --> 00:02,000\nearlier\n"
    assert texts(text) == ["earlier", "later"]
    assert "not in order" in notices(text)


def test_overlapping_cues_are_kept() -> None:
    """Cues that overlap stay as they are, and a notice counts them."""
    text = "00:01,000 --> 00:05,000\none\n\n00:02,000 --> 00:03,000\ntwo\n"
    assert texts(text) == ["one", "two"]
    assert "1 cues begin before" in notices(text)


@pytest.mark.parametrize("timing", ["00:00:09,000 --> 00:00:08,000", "-00:00:01,000 --> 00:00:02,000"])
def test_impossible_times_are_left_out(timing: str) -> None:
    """A cue that ends before it starts, or at a negative time, is dropped, and the notice shows the first."""
    text = ENGLISH + "\n3\n" + timing + "\nlost\n"
    assert texts(text) == ["Hello there.", "Goodbye."]
    assert timing in notices(text)


def test_empty_cues_are_left_out() -> None:
    """A cue without text is no line."""
    assert texts(ENGLISH + "\n3\n00:00:05,000 --> 00:00:06,000\n<i> </i>\n") == ["Hello there.", "Goodbye."]


def test_duplicate_cues_are_kept() -> None:
    """The same line said twice is two lines."""
    assert texts(cue("00:01,000 --> 00:02,000", "la\n") + cue("00:01,000 --> 00:02,000", "la")) == ["la", "la"]


def test_zero_characters_are_removed() -> None:
    """Characters that PostgreSQL cannot hold do not reach the text."""
    assert texts(cue("00:01,000 --> 00:02,000", "He\0l\x01lo")) == ["Hello"]


def test_a_huge_cue_is_cut() -> None:
    """A cue of more than 10,000 characters is cut, and a notice says so."""
    text = cue("00:01,000 --> 00:02,000", "x" * 20_000)
    assert [len(found) for found in texts(text)] == [10_000]
    assert "cut to 10,000" in notices(text)


VTT = """\ufeffWEBVTT - a title
Kind: captions

STYLE
::cue { color: red }

NOTE
nobody reads this

intro
00:01.000 --> 00:02.000 align:start position:10%
<v.loud Anna>Fish &amp; chips</v>
<v Bob>Yes <00:01.500><c.yellow>please</c>

00:01:03.000 --> 00:01:04.000
No speaker
"""


def test_webvtt_is_known_by_its_header() -> None:
    """The header decides the format, whatever the file is called."""
    assert parse_subtitles(VTT.encode(), "a.srt").format == "vtt"


def test_webvtt_speakers() -> None:
    """Voice tags become speakers; a cue with two voices becomes two lines."""
    assert [(line.speaker, line.text) for line in parse(VTT, "a.vtt")] == [
        ("Anna", "Fish & chips"),
        ("Bob", "Yes please"),
        (None, "No speaker"),
    ]


def test_a_name_before_a_colon_is_text() -> None:
    """Capitals before a colon are not taken for a speaker."""
    assert [(s.speaker, s.text) for s in parse(cue("00:01,000 --> 00:02,000", "ANNA: hello"))] == [
        (None, "ANNA: hello")
    ]


def test_subrip_in_a_vtt_file() -> None:
    """A .vtt file without header and with commas is read."""
    assert texts(ENGLISH, "a.vtt") == ["Hello there.", "Goodbye."]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\n", b"WEBVTT\n\n"])
def test_a_file_without_lines(data: bytes) -> None:
    """An empty file, and a WebVTT file with only its header, have no lines and are no error."""
    assert parse(data) == ()


@pytest.mark.parametrize("data", [b"hello world", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "蜜蜂".encode("utf-16")])
def test_what_is_no_subtitle_file(data: bytes) -> None:
    """Anything else is refused with the file's name."""
    with pytest.raises(MediaError, match=r"holiday\.srt"):
        parse_subtitles(data, "holiday.srt")


def test_only_impossible_cues_is_an_error() -> None:
    """A file whose every cue has an impossible time is refused, showing one."""
    with pytest.raises(MediaError, match="00:00:09,000"):
        parse(cue("00:00:09,000 --> 00:00:08,000"))


def test_a_file_that_is_too_large() -> None:
    """More than 50 MB are refused before anything is read."""
    with pytest.raises(MediaError, match="50,000,000 at most"):
        parse(bytes(MAX_BYTES + 1))


LINES = st.lists(
    st.tuples(
        st.integers(0, 10**8),
        st.integers(0, 10**5),
        st.text("abc <>&-蜜蜂花", min_size=1),
        st.sampled_from([None, "Anna", "B<&>"]),
    ),
    max_size=8,
)


def _segments(drawn: list[tuple[int, int, str, str | None]]) -> tuple[Segment, ...]:
    found = [
        segment(start, start + length, " ".join(text.split()), who)
        for start, length, text, who in drawn
        if text.split()
    ]
    return tuple(sorted(found, key=lambda line: line.time.start))


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_webvtt_round_trip(drawn: list[tuple[int, int, str, str | None]]) -> None:
    """What is written as WebVTT is read back the same, speakers and signs included, but for a space next to Chinese."""
    segments = _segments(drawn)
    expected = [(line.time, line.speaker, "".join(line.text.split())) for line in segments]
    found = parse_subtitles(write_vtt(segments).encode(), "a.vtt").segments
    assert expected == [(line.time, line.speaker, "".join(line.text.split())) for line in found]


def test_subrip_round_trip() -> None:
    """What is written as SubRip is read back the same, but for the speakers, which SubRip does not know."""
    segments = (segment(0, 1500, "One --> two"), segment(1500, 3_723_004, "蜜蜂 3"))
    assert [(segments[0].time, "One -> two"), (segments[1].time, "蜜蜂 3")] == [
        (line.time, line.text) for line in parse(write_srt(segments))
    ]


@given(st.binary(max_size=2000) | st.text("0123456789:,.-> \n\t<v{\\an}WEBVTTNOTE蜜\0", max_size=400).map(str.encode))
@example(b"0" * 5000 + b":00 --> 00:01")
@example("१:२ --> ३:४\nx".encode())
@example(b"WEBVTT\n\n99999999999:00.000 --> 99999999999:00.000\nx")
@example(b"WEBVTT\n\n00:00.000 --> 00:01.000\n<v ")
@example(b"\xff\xfe\x00")
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_lines_or_a_media_error(data: bytes) -> None:
    """No bytes make anything but lines that the database can hold, or a MediaError."""
    for name in ("a.srt", "a.vtt"):
        try:
            found = parse(data, name)
        except MediaError:
            continue
        assert all(line.text.strip() and "\0" not in line.text and line.text.encode() for line in found)


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_well_formed_subrip_is_read_as_pysrt_reads_it(drawn: list[tuple[int, int, str, str | None]]) -> None:
    """Another reader finds the same times and texts."""
    data = write_srt(_segments(drawn))
    expected = [(item.start.ordinal, item.end.ordinal, item.text) for item in pysrt.from_string(data)]
    found = read_cues(data, "srt").cues

    assert [(cue.start, cue.end, cue.text) for cue in found] == expected
