"""Reading a file on systems that cannot limit a process as Linux does."""

from __future__ import annotations

import sys

import pytest

from index.limits import DEFAULT_LIMITS
from index.parse.isolated import worker

resource = pytest.importorskip("resource")


@pytest.mark.parametrize("system", ["darwin", "linux"])
def test_where_addresses_cannot_be_bounded_files_are_read_all_the_same_but_on_linux(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounded: list[int] = []

    def refuse(what: int, _: tuple[int, int]) -> None:
        bounded.append(what)
        if what == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(sys, "platform", system)
    if system == "linux":
        with pytest.raises(ValueError, match="current limit"):
            worker._limit(DEFAULT_LIMITS)
    else:
        worker._limit(DEFAULT_LIMITS)
    assert set(bounded) == {resource.RLIMIT_CPU, resource.RLIMIT_CORE, resource.RLIMIT_AS}


def test_without_limits_at_all_only_the_clock_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    worker._limit(DEFAULT_LIMITS)
