"""Damaged files: the cache heals itself, the database is refused, ``check`` names what is wrong.

Never a wrong answer, never fewer articles than there were, never a traceback.
"""

from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from faults import mutations, row, scale
from tiny import TinyEmbedder

from index import Library
from index.errors import EmbedderMismatch, LibraryDamaged, PullquoteError
from rag import retrieve

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
ARTICLES = 24
QUESTION = "Who opened bridge 7 over the river?"
PAGE = 16_384
DATABASE = "library.sqlite"

Ranking = list[tuple[str, int, float]]


def text(number: int) -> str:
    return f"The mayor opened bridge {number} over the river.\n\nNobody knows why. It was late."


@pytest.fixture(scope="module")
def pristine() -> Iterator[Path]:
    """A closed library of many articles; to be copied, not to be changed."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        with Library.open(Path(name) / "library", embedder=TinyEmbedder()) as library:
            with library.writing():
                for number in range(ARTICLES):
                    library.add_text(text(number), title=f"Bridge {number}")
        yield Path(name) / "library"


@pytest.fixture
def folder(pristine: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield Path(shutil.copytree(pristine, Path(name) / "library"))


def opened(folder: Path) -> Library:
    return Library.open(folder, embedder=TinyEmbedder())


def execute(folder: Path, statement: str) -> list[tuple[str, ...]]:
    """Change the database behind the library's back."""
    connection = sqlite3.connect(folder / "library.sqlite")
    found = connection.execute(statement).fetchall()
    connection.commit()
    connection.close()
    return found


def ranking(library: Library) -> Ranking:
    hits = retrieve(QUESTION, library=library, k=20)
    return [(hit.passage.article_id, hit.passage.start, hit.score) for hit in hits]


def cache_files(folder: Path) -> list[Path]:
    return [file for place in folder.glob("generation-*") for file in place.iterdir()]


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 4
    file.write_bytes(data)


