"""A batch of letters: amounts of the views, names a disk takes, the same bytes, who is left out and why."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from arlib.i18n import formats
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.reports.letter import Asked
from arlib.reports.letter_batch import INDEX, batch_files, batch_zip
from arlib.views.letter_batch import build_batch
from arlib.views.letters import build, candidates
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.portfolio import Portfolio
    from arlib.views.letter_batch import LetterBatch

D, ON = date(2025, 6, 30), date(2025, 7, 2)
# late by: level due
DUE = {
    "ALPHA": date(2025, 6, 24),
    "BETA/1": date(2025, 6, 23),
    "beta_1": date(2025, 6, 22),
    "=CMD|'x'": date(2025, 5, 20),
    "../../etc": date(2025, 5, 10),
    "GONE": date(2024, 1, 10),
    "BROKE": date(2025, 5, 20),
    "CREDIT": date(2025, 6, 24),
    "LATER": date(2025, 9, 30),
}
POLICY = Policy()


@pytest.fixture(scope="module")
def portfolio() -> Iterator[Portfolio]:
    docs = [
        Doc(code, f"F{place}", date(2024, 1, 2), 100_000 + place, due_on=due)
        for place, (code, due) in enumerate(DUE.items())
    ]
    docs += [
        Doc("CREDIT", "A1", date(2025, 6, 1), -500_000, "credit_note"),
        Doc("ALPHA", "USD", date(2025, 5, 1), 7_000, due_on=date(2025, 6, 24), currency="USD"),
        Doc("PAID", "S1", date(2025, 5, 1), 100, "invoice"),
        Doc("PAID", "S2", date(2025, 5, 1), -100, "payment"),
    ]
    who: list[dict[str, object]] = [
        {"customer_id": code, "name": f"{code} <b>\u202eSA"} for code in (*DUE, "PAID")
    ]
    who[list(DUE).index("BROKE")] |= {
        "insolvency": "redressement", "insolvency_on": date(2025, 4, 1),
    }  # fmt: skip
    workspace = Workspace.open(None)
    load(workspace, Book(docs, customers=who))
    yield workspace.portfolio(D)
    workspace.close()


@pytest.fixture(scope="module")
def batch(portfolio: Portfolio) -> LetterBatch:
    return build_batch(portfolio, POLICY)


def test_each_customer_due_gets_the_letter_of_his_level(
    portfolio: Portfolio, batch: LetterBatch
) -> None:
    rows = candidates(portfolio, POLICY).dropna(subset=["level"])
    made = {view.customer_id: level for view, level in batch.letters}
    left = {one.customer_id: one.reason for one in batch.left_out}
    assert set(made) | set(left) == set(rows["customer_id"])
    assert set(made) & set(left) == set()
    levels = rows.set_index("customer_id")["level"].to_dict()
    assert made == {code: levels[code] for code in made}
    assert left["GONE"] == "case_file"
    # his credits cover what is late: no level is due from him
    assert not {"BROKE", "LATER", "CREDIT"} & {*made, *left}
    first = build_batch(portfolio, POLICY, level=made["ALPHA"])
    assert {view.customer_id for view, _ in first.letters} == {
        code for code, level in made.items() if level == made["ALPHA"]
    }


def test_the_customers_asked_for_come_in_their_order_at_the_level_asked(
    portfolio: Portfolio,
) -> None:
    keys = [("TEST", code) for code in ("LATER", "CREDIT", "BROKE", "BETA/1", "ALPHA", "ALPHA")]
    found = build_batch(portfolio, POLICY, level="R4", keys=keys)
    assert [view.customer_id for view, _level in found.letters] == ["BETA/1", "ALPHA"]
    assert {level for _view, level in found.letters} == {"R4"}
    assert [(one.customer_id, one.reason) for one in found.left_out] == [
        ("LATER", "nothing_asked"),
        ("CREDIT", "nothing_asked"),
        ("BROKE", "insolvency"),
    ]
    one = build_batch(portfolio, POLICY, keys=keys, most=1)
    assert len(one.letters) == 1
    assert one.left_out[-1].reason == "beyond"
    with pytest.raises(UserError, match="letter_level_unknown"):
        build_batch(portfolio, POLICY, level="R5")
    with pytest.raises(UserError, match="customer_not_found"):
        build_batch(portfolio, POLICY, level="R1", keys=[("TEST", "NOBODY")])


def test_the_zip_is_the_same_twice_and_its_names_are_safe(batch: LetterBatch) -> None:
    asked = Asked("letter", "", "fr", ON)
    content = batch_zip(batch, asked)
    assert content == batch_zip(batch, asked)
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        names = found.namelist()
        assert {entry.date_time for entry in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names[0] == INDEX
    assert len({name.casefold() for name in names}) == len(names) == 1 + 2 * len(batch.letters)
    for name in names:
        assert all(sign.isascii() and (sign.isalnum() or sign in "._-") for sign in name)
        assert ".." not in name


def test_amounts_of_letters_and_index_are_those_of_the_views(
    portfolio: Portfolio, batch: LetterBatch
) -> None:
    made = batch_files(batch, Asked("letter", "", "fr", ON))
    sheet = openpyxl.load_workbook(io.BytesIO(made.files[INDEX]), data_only=True).worksheets[0]
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    f = formats("fr")
    for view, level in batch.letters:
        again = build(portfolio, POLICY, customer_id=view.customer_id, company_id="TEST")
        lines = made.rows[made.rows["customer_id"] == view.customer_id].set_index("currency")
        for claim in again.claims_of(level):
            assert lines.loc[claim.currency, "asked_minor"] == claim.asked_minor(level)
            assert claim.asked_minor(level) / 100 in cells
            document, text = str(lines.loc[claim.currency, "files"]).split("\n")
            words = f.amount(claim.asked_minor(level), claim.currency)
            assert words in made.files[text].decode("utf-8-sig")
            drawn = docx.Document(io.BytesIO(made.files[document]))
            tables = [c.text for t in drawn.tables for row in t.rows for c in row.cells]
            assert words in "\n".join([*(line.text for line in drawn.paragraphs), *tables])
    assert made.rows.groupby("customer_id").size()["ALPHA"] == 2  # euros and dollars
    refused = made.rows[made.rows["customer_id"] == "GONE"].iloc[0]
    assert "R5" in refused["remark"]
    assert refused["remark"] in cells
    plain = openpyxl.load_workbook(io.BytesIO(made.files[INDEX])).worksheets[0]
    formulas = [c.value for row in plain.iter_rows() for c in row if c.data_type == "f"]
    assert all("SUM" in str(value) or "SUBTOTAL" in str(value) for value in formulas)


def test_statements_and_emails(portfolio: Portfolio) -> None:
    keys = [("TEST", code) for code in ("ALPHA", "LATER", "PAID")]
    found = build_batch(portfolio, POLICY, keys=keys, is_statement=True)
    made = batch_files(found, Asked("statement", "", "en", ON))
    names = [name for name in made.files if name != INDEX]
    assert (
        names == ["statement_ALPHA.pdf", "statement_LATER.pdf", "statement_PAID.pdf"][: len(names)]
    )
    assert all(made.files[name].startswith(b"%PDF") for name in names)
    later = made.rows[made.rows["customer_id"] == "LATER"].iloc[0]
    assert later["asked_minor"] == 100_008
    mail = build_batch(portfolio, POLICY, level="R1", keys=keys[:1])
    files = batch_files(mail, Asked("email", "", "en", ON)).files
    assert [name for name in files if name != INDEX] == ["R1_ALPHA.txt"]
    assert "Kind regards" in files["R1_ALPHA.txt"].decode("utf-8-sig")
