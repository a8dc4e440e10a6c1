"""Numbers, amounts and dates as a French reader writes them."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from arlib.i18n import formats
from arlib.i18n.issues import error_sentence, issue_sentence
from arlib.i18n.labels import bucket_label, label
from arlib.model.issues import Issue, UserError

FR, EN = formats("fr"), formats("en")


@pytest.mark.parametrize(
    ("minor", "currency", "french", "english"),
    [
        (123456789, "EUR", "1\u202f234\u202f567,89\u00a0€", "€1,234,567.89"),
        (-5, "EUR", "−0,05\u00a0€", "−€0.05"),
        (0, "EUR", "0,00\u00a0€", "€0.00"),
        (1234, "XOF", "1\u202f234\u00a0F\u202fCFA", "F\u202fCFA1,234"),
        (None, "EUR", "–", "–"),
        (pd.NA, "EUR", "–", "–"),
        (float("nan"), "EUR", "–", "–"),
    ],
)
def test_amount(minor: int | None, currency: str, french: str, english: str) -> None:
    assert FR.amount(minor, currency) == french
    assert EN.amount(minor, currency) == english


@pytest.mark.parametrize(
    ("minor", "whole", "compact"),
    [
        (1, "0,01\u00a0€", "0,01\u00a0€"),
        (999, "9,99\u00a0€", "9,99\u00a0€"),
        (700, "7\u00a0€", "7\u00a0€"),
        (1050, "11\u00a0€", "11\u00a0€"),
        (999_949, "9\u202f999\u00a0€", "9\u202f999\u00a0€"),
        (1_000_000, "10\u202f000\u00a0€", "10\u00a0k€"),
        (65_000_000, "650\u202f000\u00a0€", "650\u00a0k€"),
        (99_999_999, "1\u202f000\u202f000\u00a0€", "1,00\u00a0M€"),
        (942_575_961, "9\u202f425\u202f760\u00a0€", "9,43\u00a0M€"),
        (-8_248_200, "−82\u202f482\u00a0€", "−82\u00a0k€"),
    ],
)
def test_whole_and_compact(minor: int, whole: str, compact: str) -> None:
    assert FR.amount0(minor, "EUR") == whole
    assert FR.compact(minor, "EUR") == compact


def test_signs_days_ratios_and_dates() -> None:
    assert FR.compact(8_248_200, "EUR", is_signed=True) == "+82\u00a0k€"
    assert FR.signed_days(31.4) == "+31\u00a0j"
    assert FR.signed_days(-0.4) == "0\u00a0j"
    assert FR.days(57.25) == "57,3\u00a0j"
    assert (EN.days0(1), EN.signed_days(-1), EN.days0(2)) == (
        "1\u00a0day", "−1\u00a0day", "2\u00a0days",
    )  # fmt: skip
    assert (EN.days(1.04), FR.days0(1)) == ("1.0\u00a0days", "1\u00a0j")
    assert FR.percent(0.1245) == "12,5\u00a0%"
    assert EN.percent(0.1245) == "12.5%"
    assert FR.points(0.021) == "+2,1\u00a0pt"
    assert FR.ratio(2.285) == "×2,29"
    assert FR.date(date(2026, 11, 21)) == "21/11/2026"
    assert FR.month(date(2026, 2, 1)) == "févr. 2026"
    assert FR.date_time(datetime(2026, 11, 3, 8, 12)) == "03/11/2026 08:12"  # noqa: DTZ001
    assert FR.date(None) == "–"


def test_half_is_rounded_away_from_zero() -> None:
    assert [FR.decimal(value, 0) for value in (0.5, 1.5, 2.5, -2.5)] == ["1", "2", "3", "−3"]


def test_sentences_hold_their_values() -> None:
    issue = Issue("date_unreadable", "refused", column="Date", value="31/02/2026")
    sentence = issue_sentence(issue)
    assert "31/02/2026" in sentence
    assert sentence != issue_sentence(issue, "en")
    error = UserError("limit_amount_negative", value="-5")
    assert "-5" in error_sentence(error)


def test_an_amount_of_a_sentence_has_the_currency_of_its_issue() -> None:
    more = {"amount_minor": 7_000, "currency": "EUR"}
    residue = Issue("lettering_unbalanced", "doubtful", value="C1 AA", detail="70.00", **more)  # type: ignore[arg-type]
    assert "reliquat 70,00\u00a0€" in issue_sentence(residue)
    bare = Issue("lettering_unbalanced", "doubtful", value="C1 AA", detail="70.00")
    assert "reliquat 70,00." in issue_sentence(bare)


def test_a_brace_in_a_value_is_only_text() -> None:
    issue = Issue("amount_unreadable", "refused", column="{value}", value="{0.__class__}")
    assert "{0.__class__}" in issue_sentence(issue)


def test_labels() -> None:
    assert bucket_label("31-60") == "31–60\u00a0j"
    assert bucket_label("due_60+") == "à échoir sous >\u00a060\u00a0j"
    assert label("segment", "high_risk") == "Risque élevé"
    assert label("segment", "unknown_code") == "unknown_code"
    assert label("segment", float("nan")) == "–"


def test_a_share_is_said_whole_or_none_only_when_it_is() -> None:
    told = {
        0.996: "99,6 %", 0.9996: "> 99,9 %", 1.0: "100 %", 1 - 1e-12: "100 %", 1.004: "100,4 %",
        0.004: "0,4 %", 0.0004: "< 0,1 %", 0.0: "0 %", 0.424: "42 %", -0.002: "−0,2 %",
    }  # fmt: skip
    assert {ratio: FR.share(ratio).replace("\u00a0", " ") for ratio in told} == told
    assert FR.share(0.99996, 1).replace("\u00a0", " ") == "> 99,9 %"
    assert EN.share(0.9996) == "> 99.9%"
    assert FR.share(float("nan")) == "–"
