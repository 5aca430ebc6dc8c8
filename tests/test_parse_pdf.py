"""PDFs as a reader reads them: order, lines joined, running lines out, rows, pages."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.errors import InputError
from index.limits import Limits
from index.parse.document import parse_here
from index.parse.pdf import parser
from index.parse.pdf.glyphs import UNKNOWN, Run
from index.parse.pdf.ligatures import mend_ligatures
from index.parse.text import page_at
from index.types import Document, Role

LEFT = [
    "The mayor opened the new bridge on",
    "Monday before a crowd of thousands.",
    "It cost twelve million euros, which",
    "the region paid, and took engineers",
    "from Porto three long years to build.",
    "The stone came up the river by boat",
]
RIGHT = [
    "from quarries in the north, where a",
    "second bridge of the same design is",
    "to be built. A ferry had crossed the",
    "river since 1890. Its last captain",
    "retired in spring and sold the boat",
    "to a museum in the capital city.",
]


def parsed(data: bytes, limits: Limits | None = None) -> Document:
    return parse_here(data, "file.pdf", limits or Limits())


@pytest.fixture(autouse=True)
def _blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what recognises letters in a picture."""
    monkeypatch.setattr(parser, "can_recognise", lambda: False)


def said(document: Document, role: Role = Role.TEXT) -> list[str]:
    return [document.text[start:end] for start, end, found in document.spans if found is role]