def zero(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def lose(file: Path) -> None:
    file.unlink()


def lose_all(file: Path) -> None:
    shutil.rmtree(file.parent)


@pytest.mark.parametrize("damage", [truncate, empty, flip, zero, lose, lose_all])
@pytest.mark.parametrize("name", ["vectors.faiss", "manifest.json"])
def test_a_damaged_cache_is_rebuilt_without_embedding_and_ranks_as_before(
    pristine: Path, folder: Path, damage: Callable[[Path], None], name: str
) -> None:
    with opened(pristine) as library:
        before = ranking(library)
    (file,) = folder.glob(f"generation-*/{name}")
    damage(file)
    embedder = TinyEmbedder()
    with Library.open(folder, embedder=embedder) as library:
        assert ranking(library) == before
        assert embedder.encoded == 1  # the question
    assert [f.read_bytes() for f in cache_files(folder)] == [
        f.read_bytes() for f in cache_files(pristine)
    ]


@pytest.mark.torture
def test_the_cache_of_another_library_is_not_believed(
    pristine: Path, folder: Path, tmp_path: Path
) -> None:
    with opened(tmp_path / "other") as library, library.writing():
        for number in range(ARTICLES, 2 * ARTICLES):
            library.add_text(text(number), title=f"Bridge {number}")
    (mine,), (other,) = folder.glob("generation-*"), (tmp_path / "other").glob("generation-*")
    assert mine.name == other.name
    shutil.rmtree(mine)
    shutil.copytree(other, mine)
    with opened(pristine) as untouched, opened(folder) as library:
        tally = row("search index of another library, of equal size")
        tally.injected += 1
        tally.lost += ranking(library) != ranking(untouched)
        assert tally.lost == 0


def test_check_heals_the_cache_of_a_library_that_is_in_use(folder: Path) -> None:
    with opened(folder) as library:
        before = ranking(library)
        assert library.check().healed == ()
        for file in cache_files(folder):
            flip(file)
        assert library.check().healed == ("the search index did not match and was rebuilt",)
        assert library.check().healed == ()
        assert ranking(library) == before


def test_what_was_stored_but_not_yet_published_is_found(folder: Path) -> None:
    (published,) = folder.glob("generation-*")
    kept = shutil.copytree(published, folder.parent / "kept")
    ask = "SELECT value FROM meta WHERE key = 'generation'"
    (pointer,) = execute(folder, ask)
    with opened(folder) as library:
        article = library.add_text("A zeppelin landed.", title="News")
    execute(folder, f"UPDATE meta SET value = '{pointer[0]}' WHERE key = 'generation'")
    for place in folder.glob("generation-*"):
        shutil.rmtree(place)
    shutil.copytree(kept, published)
    (folder / "generation-99.tmp").mkdir()
    with opened(folder) as library:
        (best, *_) = retrieve("Where did the zeppelin land?", library=library)
        assert best.passage.article_id == article.id
        checked = library.check()
        assert (checked.problems, checked.healed) == ((), ())
    assert [place.name for place in folder.glob("generation-*")] == [f"generation-{ARTICLES + 1}"]


def outcome(folder: Path, before: Ranking) -> str:
    """Open, list, ask and check a damaged library, and say what its user sees."""
    try:
        with opened(folder) as library:
            if len(library.articles) != ARTICLES:
                return "lost"
            checked = library.check()
            if checked.problems:
                return "reported"
            texts = {article.text for article in library.articles}
            if texts != {text(n) for n in range(ARTICLES)} or ranking(library) != before:
                return "lost"
            return "mended" if checked.healed else "harmless"
    except PullquoteError as error:
        assert "\n" not in str(error)
        assert str(folder) in str(error)
        return "refused" if isinstance(error, LibraryDamaged | EmbedderMismatch) else "other"


def outcomes_of(folder: Path, damages: Iterable[tuple[str, bytes]], name: str) -> Counter[str]:
    """Count what the user sees, each damage being done to an undamaged library."""
    tally = row(name)
    with opened(folder) as library:
        before = ranking(library)
    pristine = shutil.copytree(folder, folder.parent / "pristine")
    seen: Counter[str] = Counter()
    for file, damaged in damages:
        shutil.rmtree(folder)
        shutil.copytree(pristine, folder)
        (folder / file).write_bytes(damaged)
        found = outcome(folder, before)
        seen[found] += 1
        tally.injected += 1
        tally.lost += found == "lost"
    assert tally.lost == seen["other"] == 0, seen
    return seen


@pytest.mark.torture
def test_every_destroyed_page_of_the_database_is_noticed(folder: Path) -> None:
    data = (folder / DATABASE).read_bytes()

    def damages() -> Iterator[tuple[str, bytes]]:
        for start in range(0, len(data), PAGE):
            for filler in (b"\0", b"\xff", b"\x0d")[: scale(1, 3)]:
                yield DATABASE, data[:start] + filler * PAGE + data[start + PAGE :]

    seen = outcomes_of(folder, damages(), "damaged page of the database")
    assert seen.total() > 30
    # A page that nothing is on was zeros before.
    assert seen["refused"] + seen["reported"] + seen["mended"] >= seen.total() - 2


@pytest.mark.torture
def test_a_cut_database_is_refused(folder: Path) -> None:
    data = (folder / DATABASE).read_bytes()
    rng = random.Random(1)
    sizes = [1, 99, PAGE - 1, PAGE, len(data) - PAGE]
    sizes += rng.sample(range(len(data)), scale(20, 200))
    damages = ((DATABASE, data[:size]) for size in sizes)
    seen = outcomes_of(folder, damages, "cut database")
    # Of a last page that is cut in two, what is lost may be nothing that opening reads.
    assert seen["refused"] + seen["reported"] + seen["mended"] == seen.total()


@pytest.mark.torture
def test_every_flipped_bit_is_refused_reported_mended_or_harmless(folder: Path) -> None:
    data = (folder / DATABASE).read_bytes()
    rng = random.Random(2)

    def damages() -> Iterator[tuple[str, bytes]]:
        while True:
            first = rng.randrange(len(data) // PAGE) * PAGE
            used = [place for place in range(first, first + PAGE) if data[place]]
            flipped = bytearray(data)
            for place in rng.sample(used, min(3, len(used))):
                flipped[place] ^= 1 << rng.randrange(8)
            yield DATABASE, bytes(flipped)

    rounds = scale(150, 2000)
    seen = outcomes_of(folder, itertools.islice(damages(), rounds), "flipped bits of the database")
    assert seen["harmless"] < rounds // 10, seen


@pytest.mark.torture
@pytest.mark.parametrize("name", ["vectors.faiss", "manifest.json"])
def test_every_damage_to_a_cache_file_is_mended(folder: Path, name: str) -> None:
    (file,) = folder.glob(f"generation-*/{name}")
    damages = list(mutations(file.read_bytes()))
    chosen = damages[:: scale(10, 1)]
    place = str(file.relative_to(folder))
    seen = outcomes_of(folder, ((place, each) for each in chosen), f"damaged {name}")
    assert len(damages) >= 200
    assert seen["mended"] == len(chosen)


@pytest.mark.torture
def test_an_emptied_database_is_not_taken_for_a_new_library(folder: Path) -> None:
    database = folder / "library.sqlite"
    for act in (lambda: database.write_bytes(b""), database.unlink):
        act()
        row("database or its log missing, or no database").injected += 1
        with pytest.raises(LibraryDamaged, match=r"has lost its articles .*restore it from a copy"):
            opened(folder)


@pytest.mark.torture
def test_a_lost_log_is_noticed(folder: Path) -> None:
    library = opened(folder)
    library.add_text("A zeppelin landed.", title="News")
    crashed = shutil.copytree(folder, folder.parent / "crashed")
    library.close()
    with opened(crashed) as recovered:
        assert len(recovered.articles) == ARTICLES + 1
    shutil.rmtree(crashed)
    library = opened(folder)
    library.add_text("It left again.", title="News")
    shutil.copytree(folder, crashed)
    library.close()
    (crashed / "library.sqlite-wal").unlink()
    row("database or its log missing, or no database").injected += 1
    with pytest.raises(
        LibraryDamaged, match=r"library.sqlite-wal is missing.*restore it"
    ) as caught:
        opened(crashed)
    assert f"delete {crashed}/generation-*" in str(caught.value)
    for place in crashed.glob("generation-*"):
        shutil.rmtree(place)
    with opened(crashed) as left:
        assert len(left.articles) == ARTICLES + 1
        assert not left.check().problems


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE articles SET text = replace(text, 'mayor', 'baker') WHERE {}",
            "not what was added",
        ),
        ("UPDATE articles SET text = substr(text, 1, 9) WHERE {}", "is out of range"),
        ("UPDATE passages SET text = replace(text, 'mayor', 'baker') WHERE {}", "at its range"),
        ("UPDATE passages SET start = start + 1 WHERE {}", "does not stand at its range"),
        ("UPDATE passages SET vector = zeroblob(length(vector)) WHERE {}", "not what was stored"),
        ("UPDATE passages SET vector = substr(vector, 5) WHERE {}", "has another dimension"),
        (
            "UPDATE passage_tokens SET tokens = zeroblob(length(tokens)) WHERE {}",
            "not what was stored",
        ),
        ("UPDATE passage_tokens SET vectors = x'00' WHERE {}", "not what was stored"),
        ("DELETE FROM passage_tokens WHERE {}", "not what was stored"),
        ("UPDATE passages SET sentences = x'' WHERE {}", "not what was stored"),
        ("UPDATE passages SET article_id = 'nobody' WHERE {}", "belong to no article"),
        ("UPDATE passages SET paragraph = 99 WHERE {}", "its paragraph 99 is missing"),
        ("DELETE FROM passages WHERE {}", "is not all in its passages"),
        ("DELETE FROM passages WHERE {}", "full-text index: 1 passages"),
        ("DELETE FROM paragraphs WHERE {} AND number = 1", "its paragraph 1 is missing"),
        ("DELETE FROM terms_docsize WHERE {}", "full-text index: 1 passages"),
        ("DELETE FROM frequencies WHERE token % 7 = 0", "word frequencies"),
        ("UPDATE frequencies SET passages = passages + 1", "word frequencies"),
    ],
)
def test_check_names_each_damage(folder: Path, statement: str, problem: str) -> None:
    table = statement.split("FROM ")[-1].split()[0] if "FROM" in statement else statement.split()[1]
    key = {"articles": "id", "passages": "id", "terms_docsize": "id", "paragraphs": "article_id"}
    key["passage_tokens"] = "passage"
    if table in key:
        chosen = f"{key[table]} = (SELECT {key[table]} FROM {table} ORDER BY 1 LIMIT 1)"
        statement = statement.format(chosen)
    execute(folder, statement)
    with opened(folder) as library:
        checked = library.check()
    assert any(problem in found for found in checked.problems + checked.healed), checked


