"""What must not get in, or not for more than it may cost: each refusal is one clear line."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import samples

from index.errors import InputError
from index.limits import Limits, read_limits
from index.parse.document import parse_bytes, parse_text
from index.parse.isolated import child
from index.parse.isolated.child import Worker, end_workers, parse_in_child
from index.parse.walk import find_files, read_documents

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> object:
    yield None
    end_workers()


def refusal(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as caught:
        parse_bytes(data, "the file", limits or Limits())
    message = str(caught.value)
    assert message.startswith("the file ") and "\n" not in message
    return message


def lying(data: bytes, size: int) -> bytes:
    """An archive whose directory says that its last entry unpacks to ``size`` bytes."""
    at = data.rindex(b"PK\x01\x02") + 24
    return data[:at] + size.to_bytes(4, "little") + data[at + 4 :]


def encrypted(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + b"\x01" + data[at + 1 :]


BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("data", "limits", "says"),
    [
        (samples.docx(extra={"word/a.xml": b"0" * 9_000_000}), {}, "packed over 100 to 1"),
        (samples.epub({"OPS/b.xhtml": b" " * 9_000_000}), {}, "packed over 100 to 1"),
        (samples.docx(), {"unpacked_bytes": 1000}, "unpacks to 1,583 bytes"),
        (
            samples.docx(extra={f"word/{n}": "" for n in range(2000)}),
            {},
            "entries, the limit is 2,000",
        ),
        (samples.docx(extra={"word/../../etc/x.xml": "<x/>"}), {}, "an entry outside of itself"),
        (samples.docx(extra={"/etc/x.xml": "<x/>"}), {}, "an entry outside of itself"),
        (encrypted(samples.docx()), {}, "is encrypted"),
        (samples.docx(extra={"word/a.xml": BILLION_LAUGHS}), {}, "declares types or entities"),
        (samples.docx(extra={"word/a.xml": EXTERNAL}), {}, "declares types or entities"),
        (
            samples.docx(extra={"word/a.xml": BILLION_LAUGHS.encode("utf-16")}),
            {},
            "declares types or entities",
        ),
        (samples.epub({"OPS/book.opf": EXTERNAL}), {}, "declares types or entities"),
        (samples.docx(extra={"word/document.xml": "<w:document"}), {}, "is damaged"),
        (samples.docx(extra={"word/document.xml": "<x/>"}), {}, "cannot be read as DOCX"),
        (
            samples.epub(
                {"META-INF/encryption.xml": '<e><CipherReference URI="OPS/b.xhtml"/></e>'}
            ),
            {},
            "is copy-protected",
        ),
        (samples.epub({"META-INF/container.xml": "<container/>"}), {}, "is missing"),
        (samples.docx()[:-40], {}, "is damaged and cannot be unpacked"),
        (samples.WEB_PAGE.encode(), {"characters": 100}, "characters, the limit is 100"),
        (b"<html><body><script>x()</script></body></html>", {}, "shows no text without running"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), {}, "is in an old Office format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            {},
            "is encrypted",
        ),
        (b"\x89PNG\r\n\x1a\n", {}, "is a picture (PNG)"),
        (b"\x7fELF\x02\x01", {}, "is a program"),
        (samples.archive({"a.txt": "a"}), {}, "is a packed file (ZIP)"),
        (samples.archive({"ppt/presentation.xml": "<"}), {}, "is damaged"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related;\n\n--x", {}, "is a web archive"),
        (b"{\\rtf1 }", {}, "is empty"),
        (b"some text \0\1\2", {}, "is a binary file"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(data: bytes, limits: dict[str, int], says: str) -> None:
    assert says in refusal(data, Limits(**limits))


def test_what_unpacks_to_more_than_its_directory_says_is_stopped_while_it_does() -> None:
    body = samples.docx(extra={"word/last.xml": os.urandom(400_000)})
    assert "damaged" in refusal(lying(body, 10))


def test_entries_that_share_their_bytes_are_counted_each() -> None:
    """Many entries of one kernel, as zip bombs without nesting have them."""
    kernel = zipfile.ZipInfo("word/document.xml")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(kernel, b"<a/>" * 200_000)
    with zipfile.ZipFile(data, "a") as file:
        first = file.infolist()[0]
        for number in range(200):
            twin = zipfile.ZipInfo(f"word/{number}.xml")
            for field in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(twin, field, getattr(first, field))
            file.filelist.append(twin)
            file.NameToInfo[twin.filename] = twin
        file._didModify = True
    assert "unpacks to 160,800,000 bytes" in refusal(data.getvalue())


def test_a_file_that_takes_too_long_costs_only_itself() -> None:
    page = samples.WEB_PAGE.encode()
    worker = Worker()
    with pytest.raises(InputError, match="takes over 0 seconds to parse, which is the limit"):
        worker.parse(page, "the file", Limits(wall_seconds=0))
    assert worker.parse(page, "the file", Limits()).title == "A bridge for the town"
    worker.close()


_posix = pytest.mark.skipif(sys.platform != "linux", reason="needs the limits of Linux")


@_posix
def test_a_file_that_needs_too_much_memory_costs_only_itself() -> None:
    small = Limits(memory_bytes=1000)
    page = b"<html><body><p>" + b"text " * 400_000
    assert "needs over 1,000 bytes of memory" in refusal(page, small)
    assert parse_bytes(samples.docx(), "the file").title == "The bridge"


@_posix
def test_what_is_nested_deeply_is_read_or_refused() -> None:
    def deep(levels: int) -> bytes:
        return b"<html><body>" + b"<div>" * levels + b"text" + b"</div>" * levels

    assert parse_bytes(deep(2_000), "the file").text == "text"
    says = "takes over 2 seconds of processor time to parse, which is the limit"
    assert says in refusal(deep(200_000), Limits(cpu_seconds=2))


def test_a_worker_that_is_killed_is_replaced() -> None:
    worker = Worker()
    assert worker.parse(samples.docx(), "a", Limits()).title == "The bridge"
    worker.kill()
    worker._process.wait()  # type: ignore[union-attr]
    assert worker.parse(samples.docx(), "a", Limits()).title == "The bridge"
    worker.close()


def test_workers_are_used_again_and_ended() -> None:
    end_workers()
    for _ in range(3):
        parse_in_child(samples.docx(), "a", Limits())
    assert len(child._idle) == 1
    process = child._idle[0]._process
    end_workers()
    assert process is not None and process.poll() is not None


@pytest.mark.parametrize("title", [None, "The bridge"])
@pytest.mark.parametrize(
    "begins",
    [
        "---\ntitle: On ferries\ndate: 2025-05-07\nauthor: Ana Sá\nlang: en\n---\n\n",
        "<html><body><p>Seen as it is.</p></body></html>\r\n\r\n",
        "\ufeffa,b\n1,2\n\n",
        "| Town | Cost |\n|---|---|\n| Porto | 12 🌉 |\n\n# Notes\n\n",
    ],
)
def test_a_large_pasted_text_is_parsed_in_a_process_of_its_own_and_is_the_same(
    begins: str, title: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = begins + "The mayor opened the new bridge.\n\n" * 20
    here = parse_text(text, title=title)
    monkeypatch.setattr("index.parse.document.SMALL", len(text))
    monkeypatch.setattr("index.parse.document._parse_text", None)
    assert parse_text(text, title=title) == here
    assert (here.title == title) == (title is not None)


def test_a_large_pasted_text_is_refused_as_a_small_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("\n \n", "half\ud83d of it", "a\0b", "12345678901"):
        with pytest.raises(InputError) as here:
            parse_text(text, limits=Limits(characters=10))
        with monkeypatch.context() as large, pytest.raises(InputError) as apart:
            large.setattr("index.parse.document.SMALL", 0)
            large.setattr("index.parse.document._parse_text", None)
            parse_text(text, limits=Limits(characters=10))
        assert str(apart.value) == str(here.value)


FORBIDDEN = {
    "connect": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "look up": "import socket; socket.getaddrinfo('example.org', 80)",
    "start": "import subprocess; subprocess.run(['true'])",
    "write": "open('/tmp/pullquote-escaped', 'w')",
    "system": "import os; os.system('true')",
}


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_a_parser_can_neither_connect_nor_start_nor_write(what: str) -> None:
    code = f"""
