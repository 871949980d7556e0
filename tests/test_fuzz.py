"""The fuzz itself: a small part of it here, all of it by `make fuzz`; and that it sees faults."""

from pathlib import Path

import fuzz
import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.palettes.files import LARGEST, read_palette_bytes

pytestmark = pytest.mark.slow


def test_a_round_over_every_kind_of_file_has_no_fault() -> None:
    found = fuzz.run(cases=120, seed=1)
    assert {kind for kind, _ in found} == fuzz.READERS.keys()
    assert not [told for _, told in found if told.startswith("FAULT")]
    assert {"right", "refused"} <= {told for _, told in found}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 11, 2026])
def test_a_thousand_cases_each_have_no_fault(seed: int, tmp_path: Path) -> None:
    found = fuzz.run(cases=1000, seed=seed, kept=tmp_path)
    assert not [told for _, told in found if told.startswith("FAULT")], sorted(tmp_path.iterdir())
    assert found.total() == 1000


def test_every_file_of_the_corpus_is_right_before_it_is_mutated(tmp_path: Path) -> None:
    for path in fuzz.corpus(tmp_path):
        assert fuzz.verdict(fuzz.READERS[fuzz.kind_of(path)], path) == "right", path.name


def test_tracebacks_long_messages_and_hangs_are_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path) -> object:
        raise KeyError(path)

    class Chatty(AttnpaintError):
        def __str__(self) -> str:
            return "one\ntwo"

    def chatty(path: Path) -> object:
        raise Chatty("one")

    def endless(path: Path) -> object:
        while True:
            pass

    monkeypatch.setattr(fuzz, "SECONDS", 1)
    assert fuzz.verdict(broken, tmp_path).startswith("FAULT: KeyError in test_fuzz.py")
    assert fuzz.verdict(chatty, tmp_path) == "FAULT: more than one line"
    assert fuzz.verdict(endless, tmp_path) == "FAULT: hang"


@pytest.mark.parametrize("level", ["9" * 5000, "0" * 5000, "256", "-1", "1e1"])
def test_a_gimp_palette_with_odd_levels_is_told_with_its_line(level: str) -> None:
    data = f"GIMP Palette\n1 2 3\n{level} 0 0\n".encode()
    with pytest.raises(AttnpaintError, match="line 3"):
        read_palette_bytes(data, ".gpl", "a.gpl")


@pytest.mark.parametrize("suffix", [".gpl", ".json", ".aco", ".ase"])
def test_a_palette_given_as_bytes_is_held_to_the_same_size(suffix: str) -> None:
    with pytest.raises(AttnpaintError, match="too large for a palette"):
        read_palette_bytes(b"GIMP Palette\n" + b"1 2 3\n" * (LARGEST // 6), suffix, "a")
