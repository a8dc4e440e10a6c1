"""The page Commerce: lights, search, the unknown customer; without limits, without data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from arlib.model.files import FileInput, ImportOptions
from arlib.model.policy import Policy
from arlib.ui.session import book as opened_book
from arlib.workspace import DisputeEntry, Workspace
from tests.pages.conftest import BY, run_page, words
from tests.scenarios.worked_set import template_bytes
from tests.support.kept import copied

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def worked(path: Path, *, with_limits: bool, policy: Policy | None = None) -> None:
    """Load the worked set, which has no deliveries here unless with limits."""
    name = f"worked-{with_limits}-{policy and policy.version}"
    copied(path, name, lambda kept: _load_worked(kept, with_limits=with_limits, policy=policy))


def _load_worked(path: Path, *, with_limits: bool, policy: Policy | None) -> None:
    workspace = Workspace.open(path)
    content = template_bytes(with_limits=with_limits, with_commitments=with_limits)
    options = ImportOptions()
    workspace.load(workspace.read([FileInput("modele.xlsx", content)], options), options, BY)
    if policy is not None:
        workspace.set_policy(policy, BY)
    workspace.close()


def test_lights_search_and_unknown_customer(empty_book: Path) -> None:
    policy = Policy(
        segmentation_method="rules",
        grid_terms={"insufficient_history": "comptant"},
        grid_action={"insufficient_history": "Ouvrir un compte d’abord"},
    )
    worked(empty_book, with_limits=True, policy=policy)
    app = run_page("sales")
    said = text(app)
    assert "Disponible = limite − encours (E1" in said
    assert "Les livraisons non facturées ne sont pas comptées" in said
    assert "2 clients sur 4 sont au rouge" in said
    assert "Ouvrir un compte d’abord" in said
    table = app.dataframe[0].value
    assert table["customer_id"].tolist() == ["C001", "C002", "C004", "C003"]  # by name
    assert table["light_text"].tolist() == ["▲ Orange", "■ Rouge", "▲ Orange", "■ Rouge"]
    assert table["headroom_minor"].tolist()[:2] == [860_000, 150_000]
    assert table["reason_text"].tolist()[3] == "Limite dépassée depuis le 31/03/2025"
    app.text_input(key="sales_search").set_value("beta").run()
    assert app.dataframe[0].value["customer_id"].tolist() == ["C002"]
    app.text_input(key="sales_search").set_value("Inconnu & Fils").run()
    said = text(app)
    assert "Aucun client ne s’appelle « Inconnu & Fils »" in said
    assert "comptant" in said
    app.text_input(key="sales_search").set_value("").run()
    app.pills(key="sales_lights").set_value(["red"]).run()
    assert app.dataframe[0].value["customer_id"].tolist() == ["C002", "C003"]
    app.pills(key="sales_lights").set_value(["green"]).run()
    assert "Aucun client avec ces filtres" in text(app)


def test_without_any_limit(empty_book: Path) -> None:
    worked(empty_book, with_limits=False)
    app = run_page("sales")
    said = text(app)
    assert "Aucun fichier ne donne les commandes" in said
    assert "La politique ne fixe rien pour un nouveau client" in said
    assert "▲ Orange" in app.dataframe[0].value["light_text"].tolist()


@pytest.mark.usefixtures("book")
def test_the_sample_company_and_the_disputes_that_wait_for_sales() -> None:
    """Two opened on the sample company: one named to a salesperson and late, one by its cause."""
    app = run_page("sales")
    assert len(app.dataframe[0].value) > 20
    assert app.get("download_button")
    before = {row["number"] for row in _waiting(app)}
    portfolio = opened_book().workspace().portfolio()
    who = portfolio.customers().dropna(subset=["owner"]).set_index("customer_id")["owner"]
    items = portfolio.items()
    items = items[(items["open_minor"] > 10_000) & (items["disputed_minor"] == 0)]
    items = items[items["customer_id"].isin(who.index) & ~items["number"].isin(before)]
    first, second = items.drop_duplicates("customer_id").head(2).to_dict("records")
    mine = next(name for name in sorted(who.unique()) if name != who[second["customer_id"]])
    day = portfolio.as_of - timedelta(days=20)
    opened_book().workspace().open_disputes(
        [
            _dispute(first, "QUALITE", day, owner=mine, target_on=day + timedelta(days=5)),
            _dispute(second, "PRIX", day),
            _dispute(second, "QUALITE", day, amount=100),
        ],
        BY,
    )
    app.run()
    said, rows = text(app), {row["number"]: row for row in _waiting(app)}
    assert "vous attendent" in said
    assert "en retard sur la date visée" in said
    assert set(rows) - before == {first["number"], second["number"]}
    assert rows[first["number"]]["state"] == "▲ en retard"
    assert rows[second["number"]]["state"] == "sans date"
    main = app.dataframe[0].value.set_index("customer_id")
    assert main.loc[first["customer_id"], "open_disputes"] >= 1
    assert main.loc[second["customer_id"], "disputed_minor"] > 0
    app.selectbox(key="sales_disputes_owner").set_value(mine).run()
    assert first["number"] in {row["number"] for row in _waiting(app)}
    assert second["number"] not in {row["number"] for row in _waiting(app)}


def _dispute(
    item: dict[Any, Any], code: str, day: date, amount: int | None = None, **more: Any
) -> DisputeEntry:
    left = item["open_minor"] - 100 if amount is None else amount
    return DisputeEntry(
        item["company_id"], item["customer_id"], item["document_id"], code, left,
        opened_on=max(day, item["issued_on"].date()), **more,
    )  # fmt: skip


def _waiting(app: AppTest) -> list[dict[Any, Any]]:
    assert not app.exception
    frames = [item.value for item in app.dataframe if "waits_for_text" in item.value.columns]
    return frames[0].to_dict("records") if frames else []


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("sales")
    assert app.title[0].value == "Commerce"
    assert "Aucune donnée" in text(app)
