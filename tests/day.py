"""What a working day is made of: five files of different kinds, and what is asked of them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import docx
import samples

NOTES = """\
Notes on the crossing at Aldern

A ferry had crossed the river Torn at Aldern since 1890. It carried 320 people a day in its last
year. Its last captain, Marta Olsen, retired in April and sold the ferry to the Harbour Board.

The Harbour Board wants to show the ferry in the old dock from June. A ticket will cost four euros.

Herons nest on the masts of the ferry. The Bird Society counted eleven pairs in March.
"""

PAGES = (
    (
        "The lighthouse on the pier",
        "The lighthouse of Aldern burns gas since the year 1911.",
        "Its lamp is seen from eleven miles, and its keeper climbs 140 steps.",
    ),
    (
        "Repairs",
        "The stairs of the lighthouse were repaired by masons from Halden in 2019.",
        "The repair took seven weeks and was paid for by the state.",
    ),
)

MINUTES = (
    "The council of Aldern met on 12 March. Nine members were present.",
    "The council decided to build a second lane on the bridge. Six members voted for it, three "
    "against it.",
    "The treasurer said that the second lane costs 5 million euros. The region will pay two thirds "
    "of it.",
    "The council named three streets that are closed during the works: Mill Lane, Quay Street and "
    "Station Road.",
)

TOLLS = (("Vehicle", "Toll in euros"), ("Car", "2.50"), ("Lorry", "11.00"), ("Bicycle", "0.00"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and words that its answer has; none if the articles do not say.

    ``chip``: it is answered with quotes.
    """

    question: str
    says: tuple[str, ...] = ()
    chip: bool = True


DAY = (
    Asked("What are these articles about?"),
    Asked("Since when did a ferry cross the river?", ("1890",)),
    Asked("Who was the last captain of the ferry?", ("Marta Olsen",)),
    Asked("When did she retire?", ("April",)),
    Asked("What will a ticket for the ferry cost?", ("four euros",)),
    Asked("How many pairs of herons were counted?", ("eleven",)),
    Asked("Since which year does the lighthouse burn gas?", ("1911",)),
    Asked("How many steps does the keeper climb?", ("140",)),
    Asked("Who repaired the stairs of the lighthouse?", ("masons from Halden",)),
    Asked("How long did the repair take?", ("seven weeks",)),
    Asked("What did the council decide?", ("second lane",)),
    Asked("How many members voted for it?", ("Six",)),
    Asked("What does the second lane cost?", ("5 million",)),
    Asked("List the streets that are closed.", ("Mill Lane", "Quay Street", "Station")),
    Asked("What is the toll for a lorry?", ("11.00",)),
    Asked("Who designed the arch of the bridge?", ("Porto",)),
    Asked("What did the bridge cost?", ("12 million",)),
    Asked("What was the revenue in EMEA in the three months ended June 30, 2023?", ("238,390",)),
    Asked("What do the articles say about the Harbour Board?", ("Harbour Board",)),
    Asked("Who won the football match in Madrid?", chip=False),
)
"""Facts, follow-ups, an overview, a list, tables, a topic, and one that no article answers."""

LATER = Asked("Who paid for the repair of the lighthouse?", ("the state",))
"""Asked after the server was started again."""

PINNED = {
    "Who was the last captain of the ferry?": "She retired in April: ask her.",
    "Since which year does the lighthouse burn gas?": "Check with the museum & <the> keeper.",
    "What does the second lane cost?": "Two thirds are paid by the region.\nWho pays the rest?",
    "Who designed the arch of the bridge?": "",
}
"""Questions whose first quote is pinned, with the notes."""


def write_files(folder: Path) -> list[Path]:
    """Write the day's files; returns them in the order in which they are added."""
    made = {
        "Notes on the crossing.txt": NOTES.encode(),
        "lighthouse.pdf": samples.pdf([samples.column(72, page) for page in PAGES]),
        "minutes.docx": _minutes(),
        "bridge.html": samples.WEB_PAGE.encode(),
        "report.xlsx": (Path(__file__).parent / "files" / "report.xlsx").read_bytes(),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in made]


def _minutes() -> bytes:
    document = docx.Document()
    document.add_heading("Minutes of the council", 1)
    for each in MINUTES:
        document.add_paragraph(each)
    document.add_heading("Tolls on the bridge", 2)
    table = document.add_table(rows=len(TOLLS), cols=2)
    for at, row in enumerate(TOLLS):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()
