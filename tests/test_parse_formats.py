"""Each format's text as a reader would say it, and what the file says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import samples

from index.errors import InputError
from index.parse.document import parse_bytes
from index.parse.formats.markup import find_blocks, read_html
from index.parse.isolated.child import end_workers
from index.parse.text import time_at
from index.types import Article, Document, Role
from rag.place import place_in


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> object:
    yield None
    end_workers()


def said(document: Document, role: Role = Role.TEXT) -> list[str]:
    return [document.text[start:end] for start, end, found in document.spans if found is role]


def facts(document: Document) -> tuple[str | None, ...]:
    return document.title, document.author, document.published


@pytest.mark.parametrize(
    ("data", "media"), [(samples.docx(), "wordprocessingml"), (samples.odt(), "opendocument.text")]
)
def test_an_office_file_is_read_with_its_table_and_without_what_was_deleted(
    data: bytes, media: str
) -> None:
    document = parse_bytes(data, "bridge.txt")
    assert said(document) == ["It was opened on Monday.", "2019\t12 million"]
    assert said(document, Role.HEADING) == ["The bridge", "Year\tCost"]
    assert facts(document) == ("The bridge", "Ana Silva", "2024-05-07")
    assert media in (document.media or "")


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    document = parse_bytes(samples.epub(), "book")
    assert said(document) == ["It opened on Monday.", "A ferry had crossed it."]
    assert said(document, Role.HEADING) == ["One", "Two"]
    assert (*facts(document), document.language) == ("The bridge", "Ana Silva", "2024-05-07", "en")


def test_rich_text_is_read_in_its_own_encoding() -> None:
    document = parse_bytes(samples.RTF, "bridge.doc")
    assert said(document) == ["The mayor’s bridge, 12 mètres high.", "It opened on Monday."]


def test_a_page_is_its_article() -> None:
    document = parse_bytes(samples.WEB_PAGE.encode(), "saved.pdf")
    paragraphs = said(document)
    assert [text.split()[0] for text in paragraphs] == ["The", "Engineers", "2019", "2020", "A"]
    assert paragraphs[2:4] == ["2019\t4.5", "2020\t7.5"]
    assert "It cost 12 million euros, said the town’s treasurer" in paragraphs[0]
    assert "the stone came by river" in paragraphs[1]
    assert said(document, Role.HEADING)[-2:] == ["What it cost", "Year\tCost in millions"]
    assert facts(document) == ("A bridge for the town", "Ana Silva", "2024-05-07")
    assert document.language == "en"
    for junk in ("secret", "cookies", "Ignore", "READ MORE", "Copyright", "News", "\u200b"):
        assert junk not in document.text


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<html><head><meta charset="windows-1251"></head>', "cp1251"),
        (
            '<?xml version="1.0"?><html><meta http-equiv=x content="text/html; charset=koi8-r">',
            "koi8-r",
        ),
        ("<html>", "utf-8"),
        ("\ufeff<html>", "utf-16-le"),
    ],
)
def test_a_page_is_decoded_as_it_says(head: str, encoding: str) -> None:
    text = "Мэр открыл новый мост в понедельник. Он стоил двенадцать миллионов евро."
    page = f"{head}<body><p>{text}</p></body></html>"
    assert said(parse_bytes(page.encode(encoding), "page")) == [text]


def test_a_page_with_tags_left_open_is_read_as_a_browser_does() -> None:
    page = samples.WEB_PAGE.replace("<nav>", "<button><div>Menu</button><nav>")
    assert said(parse_bytes(page.encode(), "page")) == said(
        parse_bytes(samples.WEB_PAGE.encode(), "page")
    )


def test_markdown_says_of_itself_what_its_front_matter_says() -> None:
    text = (
        "---\ntitle: 'A bridge'\nauthor: Ana Silva\ndate: 2024-05-07T09:00\nlang: pt\n---\n\n"
        "It opened."
    )
    document = parse_bytes(text.encode(), "x.md")
    assert (*facts(document), document.language) == ("A bridge", "Ana Silva", "2024-05-07", "pt")
    assert said(document) == ["It opened."]


def test_the_head_of_a_table_is_no_title() -> None:
    assert (
        parse_bytes(b"| Year | Cost |\n|---|---|\n| 2019 | 12 |\n", "the-costs.md").title
        == "the costs"
    )


def test_a_date_that_is_none_is_left_out() -> None:
    assert parse_bytes(b"---\ndate: 2024-13-45\n---\n\nIt opened.", "x.md").published is None


STYLED = """<!doctype html><html><head><style>
.none, p.no {display:none} .faint {opacity:0} .far {position:absolute; left:-9999px}
.cut {position:absolute; clip:rect(0 0 0 0); overflow:hidden; width:1px; height:1px}
.tiny {font-size:0} .tiny b {font-size:12px} .void {visibility:hidden} .void b {visibility:visible}
.was {text-decoration:line-through} .up {vertical-align:super} del.kept {text-decoration:none}
p.no.yes {display:block} @media print {.screen {display:none}} .lost:hover {display:none}
</style></head><body>"""


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("It did <span class=none>not </span>burn.", "It did burn."),
        ("It did <i class=faint>not </i><i class=far>not </i><i class=cut>not </i>burn.", None),
        ("It did <i class=was>not </i><s>not </s><del>not </del><strike>not </strike>burn.", None),
        ("It did <i style='visibility:hidden'>not </i><i hidden>not </i>burn.", None),
        ("It did <i style='clip-path:inset(50%)'>not </i><template>not </template>burn.", None),
        ("It <i class=tiny>not <b>did</b> not </i><i class=void>not<b> burn</b>not</i>.", None),
        ("It <i class=screen>did</i> <del class=kept>burn</del><i class=lost>.</i>", None),
        ("<span aria-hidden=true>It did burn.</span>", None),
        ("</p><p class=no>It did not burn.</p><p class='no yes'>It did burn.", None),
        ("It cost 10<sup>6</sup>, 10<span class=up>-3</span>.", "It cost 10^6, 10^-3."),
        ("40 m<sup>2</sup>, 40²<sup>2</sup>, ferry<sup>2</sup>", "40 m^2, 40², ferry"),
        ("4<sup><a href='#'>2</a></sup>, 4<a href='#'><sup>2</sup></a>", "4, 4"),
        ("4<sup>[2]</sup>", "4"),
        ("40<a role=doc-noteref href='#n'>2</a>", "40"),
        ("1<sup>st</sup> H<sub>2</sub>O 10<sub>2</sub>", "1st H2O 10_2"),
        ("3<sup>1</sup>/<sub>2</sub> feet", "3 1/2 feet"),
    ],
)  # fmt: skip
def test_a_page_is_quoted_as_it_is_seen(markup: str, seen: str | None) -> None:
    document = parse_bytes(f"{STYLED}<p>{markup}</p></body></html>".encode(), "page")
    assert said(document) == [seen or "It did burn."]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def test_a_word_file_is_quoted_as_it_is_seen() -> None:
    hidden = ("<w:vanish/>", "<w:strike/>", "<w:dstrike/>", '<w:rStyle w:val="Gone"/>')
    body = (
        f"<w:p>{run('It did ')}{''.join(run('not ', each) for each in hidden)}<w:moveFrom>"
        + f"{run('not ')}</w:moveFrom>"
        + run("burn 10", '<w:strike w:val="0"/>')
        + run("6", '<w:vertAlign w:val="superscript"/>')
        + run(" times.")
        + "</w:p>"
    )
    based = (
        '<w:style w:type="character" w:styleId="Gone"><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    styles = {"word/styles.xml": f"<w:styles {samples._W}>{based}</w:styles>"}
    assert said(parse_bytes(samples.docx(body, styles), "x")) == ["It did burn 10^6 times."]


def test_an_opendocument_text_is_quoted_as_it_is_seen() -> None:
    styles = "".join(
        f'<style:style style:name="{name}" {more}><style:text-properties {what}/></style:style>'
        for name, what, more in (
            ("struck", 'style:text-line-through-style="solid"', ""),
            ("hidden", 'text:display="none"', ""),
            ("up", 'style:text-position="super 58%"', ""),
            ("heir", "", 'style:parent-style-name="struck"'),
        )
    )
    gone = "".join(
        f'<text:span text:style-name="{name}">not </text:span>'
        for name in ("struck", "hidden", "heir")
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>It did not.</text:p>"
        f"</text:deletion></text:changed-region></text:tracked-changes><text:p>It did {gone}burn 10"
        '<text:span text:style-name="up">6</text:span> times<text:note><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>Told later.</text:p></text:note-body>"
        "</text:note>.</text:p>"
    )
    assert said(parse_bytes(samples.odt(body, styles), "x")) == [
        "It did burn 10^6 times.",
        "Told later.",
    ]


def test_rich_text_is_quoted_as_it_is_seen() -> None:
    rtf = (
        rb"{\rtf1\ansi It did {\v not }{\strike n\'f6t \u246?}{\striked1 not }\deleted not "
        rb"\deleted0 burn\plain  10{\super 6} times at the ferry{\super 2}, with H{\sub 2}O.\par}"
    )
    assert said(parse_bytes(rtf, "x")) == ["It did burn 10^6 times at the ferry, with H2O."]


def test_a_book_is_quoted_as_its_style_sheet_shows_it() -> None:
    page = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        '<head><link rel="stylesheet" href="css/a%20a.css"/></head><body><p>It did <i class="x">'
        'not </i>burn<a epub:type="noteref" href="#n">1</a> 10<sup>6</sup> times.</p></body></html>'
    )
    book = samples.epub({"OPS/b.xhtml": page, "OPS/css/a a.css": ".x {display: none}"})
    assert said(parse_bytes(book, "x"))[-1] == "It did burn 10^6 times."


def test_a_cell_over_several_rows_is_in_each_of_them() -> None:
    table = """<table>
    <tr><th>Line</th><th>Who</th><th>Fare</th></tr>
    <tr><td rowspan=2>North</td><td>Adult</td><td>8</td></tr><tr><td>Child</td><td>4</td></tr>
    <tr><td rowspan=0>South</td><td colspan=2>free</td></tr></table>"""
    rows = [found.block.text for found in find_blocks(read_html(table, "t.html"))]
    assert rows[1:] == ["North\tAdult\t8", "North\tChild\t4", "South\tfree"]


def test_an_address_is_text() -> None:
    page = """<article><h1>The ferry</h1><p>The ferry leaves the north quay at nine every day.</p>
    <p>It takes twenty minutes to the island and carries four cars at a time.</p>
    <address>North Quay 3, Harbour Town</address></article>"""
    assert "North Quay 3, Harbour Town" in parse_bytes(page.encode(), "p.html").text


VTT = """WEBVTT - The council of May