import sys
from index.parse.isolated.worker import _refuse
sys.addaudithook(_refuse)
try:
    {FORBIDDEN[what]}
except PermissionError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("a parser tried")


def test_a_module_beside_the_articles_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "lxml.py").write_text("raise SystemExit('imported')")
    (tmp_path / "page.html").write_text(samples.WEB_PAGE)
    code = (
        "from index.parse.document import read_document; from pathlib import Path;"
        "print(read_document(Path('page.html')).title)"
    )
    # The interpreter's own path has no current folder, as that of an installed program has none.
    script = f"import sys; sys.path = [{str(ROOT)!r}, *[p for p in sys.path if p]]; {code}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "A bridge for the town\n", done.stderr


def test_limits_are_read_from_names_and_numbers() -> None:
    assert read_limits(["pages=5_000", "ratio=7"]) == Limits(pages=5000, ratio=7)
    for wrong in ("pages", "pages=-1", "pages=0", "sides=3", "pages=1.5"):
        with pytest.raises(InputError, match="is not a limit: write NAME=NUMBER"):
            read_limits([wrong])


def test_a_folder_is_read_in_order_and_its_bad_files_are_named(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number:02}.docx").write_bytes(samples.docx())
    (tmp_path / "05.docx").write_bytes(b"PK\x03\x04 cut short")
    (tmp_path / ".hidden").write_text("hidden")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.txt").write_text("More.")
    outside = tmp_path.parent / f"{tmp_path.name}.txt"
    outside.write_text("Outside.")
    (tmp_path / "link.txt").symlink_to(outside)
    os.mkfifo(tmp_path / "pipe")
    found = list(read_documents(find_files([tmp_path])))
    assert [path.name for path, _ in found] == [
        *[f"{number:02}.docx" for number in range(12)],
        "link.txt",
        "pipe",
        "x.txt",
    ]
    bad = {path.name: str(what) for path, what in found if isinstance(what, InputError)}
    assert list(bad) == ["05.docx", "link.txt", "pipe"]
    assert "is damaged" in bad["05.docx"]
    assert "is a link to what is not in" in bad["link.txt"]
    assert "is not a regular file" in bad["pipe"]


def test_leaving_a_folder_in_the_middle_ends_its_processes(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"{number}.docx").write_bytes(samples.docx())
    documents = read_documents(find_files([tmp_path]))
    next(documents)
    documents.close()
    import threading

    assert not [t for t in threading.enumerate() if t.name.startswith("parse")]
