"""Limits pasted by a person: every line understood for certain, or refused with its amount and why."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.i18n.issues import issue_sentence
from arlib.ingest.pasted_limits import Known, read_pasted_limits
from arlib.model.limits import PasteDefaults, PastedLimits
from tests.support.examples import examples

BOOK = (
    Known("UN", "C1", "C1", "Dupont SA"),
    Known("UN", "C2", "C2", "Durand & Fils"),
    Known("UN", "C3", "C3", "Été SARL"),
    Known("UN", "C4", "C4", "Dupont SA"),
    Known("UN", "411OLD", "C3", ""),
    Known("UN", "C9", "C9", "Noir"),
    Known("DEUX", "C9", "C9", "Noir"),
)


def read(text: str, **defaults: object) -> PastedLimits:
    return read_pasted_limits(text, BOOK, PasteDefaults(**defaults))  # type: ignore[arg-type]


def amounts(pasted: PastedLimits) -> dict[str, int | None]:
    return {item.customer_id: item.amount_minor for item in pasted.limits}


def refusals(pasted: PastedLimits) -> dict[int | None, tuple[str, int | None]]:
    """Return code and amount of each line refused, by its place."""
    return {issue.row_number: (issue.code, issue.amount_minor) for _text, issue in pasted.refused}


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12 500,50", 1_250_050),
        ("12\u202f500,50 €", 1_250_050),
        ("12,500.50", 1_250_050),
        ("1.234,56", 123_456),
        ("0", 0),
        ("EUR 7000", 700_000),
    ],
)
def test_french_and_english_amounts(text: str, minor: int) -> None:
    assert amounts(read(f"C1\t{text}")) == {"C1": minor}


@pytest.mark.parametrize("mark", ["\t", ";", "   "])
def test_tabs_semicolons_and_runs_of_spaces(mark: str) -> None:
    pasted = read(mark.join(("C1", "12500,50", "EUR", "31/12/2026", "Revue de juin")))
    [item] = pasted.limits
    assert (item.amount_minor, item.currency) == (1_250_050, "EUR")
    assert (item.valid_from, item.valid_to) == (None, date(2026, 12, 31))
    assert item.reason == "Revue de juin"


def test_commas_separate_when_nothing_else_does() -> None:
    assert amounts(read('C1,"12,500.50",USD')) == {"C1": 1_250_050}


def test_cents_cut_off_by_a_comma_are_refused_not_dropped() -> None:
    """``C1,12500,50`` may be 12 500.50 cut in two: it is never read as 12 500."""
    assert refusals(read("C1,12500,50\nC2,9")) == {1: ("pasted_not_understood", 1_250_000)}


def test_titles_in_any_order_french_or_english() -> None:
    pasted = read(
        "Motif;Limite;Client;Devise;Du;Au;Origine;Quotité\n"
        "ok;5000;C1;usd;01/01/2026;30/06/2026;assurance;90\n"
        "non;refusé;C2;;;;assurance;\n"
    )
    first, second = pasted.limits
    assert (first.currency, first.source, first.cover_ratio) == ("USD", "insurer", 0.9)
    assert (first.valid_from, first.valid_to) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (second.is_refused, second.amount_minor) == (True, None)
    assert amounts(read("Customer,Credit limit\nC1,5000\n")) == {"C1": 500_000}


def test_by_code_by_name_by_code_and_name_by_a_linked_code() -> None:
    assert amounts(read("c1\t1")) == {"C1": 100}
    assert amounts(read("DURAND ET FILS\t1\nDurand & fils\t2")) == {"C2": 200}
    assert amounts(read("C2\tDurand & Fils\t3")) == {"C2": 300}
    assert amounts(read("ete sarl\t4")) == {"C3": 400}
    assert amounts(read("411OLD\t5")) == {"C3": 500}


def test_every_line_refused_says_its_amount_and_why() -> None:
    pasted = read(
        "C1\t10\nC777\t7000\nDupont SA\t5\nC2\t\nC3\tbeaucoup\t8\nC2\t-5\n\t9\nC9\t3\nC4\t1.2345"
    )
    assert refusals(pasted) == {
        2: ("pasted_customer_unknown", 700_000),
        3: ("pasted_name_ambiguous", 500),
        4: ("amount_missing", None),
        6: ("pasted_negative", -500),
        7: ("customer_missing", 900),
        8: ("pasted_name_ambiguous", 300),
        9: ("amount_unreadable", None),
    }
    assert amounts(pasted) == {"C1": 1_000, "C3": 800}, "a name beside the code is no amount"
    words = {issue.code: issue_sentence(issue, "fr") for _text, issue in pasted.refused}
    assert "C1, C4" in words["pasted_name_ambiguous"] or "C9" in words["pasted_name_ambiguous"]
    assert "C777" in words["pasted_customer_unknown"]


def test_a_company_chosen_lifts_an_ambiguity() -> None:
    [item] = read("C9\t3", company_id="DEUX").limits
    assert item.company_id == "DEUX"


def test_the_same_customer_twice_is_refused_on_both_lines() -> None:
    pasted = read("C1\t10\nC2\t20\nDupont SA\t1\nC1\t99")
    assert refusals(pasted)[1] == ("pasted_twice", 1_000)
    assert refusals(pasted)[4] == ("pasted_twice", 9_900)
    assert amounts(pasted) == {"C2": 2_000}


def test_two_periods_that_do_not_meet_are_two_limits() -> None:
    pasted = read(
        "C1\t10\t\tdu 01/01/2026\tau 31/01/2026\nC1\t20\t\tdu 01/02/2026\nC2\t5\t\tau 31/01/2026\n"
        "C2\t6\t\tdu 31/01/2026"
    )
    assert [item.amount_minor for item in pasted.limits] == [1_000, 2_000]
    assert {code for code, _minor in refusals(pasted).values()} == {"pasted_twice"}


def test_a_lone_thousand_is_read_as_the_others_are_written_else_refused() -> None:
    assert refusals(read("C1\t1.234")) == {1: ("amount_unreadable", None)}
    assert amounts(read("C1\t1.234\nC2\t12,50")) == {"C1": 123_400, "C2": 1_250}
    assert amounts(read("C1\t1,234\nC2\t12.50")) == {"C1": 123_400, "C2": 1_250}


def test_currencies_beside_the_amount_and_beside_it_again() -> None:
    pasted = read("C1\t$ 10\nC2\t10 €\tUSD\nC3\t1.234\tXOF\nC4\t5\tQQQ")
    assert [(item.customer_id, item.currency) for item in pasted.limits] == [("C1", "USD")]
    assert refusals(pasted) == {
        2: ("pasted_currency", 1_000),
        3: ("amount_unreadable", None),
        4: ("pasted_not_understood", 500),
    }


def test_letters_behind_digits_are_no_amount() -> None:
    assert refusals(read("C1\t12abc")) == {1: ("pasted_not_understood", None)}


def test_removing_is_said_in_words_and_blank_is_not_removing() -> None:
    [item] = read("C1\tsupprimer\nC2\t").limits
    assert (item.customer_id, item.amount_minor, item.is_refused) == ("C1", None, False)
    assert refusals(read("C1\trefusé")) == {1: ("pasted_not_understood", None)}


@pytest.mark.parametrize("day", ["31/02/2026", "99/99/9999", "2026-13-01"])
def test_a_date_that_does_not_exist_is_refused(day: str) -> None:
    assert list(refusals(read(f"C1\t5\t{day}\nC2\t6"))) == [1]


def test_an_end_before_the_start_is_refused() -> None:
    pasted = read(
        "C1\t5\t01/06/2026\t31/05/2026\nC2\t5\tau 31/05/2026", valid_from=date(2026, 6, 1)
    )
    assert set(refusals(pasted).values()) == {("pasted_dates", 500)}


def test_nothing_to_read() -> None:
    for text in ("", "\n\n", "  \t \n"):
        assert read(text) == PastedLimits()


def test_beyond_the_longest_list_it_is_said() -> None:
    pasted = read("\n".join(f"X{n}\t1" for n in range(20_003)))
    assert pasted.refused[-1][1].code == "pasted_too_long"


@given(st.lists(st.text(alphabet="C1239;,\t .5€-Dupont/", max_size=25), max_size=12))
@examples(15)
def test_no_filled_line_is_lost(lines: list[str]) -> None:
    """Each filled line is understood or refused, whatever is pasted."""
    text = "\n".join(lines)
    pasted = read(text)
    told = {item.row_number for item in pasted.limits}
    told |= {issue.row_number or 0 for _text, issue in pasted.refused}
    filled = {place for place, line in enumerate(lines, 1) if line.strip()}
    header = {min(filled)} if pasted.columns and filled else set()
    blank = {place for place in filled - told - header if not lines[place - 1].strip(" ;,\t")}
    assert told == filled - header - blank


def test_lines_may_be_separated_each_in_its_way() -> None:
    assert amounts(read("C1\t10\nC2;20\nC3   30,50\nC4;5")) == {
        "C1": 1_000,
        "C2": 2_000,
        "C3": 3_050,
        "C4": 500,
    }