@pytest.mark.parametrize(
    "change",
    [
        "passages SET text = 'The mayor closed it.'",
        "passages SET start = start + 1",
        "passage_tokens SET vectors = x'00'",
    ],
)
def test_a_changed_passage_is_refused_when_it_is_found(folder: Path, change: str) -> None:
    execute(folder, f"UPDATE {change}")
    with opened(folder) as library:
        with pytest.raises(LibraryDamaged, match=r"passage \d+ is not what was stored"):
            retrieve(QUESTION, library=library)


def test_a_damaged_article_is_made_again_from_its_text(folder: Path) -> None:
    with opened(folder) as library:
        before = ranking(library)
    (number,) = execute(folder, "SELECT min(id) FROM passages")[0]
    execute(folder, f"UPDATE passage_tokens SET vectors = x'00' WHERE passage = {number}")
    execute(folder, "DELETE FROM terms_data WHERE id > 10")
    with opened(folder) as library:
        checked = library.check()
        assert checked.problems == ()
        assert f"passage {number}: it is not what was stored" in checked.healed
        assert "full-text index: its words are not those of the passages" in checked.healed
        assert "the full-text index and the word frequencies were rebuilt" in checked.healed
        assert ranking(library) == before
        assert (library.check().problems, library.check().healed) == ((), ())


def test_a_damaged_text_comes_back_from_its_file_if_that_still_has_it(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "zeppelin.txt"
    file.write_text("A zeppelin landed. It left again.")
    with opened(folder) as library:
        article = library.add(file)
    for edited, problems in (("A zeppelin fell.", 1), ("A zeppelin landed. It left again.", 0)):
        file.write_text(edited)
        execute(folder, f"UPDATE articles SET text = 'A goose' WHERE id = '{article.id}'")
        with opened(folder) as library:
            found = library.check().problems
            assert any("its text is not what was added" in each for each in found) == bool(problems)
    with opened(folder) as library:
        assert library.article(article.id) == article


def test_an_undamaged_library_has_no_problems(folder: Path) -> None:
    with opened(folder) as library:
        checked = library.check()
    assert (checked.problems, checked.healed) == ((), ())
    assert checked.counted["articles"] == ARTICLES
    assert checked.counted["passages"] == 2 * ARTICLES
