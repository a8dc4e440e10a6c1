"""The page Rapprochement: shares, rules, proposals accepted and undone; empty without any cash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import streamlit as st

from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import MatchDecision, Workspace
from tests.pages.conftest import BY, SAMPLES, run_page, words
from tests.support.kept import copied

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from streamlit.testing.v1 import AppTest

FEC = "111111118FEC20261031.txt"


def unlettered(content: bytes) -> bytes:
    """Return a FEC without its lettering."""
    lines = content.decode("utf-8").splitlines()
    header = lines[0].split("\t")
    blank = {header.index("EcritureLet"), header.index("DateLet")}
    rows = [line.split("\t") for line in lines[1:]]
    kept = [["" if i in blank else cell for i, cell in enumerate(row)] for row in rows]
    return "\r\n".join([lines[0], *("\t".join(row) for row in kept)]).encode()


@pytest.fixture
def unlettered_book(empty_book: Path) -> Path:
    """A book of one ledger without lettering."""
    return copied(empty_book, "unlettered", _load_unlettered)


def _load_unlettered(path: Path) -> None:
    workspace = Workspace.open(path)
    files = [FileInput(FEC, unlettered((SAMPLES / FEC).read_bytes()))]
    options = ImportOptions()
    results = workspace.load(workspace.read(files, options), options, BY)
    workspace.close()
    assert [item.status for item in results] == ["imported"]


def text(app: AppTest) -> str:
    """Return the words of the page as they are read."""
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def view_of(path: Path) -> tuple[float, int, pd.DataFrame]:
    """Return the share matched, what is left and the proposals, asked of the library."""
    from arlib.views import matching

    st.cache_resource.clear()
    workspace = Workspace.open(path)
    block = matching.build(workspace.portfolio(), workspace.policy()).blocks[0]
    workspace.close()
    return block.allocated_ratio or 0.0, block.totals["unallocated_minor"], block.proposals


def test_the_page_says_how_much_is_matched_and_by_which_rule(unlettered_book: Path) -> None:
    ratio, _left, proposals = view_of(unlettered_book)
    app = run_page("matching")
    said = text(app)
    assert app.title[0].value == "Rapprochement"
    share = f"{ratio * 100:.1f} %".replace(".", ",")
    assert f"comportement calculé sur {share} des encaissements" in said
    assert "Numéro de facture dans le libellé" in said
    assert f"{proposals['proposal_no'].nunique()} propositions à juger" in said
    chart = app.get("plotly_chart")[0].proto
    assert "Solde revenu à zéro (80 %)" in str(chart).replace("\\302\\240", " ").replace(
        "\u00a0", " "
    ) or "Solde revenu" in str(chart)


def test_a_decision_is_listed_and_undone(unlettered_book: Path) -> None:
    _ratio, left, proposals = view_of(unlettered_book)
    first = proposals[proposals["proposal_no"] == proposals["proposal_no"].iloc[0]]
    workspace = Workspace.open(unlettered_book)
    workspace.decide_matches(
        [
            MatchDecision(
                row["company_id"],
                row["debit_document_id"],
                row["credit_document_id"],
                int(row["amount_minor"]),
                row["rule"],
                "accepted",
            )
            for row in first.to_dict("records")
        ],
        BY,
    )
    workspace.close()
    assert view_of(unlettered_book)[1] == left - int(first["amount_minor"].sum())
    app = run_page("matching")
    assert "acceptée" in text(app)
    for _ in range(len(first)):
        app.button(key="match_undo_0").click().run()
        assert not app.exception
    assert "annulée" in text(app)
    assert view_of(unlettered_book)[1] == left


@pytest.mark.usefixtures("empty_book")
def test_a_list_without_cash_says_so(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    content = "Code client;N° facture;Date facture;Échéance;Montant TTC;Reste à payer\nC1;F1;25/03/2026;25/04/2026;100,00;100,00\n"
    options = ImportOptions()
    workspace.load(workspace.read([FileInput("l.csv", content.encode())], options), options, BY)
    workspace.close()
    app = run_page("matching")
    assert "Non disponible" in text(app) or "Aucun encaissement" in text(app)
