"""Bytes to canonical text: what is kept to the character, and what is refused in one clear line."""

from __future__ import annotations

import codecs
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import InputError
from index.limits import Limits
from index.parse.document import parse_text, read_document
from index.parse.text import canonical, decode, page_at, read_file

NOBODY = 65534


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        decode(read_file(path), str(path))
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        (b"\xef\xbb\xbfmarked", "marked"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (codecs.BOM_UTF16_LE + "Straße €".encode("utf-16-le"), "Straße €"),
        (codecs.BOM_UTF16_BE + "日本語\r\n".encode("utf-16-be"), "日本語\n"),
        (codecs.BOM_UTF32_LE + "🌉".encode("utf-32-le"), "🌉"),
        ("$500\u00a0billion, “so­called”\u2029".encode(), "$500\u00a0billion, “so­called”\u2029"),
        (b"page one\x0cpage two\x0b", "page one\x0cpage two\x0b"),
        ("e\u0301 is not \u00e9".encode(), "e\u0301 is not \u00e9"),
    ],
)
def test_decode_keeps_every_character_but_marks_and_line_ends(data: bytes, text: str) -> None:
    assert decode(data, "file") == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")))
def test_a_text_comes_back_as_it_was_or_is_refused_as_empty_or_binary(text: str) -> None:
    try:
        assert decode(text.encode(), "file") == text.removeprefix("\ufeff")
    except InputError as error:
        blank = not text.removeprefix("\ufeff").strip()
        other = "is a binary file|has only control characters"
        assert re.search("is empty" if blank else other, str(error))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_canonical_text_is_its_own_canonical_text(text: str) -> None:
    try:
        once = canonical(text, "file")
    except InputError:
        return
    assert canonical(once, "file") == once
    assert "\r" not in once


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        ("\u00a0\u2003\n".encode(), "is empty"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\x03\0>\0", "is a binary file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "is a binary file"),
        (bytes(range(1, 128)), "is a binary file"),
        (b"\0\1", "has only control characters"),
        ("no mark: é".encode("utf-16-le")[:-1], "is a binary file"),
        (
            "Café, crème, thé, déjà".encode() + " élève".encode("latin-1"),
            r"mixes UTF-8 with another encoding \(byte 28\): save it as UTF-8",
        ),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", r"is not UTF-16-LE text \(byte 0\)"),
    ],
)
def test_what_is_no_text_is_refused_with_its_name_and_the_cure(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(data)
    assert re.search(reason, refusal(path))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "absent.txt")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    assert "is not a regular file" in refusal(path)


def test_a_link_to_nothing_and_a_loop_of_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "absent.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert "does not exist" in refusal(tmp_path / "dangling.txt")
    assert refusal(tmp_path / "loop.txt")


@pytest.mark.parametrize("name", ["x" * 300 + ".txt", "nul\0byte.txt", "lone\udc80.txt"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        read_file(tmp_path / name)


def test_a_name_of_255_bytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".txt")
    path.write_text("Here.")
    assert read_document(path).text == "Here."


def test_a_file_that_may_not_be_read_and_one_in_a_closed_folder_are_refused(
    public_folder: Path,
) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from index.parse.text import read_file\n"
        "from index.errors import InputError\n"
        f"if os.getuid() == 0: os.setuid({NOBODY})\n"
        "for path in map(Path, sys.argv[1:]):\n"
        "    try: read_file(path)\n"
        "    except InputError as error: print(error)\n"
    )
    unreadable, closed = public_folder / "secret.txt", public_folder / "closed"
    unreadable.write_text("secret")
    closed.mkdir()
    (closed / "story.txt").write_text("story")
    unreadable.chmod(0)
    closed.chmod(0)
    done = subprocess.run(
        [sys.executable, "-c", script, str(unreadable), str(closed / "story.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    closed.chmod(0o755)
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{unreadable} cannot be read (Permission denied)")
    assert second.startswith(f"{closed / 'story.txt'} cannot be read (Permission denied)")


def test_half_a_character_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match=r"half a character at 3 .*lone surrogate"):
        canonical("abc\ud83d.", "pasted text")


def test_a_file_and_a_text_over_the_limit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("12345678901")
    with pytest.raises(InputError, match="has 11 bytes, the limit is 10"):
        read_file(path, Limits(file_bytes=10))
    with pytest.raises(InputError, match="has 11 characters, the limit is 10"):
        canonical("12345678901", "pasted text", Limits(characters=10))


_IN_OTHER_ENCODINGS = {
    "Die Brücke über den Fluß wurde am Montag eröffnet. Sie ist „schön“.": ["cp1252", "utf-16-le"],
    "Le maire a inauguré le pont lundi, où les élèves ont chanté.": ["cp1252", "latin-1"],
    "El alcalde inauguró el puente. ¿Qué pasará mañana con los niños?": ["cp1252"],
    "Burmistrz otworzył nowy most w poniedziałek, źródła mówią.": ["cp1250", "iso8859_2"],
    "Мэр открыл новый мост в понедельник. Он стоил миллионы.": ["cp1251", "koi8_r"],
    "Ο δήμαρχος άνοιξε τη νέα γέφυρα τη Δευτέρα.": ["cp1253"],
    "Belediye başkanı yeni köprüyü açtı, öğretmenler geldi.": ["cp1254"],
    "ראש העיר פתח את הגשר החדש ביום שני. הוא עלה שנים עשר מיליון אירו.": ["cp1255"],
    "افتتح العمدة الجسر الجديد يوم الاثنين.": ["cp1256"],
    "市長は月曜日に新しい橋を開通させた。費用は千二百万だった。": ["shift_jis", "euc_jp"],
    "市长星期一为新桥揭幕。它耗资一千二百万欧元。": ["gb18030"],
    "시장은 월요일에 새 다리를 개통했다.": ["euc_kr"],
}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(text, encoding) for text, names in _IN_OTHER_ENCODINGS.items() for encoding in names],
)
def test_a_text_in_another_encoding_is_read_as_it_was_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "file") == text


def test_a_page_is_counted_where_a_form_feed_ends_one() -> None:
    assert [page_at("one\ftwo\f\fx", place) for place in (0, 3, 4, 9)] == [1, 1, 2, 4]
    assert page_at("no pages", 3) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The *new* bridge #\n\nIt opened.", "The new bridge"),
        ("# Why C#\n\nBecause.", "Why C#"),
        ("# The [bridge](https://example.org)\n\nIt opened.", "The bridge"),
        ("It opened.\n\n# Later\n\nIt closed.", "bridge of porto"),
        ("It opened.", "bridge of porto"),
    ],
)
def test_a_file_is_called_by_its_own_heading_or_its_name(
    tmp_path: Path, text: str, title: str
) -> None:
    path = tmp_path / "bridge-of_porto.md"
    path.write_text(text)
    assert read_document(path).title == title


def test_a_pasted_text_is_called_by_its_first_words() -> None:
    assert parse_text("One two.").title == "One two."
    assert parse_text("a b c d e f g h i").title == "a b c d e f g h…"
    assert parse_text("a b", title="Named").title == "Named"
