"""References as the manuals have them: APA 7 and Chicago 17, of what an article tells of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import STORY

from index import Library
from index.parse.content import HTML, PDF, PPTX
from index.parse.document import parse_text
from rag import ask, cite_as
from rag.styles import apa, chicago
from rag.styles.source import At, Author, Words, authors_of, initials, source_of
from rag.styles.styled import Style, Styled

WEB = {
    "title": "A bridge opens",
    "author": "Lee, Ann",
    "published": "2025-05-07",
    "added": "2026-11-27T08:00:00+00:00",
    "media": HTML,
    "link": "https://www.example.org/bridge",
}
REPORT = WEB | {"title": "Quarterly report", "media": PDF, "link": "", "author": "Porto Harbour"}


def marked(words: Words) -> str:
    """Words with their italics between asterisks."""
    return "".join(f"*{text}*" if italic else text for text, italic in words)


@pytest.mark.parametrize(
    ("told", "listed", "cited"),
    [
        (
            {},
            "Lee, A. (2025, May 7). *A bridge opens*. example.org. https://www.example.org/bridge",
            "(Lee, 2025, para. 6)",
        ),
        (  # two authors, one of them an organisation (8.17, 9.8, 9.11)
            {"author": "van der Berg, Jan-Piet B.; Porto Harbour and Sons", "published": "2025-05"},
            "van der Berg, J.-P. B., & Porto Harbour and Sons. (2025, May). *A bridge opens*. "
            "example.org. https://www.example.org/bridge",
            "(van der Berg & Porto Harbour and Sons, 2025, para. 6)",
        ),
        (  # three authors (8.17)
            {"author": "Lee, Ann; Cox, Ben; Sá, Ana", "published": "2025"},
            "Lee, A., Cox, B., & Sá, A. (2025). *A bridge opens*. example.org. "
            "https://www.example.org/bridge",
            "(Lee et al., 2025, para. 6)",
        ),
        (  # a name that nobody can surely take apart stays as it is written
            {"author": "Ann Lee"},
            "Ann Lee. (2025, May 7). *A bridge opens*. example.org. https://www.example.org/bridge",
            "(Ann Lee, 2025, para. 6)",
        ),
        (  # the site is its author, and is named once (10.16)
            {"author": "Example"},
            "Example. (2025, May 7). *A bridge opens*. https://www.example.org/bridge",
            "(Example, 2025, para. 6)",
        ),
        (  # no author: the title comes first, shortened in the text (8.14, 9.12)
            {"author": None, "title": "Who pays for the new bridge across the old river?"},
            "*Who pays for the new bridge across the old river?* (2025, May 7). example.org. "
            "https://www.example.org/bridge",
            "(*Who pays for the new*, 2025, para. 6)",
        ),
        (  # no date (9.17); no date of retrieval, the page is not meant to change (9.16)
            {"published": None},
            "Lee, A. (n.d.). *A bridge opens*. example.org. https://www.example.org/bridge",
            "(Lee, n.d., para. 6)",
        ),
        (
            {"author": None, "published": None},
            "*A bridge opens*. (n.d.). example.org. https://www.example.org/bridge",
            "(*A bridge opens*, n.d., para. 6)",
        ),
    ],
)
def test_a_web_page_in_apa(told: dict[str, str], listed: str, cited: str) -> None:
    source = source_of(WEB | told)
    assert marked(apa.listed(source)) == listed
    assert marked(apa.cited(source, At(6))) == cited


@pytest.mark.parametrize(
    ("told", "listed", "cited"),
    [
        (
            {},
            "Lee, Ann. “A bridge opens.” example.org, May 7, 2025. https://www.example.org/bridge.",
            "Ann Lee, “A bridge opens,” example.org, May 7, 2025, para. 6, "
            "https://www.example.org/bridge.",
        ),
        (  # only the first author is inverted (14.76)
            {"author": "Lee, Ann; Cox, Ben", "published": "2025-05"},
            "Lee, Ann, and Ben Cox. “A bridge opens.” example.org, May 2025. "
            "https://www.example.org/bridge.",
            "Ann Lee and Ben Cox, “A bridge opens,” example.org, May 2025, para. 6, "
            "https://www.example.org/bridge.",
        ),
        (  # four authors: all in the entry, the first in a note (14.76)
            {"author": "Lee, Ann; Cox, Ben; Sá, Ana; Porto Harbour", "published": "2025"},
            "Lee, Ann, Ben Cox, Ana Sá, and Porto Harbour. “A bridge opens.” example.org, 2025. "
            "https://www.example.org/bridge.",
            "Ann Lee et al., “A bridge opens,” example.org, 2025, para. 6, "
            "https://www.example.org/bridge.",
        ),
        (
            {"author": "Ann Lee; Porto Harbour"},
            "Ann Lee and Porto Harbour. “A bridge opens.” example.org, May 7, 2025. "
            "https://www.example.org/bridge.",
            "Ann Lee and Porto Harbour, “A bridge opens,” example.org, May 7, 2025, para. 6, "
            "https://www.example.org/bridge.",
        ),
        (  # no author (14.79); a title that asks, with quotation marks of its own (6.125, 14.94)
            {"author": None, "title": "Who pays for “the bridge”?"},
            "“Who pays for ‘the bridge’?” example.org, May 7, 2025. https://www.example.org/bridge.",
            "“Who pays for ‘the bridge’?,” example.org, May 7, 2025, para. 6, "
            "https://www.example.org/bridge.",
        ),
        (  # no date: when it was looked up (14.12)
            {"published": None},
            "Lee, Ann. “A bridge opens.” example.org, accessed November 27, 2026. "
            "https://www.example.org/bridge.",
            "Ann Lee, “A bridge opens,” example.org, accessed November 27, 2026, para. 6, "
            "https://www.example.org/bridge.",
        ),
        (  # a page that was saved: nobody knows where it was
            {"link": "", "author": None, "published": None},
            "“A bridge opens.”",
            "“A bridge opens,” para. 6.",
        ),
    ],
)
def test_a_web_page_in_chicago(told: dict[str, str], listed: str, cited: str) -> None:
    source = source_of(WEB | told)
    assert marked(chicago.listed(source)) == listed
    assert marked(chicago.cited(source, At(6))) == cited


def test_a_report_is_cited_by_its_pages() -> None:
    source, at = source_of(REPORT), At(6, page=3)
    assert marked(apa.listed(source)) == "Porto Harbour. (2025, May 7). *Quarterly report*."
    assert marked(apa.cited(source, at)) == "(Porto Harbour, 2025, p. 3)"
    assert marked(chicago.listed(source)) == "Porto Harbour. *Quarterly report*. May 7, 2025."
    note = "Porto Harbour, *Quarterly report* (May 7, 2025), 3."
    assert marked(chicago.cited(source, at)) == note
    bare = source_of(REPORT | {"author": None, "published": None})
    assert marked(apa.listed(bare)) == "*Quarterly report*. (n.d.)."
    assert marked(chicago.listed(bare)) == "*Quarterly report*. n.d."
    assert marked(chicago.cited(bare, At(0))) == "*Quarterly report* (n.d.)."
    online = source_of(REPORT | {"link": "https://example.org/q.pdf"})
    note = "Porto Harbour, *Quarterly report* (example.org, May 7, 2025), 3, "
    assert marked(chicago.cited(online, at)) == f"{note}https://example.org/q.pdf."


def test_slides_and_talks_have_places_of_their_own() -> None:
    slides = source_of(REPORT | {"media": PPTX})
    assert marked(apa.cited(slides, At(6, page=3))) == "(Porto Harbour, 2025, Slide 3)"
    assert marked(chicago.cited(slides, At(6, page=3))).endswith("(May 7, 2025), slide 3.")
    assert marked(apa.cited(slides, At(6, time="00:12:31"))) == "(Porto Harbour, 2025, 12:31)"
    assert marked(apa.cited(slides, At(6, time="01:02:03"))) == "(Porto Harbour, 2025, 1:02:03)"


@pytest.mark.parametrize(
    "name",
    """Ann Lee|Acme, Inc.|Smith, MD|Ann Lee, Ben Cox|Senate, of Porto|李, 伟|REUTERS, Porto
    Lee, Ann, and Cox, Ben|Lee,|, Ann|Bread and Roses Trust""".replace("\n    ", "|").split("|"),
)
def test_no_name_is_taken_apart_that_may_be_no_persons(name: str) -> None:
    assert authors_of(name) == (Author(name),)


def test_a_name_that_says_its_family_is_taken_apart() -> None:
    assert authors_of("O’Brien, Ann M.; ;Lee, J.R.R.") == (
        Author("O’Brien, Ann M.", "O’Brien", "Ann M."),
        Author("Lee, J.R.R.", "Lee", "J.R.R."),
    )
    said = [initials(given) for given in ("Ann M.", "J.R.R.", "Jean-Paul", "J.-P.", "É")]
    assert said == ["A. M.", "J. R. R.", "J.-P.", "J.-P.", "É."]


def test_a_list_is_ordered_and_tells_alike_years_apart() -> None:
    told = [
        WEB | {"id": "z", "title": "The zoo", "author": None},
        WEB | {"id": "b", "title": "Bees", "published": "2025-06-01"},
        WEB | {"id": "a", "title": "Ants", "published": None},
        WEB | {"id": "m", "author": None, "title": "A moth"},
        WEB | {"id": "w", "title": "Wasps"},
    ]
    styled = Styled(told, Style.APA)
    assert [marked(each).split(" (")[0] for each in styled.listed[:4]] == [
        *["Lee, A."] * 3,
        "*A moth*.",
    ]
    wasps = {"article_id": "w", "paragraph": 2, "page": None, "time": None}
    assert marked(styled.cited(wasps)) == "(Lee, 2025a, para. 2)"
    assert "(2025b, June 1). *Bees*." in marked(styled.listed[2])
    assert marked(Styled(told, "chicago").listed[0]).startswith("Lee, Ann. “Ants.”")
    assert Styled(told, Style.PLAIN).listed == () and Styled(told, "plain").heading == ""


def test_answers_are_cited_from_python(library: Library) -> None:
    library.remove(library.entries[0].id)
    told = parse_text(STORY, title="A bridge", source="https://example.org/b")
    library.add_document(replace(told, author="Lee, Ann"))
    cited, listed = cite_as(ask("Who designed the arch?", library=library).citations, "apa")
    assert cited == ["(Lee, n.d., para. 2)"]
    assert listed == ["Lee, A. (n.d.). A bridge. example.org. https://example.org/b"]
    cited, listed = cite_as(ask("Who designed the arch?", library=library).citations, "plain")
    assert cited == ["A bridge, paragraph 2"] and listed == []
    with pytest.raises(ValueError, match="mla"):
        cite_as([], "mla")