NOTE recorded by hand

STYLE
::cue { color: white }

intro
00:00:01.000 --> 00:00:04.000 align:start
<v Ana Sousa>The bridge opens <i>in May</i>,

00:00:04.000 --> 00:00:06.500
<v Ana Sousa>and it costs 12 million.</v>

00:01:00.000 --> 00:01:02.000
<v.loud Rui>Who pays &amp; when?
"""

SRT = """1
00:00:01,000 --> 00:00:04,000
MAYOR: wait

2
00:00:04,000 --> 00:00:06,500
{\\an8}<b>The bridge</b> opens
in May.
"""


def test_subtitles_are_what_was_said() -> None:
    document = parse_bytes(VTT.encode(), "council.vtt")
    spoken = said(document)
    assert said(document, Role.BOILERPLATE) == ["00:00:01", "00:01:00"]
    assert time_at(document.text, document.text.index("it costs")) == "00:00:01"
    assert time_at(document.text, document.text.index("when?")) == "00:01:00"
    assert spoken == [
        "Ana Sousa: The bridge opens in May, and it costs 12 million.",
        "Rui: Who pays & when?",
    ]
    for text in (SRT, SRT.replace("\n", "\r\n"), "\ufeff" + SRT):
        assert said(parse_bytes(text.encode(), "x.txt")) == ["MAYOR: wait The bridge opens in May."]


def test_the_time_of_a_quote_is_that_of_its_paragraph_and_no_sentence_is_cut() -> None:
    cues = "".join(
        f"{n}\n01:{n // 60:02}:{n % 60:02},000 --> 01:{n // 60:02}:{n % 60:02},900\n"
        f"the bell number {n} was cast{'.' if n % 3 == 2 else ''}\n\n"
        for n in range(1, 100)
    )
    document = parse_bytes(cues.encode(), "bells.srt")
    spoken = said(document)
    assert len(spoken) > 5 and all(each.endswith(".") for each in spoken[:-1])
    assert max(map(len, spoken)) < 450
    for number in (1, 20, 50, 98):
        at = document.text.index(f"number {number} ")
        told = time_at(document.text, at) or ""
        minutes, seconds = (int(part) for part in told.split(":")[1:])
        assert told.startswith("01:") and 0 <= number - (60 * minutes + seconds) < 20
    article = Article("a", "t", "s", document.text, "", None, "", media=document.media)
    assert place_in(article, document.text.index("the bell"), 1) == "at 01:00:01, paragraph 1"
    assert place_in(replace(article, media="text/plain"), 9, 1) == "paragraph 1"


def test_captions_without_a_full_stop_are_cut_too() -> None:
    cues = "".join(f"00:{n:02}.000 --> 00:{n:02}.900\n{'word ' * 20}{n}\n\n" for n in range(60))
    spoken = said(parse_bytes(f"WEBVTT\n\n{cues}".encode(), "x.vtt"))
    assert len(spoken) > 3 and max(map(len, spoken)) < 1_400


@pytest.mark.parametrize("text", ["WEBVTT\n\n00:01.000 --> 00:02.000\n", "WEBVTT\n"])
def test_subtitles_without_words_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="has times but no words"):
        parse_bytes(text.encode(), "empty.vtt")


def test_a_text_about_subtitles_is_a_text() -> None:
    text = "WEBVTTs are files.\n\nIn them 00:01.000 --> 00:02.000 stands above each line.\n"
    assert len(said(parse_bytes(text.encode(), "about.txt"))) == 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_row_of_a_table_is_a_quote(separator: str) -> None:
    rows = [["Line", "Who", "Fare"], ["North", "adult", "8"], ["South, by night", "child", "4.50"]]
    lines = [separator.join(f'"{f}"' if "," in f else f for f in row) for row in rows]
    document = parse_bytes("\r\n".join(lines).encode(), "fares.csv")
    assert said(document) == ["North\tadult\t8", "South, by night\tchild\t4.50"]
    assert said(document, Role.HEADING) == ["Line\tWho\tFare"]


@pytest.mark.parametrize(
    "text",
    [
        "Roses are red, violets are blue,\nsugar is sweet, and so are you,\nsays he, says she.\n",
        "First, it rained.\nThen, it snowed.\nLast, it thawed.\n",
        "Dear Ana,\n\nthe ferry, the bridge, and the quay are closed.\n\nYours, Rui\n",
        "a; b\nc\n",
        "One line, two fields\n",
    ],
)
def test_a_text_with_commas_is_no_table(text: str) -> None:
    assert parse_bytes(text.encode(), "x.txt").media == "text/plain"


def test_a_long_table_is_read() -> None:
    rows = "".join(f"{n},bell {n},{n * 7}\n" for n in range(20_000))
    assert len(said(parse_bytes(f"n,name,weight\n{rows}".encode(), "bells.csv"))) == 20_000


def test_what_an_override_turns_round_is_read_as_it_is_seen() -> None:
    cost, when = "It cost \u202e04\u202c million", "and \u202eelihw\u202c it stood"
    page = f"<html><body><p>{cost}, {when} it was \u202e\u05e9\u05dc\u202c.</p></body></html>"
    (shown,) = said(parse_bytes(page.encode(), "page"))
    assert shown == "It cost 40 million, and while it stood it was \u05e9\u05dc."


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("", "color:#fff"),
        ("", "color:white !important"),
        ("", "color:rgb(255, 255, 255)"),
        ("background:#000", "color:black"),
        ("background:url(x.png);color:red", "color:navy;background:#000080"),
        ("color:white", "background:white none"),
        ("background-color:#fff;color:#fefefe", ""),
    ],
)
def test_letters_of_the_colour_that_they_stand_on_are_hidden(style: str, text: str) -> None:
    page = f"<html><body><div style='{style}'><p>It did <i style='{text}'>not </i>burn.</p></div>"
    shown = said(parse_bytes(f"{page}<p>It stood.</p></body></html>".encode(), "page"))
    assert shown[-1] == "It stood."
    assert "not" not in " ".join(shown)


@pytest.mark.parametrize(
    ("head", "style", "text"),
    [
        ("", "background:#024", "color:#fff"),
        ("", "background:url(sky.jpg)", "color:#fff"),
        ("", "background:linear-gradient(red, blue)", "color:#fff"),
        ("", "background:var(--dark)", "color:#fff"),
        ("", "position:relative", "color:#fff"),
        ("", "color:#fff", "background:#800"),
        ("<style>body {background:#000; color:#fff}</style>", "", ""),
        ("<link rel=stylesheet href=a.css>", "", "color:#fff"),
        ("<style>p i {color:#fff} p {background:rgb(0 0 0)}</style>", "", ""),
        ("", "background:#fff;color:#fff", "color:#333"),
    ],
)
def test_white_letters_on_a_dark_or_unknown_ground_stay(head: str, style: str, text: str) -> None:
    page = f"<html><head>{head}</head><body><div style='{style}'><p><i style='{text}'>It did not"
    assert said(parse_bytes(f"{page} burn.</i></p></div></body></html>".encode(), "page")) == [
        "It did not burn."
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<bdo dir=rtl>04</bdo>",
        "<bdo dir=RTL><i>0</i><b>4</b></bdo>",
        "<span style='unicode-bidi:bidi-override; direction:rtl'>0<b>4</b></span>",
        "\u202e<b>04</b>\u202c",
        "\u202e0<b>4\u202c</b>",
        "<b>\u202e04</b>\u202c",
        "&#x202e;<b>0</b>4&#x202c;",
        "<bdo dir=ltr>40</bdo>",
        "<span dir=rtl>40</span>",
        "\u202e<bdo dir=ltr>40</bdo>\u202c",
    ],
)
def test_an_override_over_elements_is_read_as_it_is_seen(markup: str) -> None:
    page = f"<html><body><p>It cost {markup} million.</p><p>It <b>opened</b>.</p></body></html>"
    assert said(parse_bytes(page.encode(), "page")) == ["It cost 40 million.", "It opened."]


def test_a_word_file_of_another_program_has_its_notes_and_boxes_but_no_comments() -> None:
    file = Path(__file__).with_name("files") / "notes.docx"
    assert said(parse_bytes(file.read_bytes(), "x")) == [
        "The bridge did open on Monday, before a crowd.",
        "The ferry was sold.",
        "It cost 12 million euros.",
        "Told by the treasurer.",
        "Counted in May.",
    ]


def test_a_text_box_is_read_once_whichever_notation_it_is_in() -> None:
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    inside = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    new = f"<mc:Choice><w:drawing>{inside}</w:drawing></mc:Choice>"
    old = f"<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict>"
    for drawn in (new, f"{new}{old}</mc:Fallback>", f"{old}</mc:Fallback>"):
        body = f"<w:p><w:r><mc:AlternateContent {spaces}>{drawn}</mc:AlternateContent></w:r>"
        body += f"{run('Beside it.')}</w:p>"
        assert said(parse_bytes(samples.docx(body), "x")) == ["Beside it.", "In the box."]


def test_a_term_stands_with_what_it_means_and_what_is_folded_away_is_read() -> None:
    page = """<html><body><article><h1>The ferry</h1>
    <p>The ferry leaves the north quay at nine every day, and comes back at ten.</p>
    <details><summary>Who travels free?</summary><p>Children under six travel free on all days of
    the week, if somebody is with them.</p></details>
    <h2>Words</h2><dl><dt>Quay</dt><dd>Where a ship lies while it is loaded.</dd>
    <dt>Berth</dt><dt>Bunk</dt><dd>A bed on a ship.</dd></dl>
    <p>The harbour office is open from eight to four on every day of the week.</p></article>"""
    texts = said(parse_bytes(page.encode(), "page"))
    assert "Quay\tWhere a ship lies while it is loaded." in texts
    assert "Berth, Bunk\tA bed on a ship." in texts
    assert any(text.startswith("Children under six travel free") for text in texts)


_BODY = (
    "The mayor opened the new bridge on Monday, before a crowd of some two thousand people.",
    "It cost 12 million euros, said the treasurer.",
)


@pytest.mark.parametrize("joint", ["\\n\\n", "</p><p>"])
def test_the_body_that_a_page_tells_programs_is_read_where_it_shows_none(joint: str) -> None:
    body = joint.join(_BODY)
    body = f"<p>{body}</p>" if "<" in joint else body
    told = f'{{"@graph": [{{"@type": "NewsArticle", "articleBody": "{body}"}}]}}'
    script = f'<script type="application/ld+json">{told}</script>'
    empty = f"<html><head>{script}</head><body><p>Please enable JavaScript.</p></body></html>"
    document = parse_bytes(empty.encode(), "page")
    assert said(document) == list(_BODY)
    assert "what it tells programs was read" in document.unread
    teaser = f"<html><head>{script}</head><body><article><p>{_BODY[0]}</p></article></body></html>"
    assert said(parse_bytes(teaser.encode(), "page")) == [_BODY[0]]


@pytest.mark.parametrize("told", ["{", '"articleBody"', '{"articleBody": 7}', "[" * 50_000])
def test_what_a_page_tells_programs_may_be_anything(told: str) -> None:
    page = (
        f"<html><head><script type='application/ld+json'>{told}</script></head><body><p>It stood."
    )
    assert said(parse_bytes(page.encode(), "page")) == ["It stood."]


def test_years_name_the_columns_of_a_csv() -> None:
    document = parse_bytes(b"Line,2021,2022,2023\nNorth,4,5,6\nSouth,40,50,60\n", "x.csv")
    assert said(document, Role.HEADING) == ["Line\t2021\t2022\t2023"]
