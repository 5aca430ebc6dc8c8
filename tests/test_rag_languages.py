"""Languages that the embedder does not know: there, shared words rank, and not its vectors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tiny import DIMENSION, TinyEmbedder, axis

from index import Library
from index.embed.embedder import load_embedder, unit
from index.types import Encoding, Tokens
from rag import retrieve
from rag.question.encode import Question, read_question
from rag.retrieval.candidates import Candidate, find_candidates
from rag.retrieval.familiar import LEAST_TRUST, known_share, knows, trust_in_vectors
from rag.retrieval.late_interaction import score_evidence
from rag.retrieval.shared_words import share_words

_TOKEN = re.compile(r"[a-z0-9]+|\w|[^\w\s]", re.I)


class Latin(TinyEmbedder):
    """To it, Latin words are tokens; of any other script, the letters are."""

    def __init__(self) -> None:
        super().__init__("latin", max_tokens=200)

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        return [self._read(text) for text in texts]

    def _encode(self, text: str, query: bool) -> Encoding:
        tokens = self._read(text)
        rows = np.zeros((len(tokens.ids), DIMENSION), dtype=np.float32)
        rows[np.arange(len(rows)), tokens.ids] = 1.0
        return Encoding(unit(rows.sum(axis=0)), tokens, rows)

    def _read(self, text: str) -> Tokens:
        found = list(_TOKEN.finditer(text))
        ranges = np.array([each.span() for each in found], dtype=np.int32).reshape(-1, 2)
        return Tokens(np.array([axis(each.group()) for each in found], dtype=np.int32), ranges)


class Nothing(Latin):
    """To it, every word that is not Latin is the same unknown token."""

    def _read(self, text: str) -> Tokens:
        found = list(re.finditer(r"\w+|[^\w\s]", text))
        ranges = np.array([each.span() for each in found], dtype=np.int32).reshape(-1, 2)
        words = [each.group() if each.group().isascii() else "[UNK]" for each in found]
        return Tokens(np.array([axis(word) for word in words], dtype=np.int32), ranges)


STORY = "Кот спит дома. Он ест рыбу.\n\nТок поёт: кто, что, где, дом, сад, пир, вес, том и мир."
"""The second paragraph has the letters of all, and no word, of "Где спит кот?" but one."""


def _found(library: Library, question: str) -> tuple[Question, list[Candidate]]:
    asked = read_question(question, (), library)
    return asked, find_candidates(asked, library)


@pytest.mark.parametrize("embedder", [Latin(), Nothing()], ids=["letters", "one token"])
def test_where_the_language_is_unknown_shared_words_rank(
    tmp_path: Path, embedder: TinyEmbedder
) -> None:
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        library.add_text(STORY, title="A1")
        asked, candidates = _found(library, "Где спит кот?")
        assert not knows(known_share(asked, candidates))
        assert known_share(asked, candidates) == 0.0
        assert trust_in_vectors(known_share(asked, candidates)) == LEAST_TRUST
        evidence = score_evidence(asked, candidates)
        first, second = evidence.hits
        assert first.passage.text == "Кот спит дома. Он ест рыбу."
        assert first.score > second.score > 0
        ranked = [number for number, _ in library.match("Где спит кот?", 9)]
        assert ranked == [first.passage.id, second.passage.id]
        best = evidence.sentences[0].sentence
        assert first.sentence == best and best.start == 0 and best.end == len("Кот спит дома.")


def test_english_is_known_and_ranks_by_vectors_alone(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=Latin()) as library:
        library.add_text("The cat sleeps in the house.\n\nA dog of the sea eats fish.", title="A1")
        for question in ("Where does the cat sleep?", "Langlais?", "What of 1890?"):
            asked, candidates = _found(library, question)
            assert knows(known_share(asked, candidates))
            assert trust_in_vectors(known_share(asked, candidates)) == 1.0


def test_a_question_in_another_language_than_the_articles_is_unknown(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=Latin()) as library:
        library.add_text("The cat sleeps in the house of Lund.", title="A1")
        asked, candidates = _found(library, "Где спит этот кот, в доме, в городе Lund?")
        assert candidates[0].shared == 1.0
        assert not knows(known_share(asked, candidates))


def test_a_word_that_fewer_passages_have_tells_more() -> None:
    around = ["кот и дом", "кот и сад", "кот и мир"]
    texts = [(text, "") for text in ("кот", "сад", "мир", "САД, кот!")]
    cat, garden, none, both = share_words("кот сад", texts, [(text, "") for text in around])
    assert 0 == none < cat < garden < both == pytest.approx(1.0)


TEXTS = {
    "Russian": (
        "Мост открыл мэр города в понедельник. Строительство стоило двенадцать миллионов.",
        "Паром пересекал реку много лет. Его последний капитан ушёл на покой весной.",
        "Инженеры из Порту придумали арку. Они работали над ней три года.",
        "Кто был последним капитаном парома?",
    ),
    "Greek": (
        "Ο δήμαρχος άνοιξε τη γέφυρα τη Δευτέρα. Η κατασκευή κόστισε δώδεκα εκατομμύρια.",
        "Το πλοίο διέσχιζε το ποτάμι πολλά χρόνια. Ο τελευταίος καπετάνιος έφυγε την άνοιξη.",
        "Μηχανικοί από το Πόρτο σχεδίασαν την αψίδα. Δούλεψαν σε αυτήν τρία χρόνια.",
        "Πότε έφυγε ο τελευταίος καπετάνιος από το πλοίο;",
    ),
    "Hindi": (
        "महापौर ने सोमवार को नया पुल खोला। निर्माण में बारह लाख खर्च हुए।",
        "नाव कई साल तक नदी पार करती थी। उसका आखिरी कप्तान वसंत में सेवानिवृत्त हुआ।",
        "पोर्टो के इंजीनियरों ने मेहराब बनाया। उन्होंने तीन साल काम किया।",
        "नाव का आखिरी कप्तान कब सेवानिवृत्त हुआ?",
    ),
    "Thai": (
        "นายกเทศมนตรีเปิดสะพานใหม่ในวันจันทร์ การก่อสร้างใช้เงินสิบสองล้าน",
        "เรือข้ามฟากข้ามแม่น้ำมาหลายปี กัปตันคนสุดท้ายเกษียณในฤดูใบไม้ผลิ",
        "วิศวกรจากปอร์โตออกแบบซุ้มโค้ง พวกเขาทำงานสามปี",
        "กัปตันคนสุดท้ายของเรือข้ามฟากเกษียณเมื่อไร",
    ),
    "Chinese": (
        "市长星期一为新桥揭幕。工程花费一千二百万。",
        "渡船多年来往返于河上。最后一位船长在春天退休。",
        "来自波尔图的工程师设计了拱门。他们工作了三年。",
        "渡船的最后一位船长什么时候退休？",
    ),
    "Turkish": (
        "Belediye başkanı yeni köprüyü pazartesi günü açtı. İnşaat on iki milyona mal oldu.",
        "Feribot yıllarca nehri geçti. Son kaptan ilkbaharda emekli oldu.",
        "Portolu mühendisler kemeri tasarladı. Üç yıl boyunca çalıştılar.",
        "Feribotun son kaptanı ne zaman emekli oldu?",
    ),
    "Romanian": (
        "Primarul a deschis podul luni. Construcția a costat douăsprezece milioane.",
        "Feribotul traversa râul de ani de zile. Ultimul căpitan s-a pensionat primăvara.",
        "Inginerii din Porto au proiectat arcul. Au lucrat la el trei ani.",
        "Când s-a pensionat ultimul căpitan al feribotului?",
    ),
    "Vietnamese": (
        "Thị trưởng khánh thành cây cầu vào thứ hai. Công trình tốn mười hai triệu.",
        "Phà đã qua sông nhiều năm. Thuyền trưởng cuối cùng nghỉ hưu vào mùa xuân.",
        "Các kỹ sư từ Porto thiết kế vòm. Họ làm việc ba năm.",
        "Thuyền trưởng cuối cùng của phà nghỉ hưu khi nào?",
    ),
}
"""Of each: three paragraphs, and a question on the last sentence of the second."""


@pytest.mark.parametrize("language", TEXTS)
def test_the_real_embedder_leaves_languages_it_does_not_know_to_words(
    tmp_path: Path, language: str
) -> None:
    """None of these was measured on when the share was chosen, but Russian and Chinese."""
    *paragraphs, question = TEXTS[language]
    with Library.open(tmp_path / "library", embedder=load_embedder()) as library:
        article = library.add_text("\n\n".join(paragraphs), title="1")
        asked, candidates = _found(library, question)
        assert not knows(known_share(asked, candidates))
        first = retrieve(question, library=library)[0]
        assert first.passage.text == paragraphs[1]
        quote = article.text[first.sentence.start : first.sentence.end]
        assert paragraphs[1].endswith(quote)


def test_the_real_embedder_knows_english(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=load_embedder()) as library:
        library.add_text(
            "Chloroplasts of diatoms are surrounded by four membranes.\n\n"
            "Miranda Bogen works at the AI Governance Lab.",
            title="1",
        )
        for question in ("What surrounds chloroplasts?", "Bogen?", "Governance Lab", "Who is he?"):
            assert knows(known_share(*_found(library, question)))
        for question in ("¿Quién trabaja en el laboratorio?", "谁在实验室工作？", "Кто там?"):
            assert not knows(known_share(*_found(library, question)))