def refusal(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as caught:
        parsed(data, limits)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("interleaved", [False, True])
def test_two_columns_are_read_one_after_the_other(interleaved: bool) -> None:
    left, right = samples.column(72, LEFT), samples.column(330, RIGHT)
    drawn = [w for pair in zip(left, right, strict=True) for w in pair] if interleaved else []
    assert said(parsed(samples.pdf([drawn or left + right]))) == [" ".join(LEFT + RIGHT)]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_is_shown_turned_is_read_as_shown(rotation: int) -> None:
    data = io.BytesIO()
    from reportlab.lib.pagesizes import letter
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(data, pagesize=letter)
    canvas.setPageRotation(rotation)
    width, height = letter
    canvas.translate(*{90: (width, 0), 180: (width, height), 270: (0, height)}[rotation])
    canvas.rotate(rotation)
    for number, line in enumerate(LEFT[:2]):
        canvas.drawString(72, 500 - 14 * number, line)
    canvas.save()
    assert said(parsed(data.getvalue())) == [" ".join(LEFT[:2])]


@pytest.mark.parametrize("heading", [[], [(72, 730, "What the town has built on the river")]])
def test_short_columns_are_read_one_after_the_other(heading: list[samples.Word]) -> None:
    two = samples.column(
        72, [LEFT[0], "Monday before a crowd that came", "from both sides of the long, deep"]
    )
    two += samples.column(
        330, ["river water, with boats and bands", "and flags, to see it", "opened."]
    )
    text = " ".join(said(parsed(samples.pdf([two]))))
    assert (
        "came from both sides of the long, deep river water, with boats and bands and flags" in text
    )
    three = [
        word
        for x, lines in zip(
            (72, 230, 390),
            (
                ["The mayor opened the new", "bridge in front of a", "crowd and went over it"],
                ["in a car that the town", "had hired for the day,", "while many who stood"],
                ["on the bank waved and", "threw flowers, and the", "band played a march."],
            ),
            strict=True,
        )
        for word in samples.column(x, lines)
    ]
    text = " ".join(said(parsed(samples.pdf([[*heading, *three]]))))
    assert "went over it in a car" in text
    assert "who stood on the bank" in text


def _side_by_side(*columns: list[str]) -> list[str]:
    width = 470 // len(columns)
    words = [
        word for at, lines in enumerate(columns) for word in samples.column(72 + width * at, lines)
    ]
    return said(parsed(samples.pdf([sorted(words, key=lambda word: (-word[1], word[0]))])))


@pytest.mark.parametrize(
    "columns",
    [
        (
            ["The new bridge was opened by the", "mayor before a crowd of thousands."],
            ["The region paid for it, which it", "had promised three years before."],
        ),
        (
            ["The mayor opened the new", "bridge in front of a crowd"],
            ["of those who had paid for", "it, and the town band was"],
            ["there to play a march for", "the people of both sides."],
        ),
        (
            [
                "THE MAYOR OPENED THE NEW BRIDGE",
                "ON MONDAY. A CROWD OF THOUSANDS",
                "CAME TO SEE IT.",
            ],
            [
                "THE REGION PAID FOR IT, AND THE",
                "TOWN GAVE THE LAND. IT TOOK THE",
                "ENGINEERS LONG.",
            ],
        ),
        (
            ["Bürgermeisterin Silva hat die", "Brücke am Montag eröffnet. Das", "Volk kam."],
            ["Ingenieure aus Porto waren in", "Eile, weil der Fluss stieg. Sie", "Alle blieben."],
        ),
    ],
)
def test_columns_of_few_lines_are_read_one_after_the_other(columns: tuple[list[str], ...]) -> None:
    text = " ".join(" ".join(_side_by_side(*columns)).split())
    assert text == " ".join(" ".join(lines) for lines in columns)


@pytest.mark.parametrize(
    "columns",
    [
        (
            ["North gate of the old town", "South gate of the old town"],
            ["Closed until the spring", "Closed until the summer"],
        ),
        (
            ["The mayor opened the bridge", "The ferry was sold in May.", "The band played on"],
            ["The region paid for it all.", "The museum has the boat.", "The captain retired."],
        ),
        (
            ["NORTH GATE OF THE TOWN", "SOUTH GATE OF THE TOWN", "EAST GATE OF THE TOWN"],
            ["CLOSED UNTIL THE SPRING", "OPEN FOR CARTS AND CARS", "OPEN ON MARKET DAYS"],
        ),
    ],
)
def test_rows_of_long_cells_are_no_columns(columns: tuple[list[str], ...]) -> None:
    rows = _side_by_side(*columns)
    assert [row.split("\t") for row in rows] == [list(row) for row in zip(*columns, strict=True)]


def test_a_sentence_that_goes_on_in_the_next_short_column_is_one_paragraph() -> None:
    one = ["The mayor opened the new", "bridge in front of a crowd", "and went over it"]
    other = ["in a car that the town", "had hired for the day,", "and the band played."]
    assert _side_by_side(one, other) == [" ".join(one + other)]
    closed = ["The mayor opened the new", "bridge in front of a crowd", "and went over it."]
    assert _side_by_side(closed, ["The ferry that the town", *other[1:]])[0] == " ".join(closed)


@pytest.mark.parametrize("shown", [0, 90, 180, 270])
@pytest.mark.parametrize("drawn", [0, 45, 90, 180, 270])
def test_words_are_put_together_along_their_line(shown: int, drawn: int) -> None:
    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.setPageRotation(shown)
    canvas.drawString(20, 20, "See also page nine")
    canvas.translate(300, 400)
    canvas.rotate(drawn)
    for number, line in enumerate(LEFT[:4]):
        canvas.drawString(-90, -14 * number, line)
    canvas.save()
    text = parsed(data.getvalue()).text
    assert " ".join(LEFT[:4]) in text
    assert "See also page nine" in text


def test_a_list_of_names_and_numbers_is_rows_under_the_heads_of_its_columns() -> None:
    names = ["Name", "Ana Silva", "Rui Costa", "Eva Lima", "Ivo Reis", "Ida Melo", "Gil Pinto"]
    numbers = ["Telephone", *(f"555-010{number}" for number in range(6))]
    words = samples.column(72, names) + samples.column(300, numbers)
    document = parsed(samples.pdf([words]))
    assert said(document) == ["\t".join(row) for row in zip(names[1:], numbers[1:], strict=True)]
    assert said(document, Role.HEADING) == ["Name\tTelephone"]


def test_rows_of_words_are_text_and_so_is_what_heads_nothing() -> None:
    words = samples.column(72, ["North gate", "South gate"])
    words += samples.column(300, ["closed", "open"])
    assert said(parsed(samples.pdf([words]))) == ["North gate\tclosed", "South gate\topen"]
    data = io.BytesIO()
    canvas = Canvas(data)
    for number, (size, line) in enumerate([(10, "The town band plays"), (30, "Friday at noon")]):
        canvas.setFont("Helvetica", size)
        canvas.drawString(72, 700 - 60 * number, line)
    canvas.save()
    assert said(parsed(data.getvalue())) == ["The town band plays", "Friday at noon"]


SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
needs_font = pytest.mark.skipif(
    not Path(SANS).exists() and "CI" not in os.environ, reason=f"{SANS} is missing"
)


@needs_font
@pytest.mark.parametrize(
    "told",
    [
        None,
        lambda c: "ﬁ",
        lambda c: "fi",
        lambda c: chr(0xE000 + ord(c)),
        lambda c: "\ufffd",
        lambda c: chr(1 + ord(c) % 25),
        lambda c: chr(ord(c) + 1) if c.isalpha() else c,
        lambda c: codecs.encode(c, "rot13"),
    ],
)
def test_a_font_that_does_not_say_its_letters_is_refused(
    told: Callable[[str], str] | None,
) -> None:
    said = refusal(samples.mapped_pdf(LEFT, told, SANS))
    assert said.startswith("file.pdf looks right but cannot be read on page 1 of 1")
    assert "pip install 'pullquote[ocr]'" in said


MONO = SANS.replace("Sans", "SansMono")


@needs_font
@pytest.mark.parametrize("told", [lambda c: codecs.encode(c, "rot13"), lambda c: shifted(c)])
@pytest.mark.parametrize("lines", [LEFT, LEFT[:3]])
def test_letters_of_one_width_that_make_no_words_are_refused(
    lines: list[str], told: Callable[[str], str]
) -> None:
    assert "cannot be read on page 1" in refusal(samples.mapped_pdf(lines, told, MONO))


def shifted(character: str) -> str:
    return chr(ord(character) + 1) if character.isalpha() else character


@needs_font
def test_a_single_line_without_letters_on_a_page_with_letters_is_refused() -> None:
    """So that it is not mended to "fififi", and quoted."""
    told = samples.mapped_pdf(
        [*LEFT, *RIGHT, *LEFT, "ÀÁÂÃÄ ÅÆÇÈÉ ÊËÌÍÎ ÏÐÑÒÓ"],
        lambda c: c if ord(c) < 128 else "\ufffd",
        SANS,
    )
    assert "cannot be read on page 1" in refusal(told)


CYRILLIC = [
    "Мэр открыл новый мост в понедельник перед",
    "толпой. Он стоил двенадцать миллионов евро,",
    "которые заплатила область, и строили его",
]
GREEK = [
    "Ο δήμαρχος άνοιξε τη νέα γέφυρα τη Δευτέρα",
    "μπροστά σε πλήθος κόσμου. Κόστισε δώδεκα",
    "εκατομμύρια ευρώ, που πλήρωσε η περιφέρεια",
]
FRENCH = [
    "L’été dernier, le maire a été opéré à l’hôpital",
    "où il était né; les élèves du collège étaient",
    "très fâchés de la décision prise à Orléans",
]
SERIF = SANS.replace("Sans", "Serif")


@needs_font
@pytest.mark.parametrize(
    ("lines", "font", "told"),
    [
        (GREEK, SANS, lambda c: chr((ord(c) - 0x3B1 + 9) % 25 + 0x3B1) if "α" <= c <= "ω" else c),
        (GREEK, SANS, lambda c: c.encode("cp1253").decode("latin-1")),
        (CYRILLIC, SERIF, lambda c: c.encode("cp1251").decode("latin-1")),
    ],
)
def test_letters_of_another_script_than_is_drawn_are_refused(
    lines: list[str], font: str, told: Callable[[str], str]
) -> None:
    assert "cannot be read on page 1" in refusal(samples.mapped_pdf(lines, told, font))


@needs_font
@pytest.mark.parametrize("font", [SANS, SERIF, SANS.replace("Sans", "SansMono")])
@pytest.mark.parametrize("lines", [GREEK, CYRILLIC, FRENCH, [line.upper() for line in CYRILLIC]])
def test_letters_of_any_script_can_be_read_in_any_font(lines: list[str], font: str) -> None:
    assert parsed(samples.mapped_pdf(lines, lambda c: c, font)).spans


@needs_font
@pytest.mark.parametrize(
    "lines",
    [
        LEFT,
        ["Donaudampfschifffahrtsgesellschaftskapitäne und", "Rechtsschutzversicherungen"] * 2,
        ["Мэр открыл новый мост в понедельник перед", "толпой. Он стоил двенадцать миллионов."],
        ["xk = zz[jj] ^ qq(0x1F) | ww; mm = iii + lll * jjj"] * 4,
        ["XK-2301A QPL-77 ZZT-19 BFG-02 MMX-90 WWE-12 JJK-88 TRS-80"] * 4,
        ["Anna Schmidt, Zoltan Kovacs, Xu Wei, Quentin Blake"] * 3,
        ["12,345 678 90.12 3,400 5,600"] * 8,
        ["n/a NaN n/a NaN n/a NaN n/a NaN n/a NaN"] * 8,
        ["مرحبا بكم في مدينة الجسر الجديد"] * 4,
    ],
)
def test_what_can_be_read_is_not_refused(lines: list[str]) -> None:
    assert parsed(samples.mapped_pdf(lines, lambda c: c, SANS)).spans


def test_hyphens_at_the_end_of_a_line_go_and_those_of_a_word_stay() -> None:
    lines = [
        "The inter-",
        "national engineers made a long-",
        "term plan for it; a plan of a long",
        "term, they said, is the right one.",
    ]
    (text,) = said(parsed(samples.pdf([samples.column(72, lines)])))
    assert text.startswith("The international engineers made a long-term plan for it;")


def test_lines_that_end_in_hyphens_can_be_read() -> None:
    assert parsed(samples.pdf([samples.column(72, ["x-", "x-", "x-"])])).spans


def test_running_lines_and_page_numbers_go_and_sentences_go_on_over_pages() -> None:
    body = [LEFT[:4], [*LEFT[4:], *RIGHT[:3]], RIGHT[3:]]
    pages = [
        [
            (72, 760, "The Daily, 7 May"),
            *samples.column(72, lines),
            (300, 30, f"Page {number} of 3"),
        ]
        for number, lines in enumerate(body, start=1)
    ]
    document = parsed(samples.pdf(pages))
    (text,) = said(document)
    assert " ".join(text.split()) == " ".join(LEFT + RIGHT)
    found = [page_at(document.text, document.text.index(w)) for w in ("mayor", "Porto", "quarries")]
    assert found == [1, 2, 2]
    assert page_at(document.text, document.text.index("museum")) == 3


def test_a_year_that_stands_on_every_page_is_no_page_number() -> None:
    pages = [samples.column(72, [*LEFT[:2], f"{year} was a good year."]) for year in (2019, 2021)]
    assert "2021 was a good year." in " ".join(said(parsed(samples.pdf(pages))))


def test_a_table_is_rows_and_what_names_its_columns_is_no_evidence() -> None:
    words = samples.column(72, ["Net sales", "Membership fees"], top=660)
    words += samples.column(300, ["May 7", "2023", "$ 52,604", "1,044"], top=688)
    words += samples.column(400, ["May 8", "2022", "$ 51,612", "984"], top=688)
    document = parsed(samples.pdf([[(72, 720, "The results were as follows."), *words]]))
    assert said(document)[1:] == ["Net sales\t$ 52,604\t$ 51,612", "Membership fees\t1,044\t984"]
    assert said(document, Role.HEADING) == ["May 7\tMay 8", "2023\t2022"]


def test_what_a_pdf_says_of_itself() -> None:
    page = samples.column(72, LEFT)
    document = parsed(samples.pdf([page], title="A bridge for all"))
    assert (document.title, document.published) == ("A bridge for all", "2000-01-01")
    assert parsed(samples.pdf([page], title="a.docx")).title == "file"


def test_what_cannot_be_read_is_said() -> None:
    page = samples.column(72, LEFT)
    whole = samples.pdf([page])
    assert "is encrypted" in refusal(samples.pdf([page], password="secret"))
    assert "has no text layer (2 pages, scanned or drawn)" in refusal(samples.pdf([[], []]))
    assert "is damaged" in refusal(whole[:200])
    assert "is damaged" in refusal(b"%PDF-1.7\n" + bytes(range(256)))
    assert "has 3 pages, the limit is 2" in refusal(samples.pdf([page] * 3), Limits(pages=2))
    assert "over 100 characters" in refusal(whole, Limits(characters=100))


def _with_pictures(size: float, pages: str) -> bytes:
    """A page of text for each ``t``, of a grey picture for each ``p``, an empty one else."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(600, 800))
    grey = ImageReader(Image.new("L", (8, 8), 128))
    for page in pages:
        if page == "t":
            canvas.drawString(72, 600, LEFT[0])
        elif page == "p":
            canvas.drawImage(grey, 0, 0, 600 * size, 800 * size)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def test_pages_that_are_only_pictures_are_named() -> None:
    assert parsed(_with_pictures(1.0, "tptp-")).unread.startswith(
        "nothing was read on pages 2, 4 of 5, which have only pictures"
    )
    assert "page 2 of 2, which has only a picture" in parsed(_with_pictures(0.6, "tp")).unread
    assert parsed(_with_pictures(0.2, "tp-t")).unread == ""
    assert "no text layer" in refusal(_with_pictures(1.0, "pp"))


def test_a_file_cut_short_is_read_as_far_as_it_can_be_or_refused() -> None:
    whole = samples.pdf([samples.column(72, LEFT)] * 3)
    for end in range(0, len(whole), 97):
        try:
            parsed(whole[:end] + b" ")
        except InputError as error:
            assert "\n" not in str(error)


def _run(text: str, *widths: float) -> Run:
    return Run(text, 0, 100, 0, 10, False, tuple(widths))


def test_letters_drawn_as_one_are_told_by_the_words_that_they_make() -> None:
    words = "the �rst �ve bene�ts were identi�ed in �scal terms, di�er, e�ect, a�ected".replace(
        "�", UNKNOWN
    )
    widths = [0.37] * 5 + [0.53] * 3
    ((mended,),) = mend_ligatures([[_run(words, *widths)]])
    assert mended.text == (
        "the first five benefits were identified in fiscal terms, differ, effect, affected"
    )


def test_a_sign_without_a_letter_stays_unknown() -> None:
    ((kept,),) = mend_ligatures([[_run(f"{UNKNOWN} a bullet", 0.4)]])
    assert kept.text == f"{UNKNOWN} a bullet"


@settings(max_examples=30)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["It opened.", "Fees", "12", "1,044", "page 2", "x-"]),
            max_size=6,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_ranges_are_in_order_and_pages_count_up(pages: list[list[str]]) -> None:
    data = samples.pdf([samples.column(72, [*lines, "An end."]) for lines in pages])
    document = parsed(data)
    ends = 0
    for start, end, _ in document.spans:
        assert ends <= start < end <= len(document.text)
        ends = end
    assert document.text.count("\f") == len(pages)
    found = [page_at(document.text, start) for start, _, _ in document.spans]
    assert found == sorted(found, key=lambda page: page or 0)


def test_pages_joined_from_files_keep_their_numbers() -> None:
    whole = pdfium.PdfDocument.new()
    part = pdfium.PdfDocument(samples.pdf([samples.column(72, LEFT)]))
    for _ in range(5):
        whole.import_pages(part)
    data = io.BytesIO()
    whole.save(data)
    document = parsed(data.getvalue())
    assert document.text.count("\f") == 5
    assert document.text.count(LEFT[0]) == 5
