"""Bytes without a mark and not UTF-8: which encoding they are in, by what makes words of them."""

from __future__ import annotations

import re
from collections import Counter

from index.errors import InputError

_LATIN = "cp1252 cp1250 iso8859_2 cp1254 cp1257 mac_roman".split()
_OTHERS = "cp1251 koi8_r cp1253 cp1255 cp1256 cp1258 cp874 cp932 euc_jp gb18030 big5 cp949".split()

_ALPHABETS = (
    "äöüß àâçéèêëîïôûùüÿœæ áéíñóúüºª áàâãçéêíóôõúü àèéìíîòóùú åäöæøéü äëïöüéèêóá áéíðóúýþæö"
    " ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű ăâîşţșț čćđšž çğıöşüâîû"
    " āčēģīķļņšūž ąčęėįšųūž äõöüšž"
).split()
"""The letters beyond a to z of Europe's languages, each word one."""

_STRANGE = 0.4
"""If more of what is beyond ASCII fits no language, the encoding is not known."""

_ACCENTED = 0.2
"""A language of Latin letters has fewer accented ones; others have little else."""

_SIGNS = "“”„‘’‚–—…«»‹›§°€£©®™•·¿¡×½¼¾²³´¨†‡\xa0"
_BEYOND = re.compile(r"[^\x00-\x7f]")
_WITHIN = re.compile(r"(?<=[a-z])(?:[^\x00-\x7f’·–—…\xad])(?=[a-z])")
_ALONE = re.compile(r"(?<=[\s\d])[^\W\d_a-zA-ZàáéèóòúêôÀÁÉÈÓÒÚÊÔ](?=[\s\d])")

_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_WIDE = 0.3
"""A file in which so many of every other byte are zero is UTF-16."""


def guess_encoding(data: bytes, name: str) -> str:
    """Return the name of a codec that decodes ``data``, which is not UTF-8.

    Raises:
        InputError: it is binary, half UTF-8 and half something else, or nothing fits.
    """
    if b"\0" in data:
        for zeros, codec in ((data[1::2], "utf-16-le"), (data[0::2], "utf-16-be")):
            if len(data) % 2 == 0 and zeros.count(0) > _WIDE * len(zeros):
                return codec
        raise InputError(f"{name} is a binary file: save it as plain text first")
    whole = len(_UTF8_CHARACTER.findall(data))
    stray = sum(byte > 0x7F for byte in _UTF8_CHARACTER.sub(b"", data))
    if whole >= 3 and whole > stray:
        first = _first_error(data)
        raise InputError(
            f"{name} mixes UTF-8 with another encoding (byte {first:,}): save it as UTF-8"
        )
    strangeness = {codec: _strangeness(data.decode(codec, errors="replace")) for codec in _LATIN}
    codec = min(_LATIN, key=strangeness.__getitem__)
    if stray < _ACCENTED * len(data):
        found = codec if strangeness[codec] <= _STRANGE else None
    else:
        from charset_normalizer import from_bytes

        best = from_bytes(data, cp_isolation=_OTHERS, enable_fallback=False).best()
        found = best.encoding if best else None
    if found is None:
        raise InputError(f"{name} is in no encoding that makes words of it: save it as UTF-8")
    return found


def _strangeness(text: str) -> float:
    """Return which share of the characters beyond ASCII no language would have there.

    Which of the Latin encodings a text is in cannot be told by its bytes, only by whether one
    alphabet has all of these letters, small ones within words, with only known signs between.
    """
    beyond = Counter(_BEYOND.findall(text))
    letters: Counter[str] = Counter()
    for character, count in beyond.items():
        letters[character.lower()] += count
    of_one = max(sum(letters[c] for c in alphabet) for alphabet in _ALPHABETS)
    fitting = of_one + sum(beyond[sign] for sign in _SIGNS)
    misplaced = sum(not found.islower() for found in _WITHIN.findall(text))
    misplaced += len(_ALONE.findall(text))
    return (beyond.total() - fitting + misplaced) / max(1, beyond.total())


def _first_error(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0
