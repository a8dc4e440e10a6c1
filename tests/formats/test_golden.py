"""Every sample of a format is recognised by that format alone and read to the golden figures."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

import pytest

from arlib.ingest.formats import all_formats
from arlib.ingest.recognise import THRESHOLD
from arlib.ingest.source import Source
from arlib.model.files import FileInput
from tests.formats import golden

if TYPE_CHECKING:
    from pathlib import Path

    from arlib.model.files import ParsedFile

SAMPLES = golden.samples()
GENERAL = {"flat", "ledger"}  # what is read when no product is recognised


def _name(sample: Path) -> str:
    return f"{sample.parent.name}/{sample.name}"


@cache
def parsed(sample: Path) -> ParsedFile:
    return golden.read(sample, golden.expected(sample))


every = pytest.mark.parametrize("sample", SAMPLES, ids=_name)


@every
def test_one_format_alone_recognises_the_sample(sample: Path) -> None:
    source = Source(FileInput(sample.name, sample.read_bytes()))
    sure = {
        module.FORMAT_ID
        for module in all_formats()
        if module.identify(source) >= THRESHOLD and module.FORMAT_ID not in GENERAL
    }
    wanted = sample.parent.name
    assert sure == ({wanted} - GENERAL)
    assert parsed(sample).format_id == wanted


@every
def test_the_sample_is_read_to_its_golden_figures(sample: Path) -> None:
    wanted = golden.expected(sample)
    found = golden.as_read(parsed(sample))
    assert found == {key: wanted[key] for key in found}


@every
def test_the_book_of_the_sample_has_its_golden_balances(sample: Path) -> None:
    wanted = golden.expected(sample)
    booked = golden.as_booked(parsed(sample), dt.date.fromisoformat(wanted["extracted_on"]))
    for key in ("balances", "aging", "open_items"):
        assert booked[key] == wanted[key], key


def test_every_format_has_a_sample() -> None:
    sampled = {sample.parent.name for sample in SAMPLES}
    declared = {module.FORMAT_ID for module in all_formats()} - {
        "template",
        "commitments",
        "fec",
        "flat",
    }
    assert declared - sampled == set()
