"""One customer: everything the other commands say about him, his file, and the file as a workbook."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final

import pandas as pd
import typer

from arlib.cli.commands import Command
from arlib.cli.encode import explained, money, plain, record, rows
from arlib.cli.figures import factor_row, segment_row
from arlib.cli.forecast import MODEL_COLUMNS as FORECAST_COLUMNS
from arlib.cli.session import Session, write_bytes
from arlib.cli.tables import customer_text

if TYPE_CHECKING:
    from arlib.views.activity import ActivityBlock
    from arlib.views.customer import CustomerView
    from arlib.views.customer_file import CustomerFile

_ITEM: Final = {
    "document_id": "document_id",
    "number": "number",
    "kind": "kind",
    "account_class": "account_class",
    "issued_on": "issued_on",
    "due_on": "due_on",
    "due_source": "due_source",
    "amount_minor": "amount",
    "open_minor": "open",
    "disputed_minor": "disputed",
    "currency": "currency",
    "days_late": "days_late",
    "bucket": "bucket",
}


def customer(
    session: Session,
    code: Annotated[str, typer.Argument(metavar="ID", help="Code of the customer.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="Credit file to write (xlsx).")
    ] = None,
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", metavar="PATH", help="Credit file to write (PDF, 2 to 4 pages)."),
    ] = None,
) -> None:
    """Print one customer; with --out or --pdf, write his credit file."""
    from arlib.views import customer_file as views
    from arlib.views.customer import unfiltered
    from arlib.views.risk import with_suggestions

    if out is not None or pdf is not None:
        _write(session, code, out, pdf)
        return
    with session.workspace() as book:
        policy = session.active_policy(book)
        portfolio = session.portfolio(book)
        file = views.build(portfolio, policy, customer_id=code, company_id=session.company)
        risk = with_suggestions(unfiltered(portfolio), policy, file.customer.risk)
    is_score = policy.segmentation_method == "score"
    document = {**_encode(replace(file.customer, risk=risk), is_score=is_score), **_file(file)}
    session.show(document, lambda: customer_text(session, file.customer))


def _write(session: Session, code: str, out: Path | None, pdf: Path | None) -> None:
    """Write the credit file as a workbook, as a PDF, or as both."""
    from arlib.reports.customer import customer_workbook
    from arlib.reports.dossier import dossier_pages
    from arlib.views import dossier as views

    with session.workspace() as book:
        policy, portfolio = session.active_policy(book), session.portfolio(book)
        found = views.build(portfolio, policy, customer_id=code, company_id=session.company)
    document: dict[str, Any] = {}
    if out is not None:
        content = customer_workbook(found.file, policy, session.lang)
        document["path"] = str(write_bytes(out, content))
    if pdf is not None:
        printed, count = dossier_pages(found, session.lang)
        document |= {"pdf": str(write_bytes(pdf, printed)), "pages": count}
    session.show(
        document, lambda: "\n".join(document[name] for name in ("path", "pdf") if name in document)
    )


def _file(file: CustomerFile) -> dict[str, Any]:
    """Return what the file adds to the customer's view."""
    found = {
        "identity": record(asdict(file.identity)),
        "group": rows(file.group),
        "financials": _plain(file.financials),
        "warning": record(file.warning),
        "score_factors": [factor_row(row) for row in file.score.factors.to_dict("records")],
        "score_path": _plain(file.score.path),
        "peaks": rows(file.peaks),
        "last_invoices": _plain(file.lives),
        "disputes": _plain(file.disputes),
        "actions": _plain(file.actions),
        "promises": _plain(file.promises),
        "promise_rates": rows(file.promise_rates),
        "cause": file.cause.get("cause"),
        "review_on": plain(file.review_on),
        "linked_codes": _plain(file.codes),
        "activity": [_activity(block) for block in file.activity.blocks],
        **({"activity_reason": why} if (why := file.activity_unavailable) else {}),
        "forecast": {
            "weeks": rows(file.forecast.weeks),
            "parts": rows(file.forecast.parts),
            "invoices": rows(file.forecast.invoices[list(FORECAST_COLUMNS)]),
        },
        **({"forecast_reason": why} if (why := file.forecast.unavailable) else {}),
    }
    return explained(found)


def _activity(block: ActivityBlock) -> dict[str, Any]:
    """Return what he buys in one currency: the year against the one before, lags, months, disputes."""
    turned = (("_minor_before", "_before_minor"), ("_minor_change", "_change"))
    trend = dict(block.trend)
    for before, after in turned:  # an amount is told by the end of its name
        trend = {name.replace(before, after): value for name, value in trend.items()}
    return {
        "currency": block.currency,
        **record(trend, currency=block.currency),
        **record(block.lags),
        "months": rows(block.monthly, currency=block.currency),
        "disputes": rows(block.causes, currency=block.currency),
    }


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of what is written, not measured: what is missing does not apply."""
    return [
        explained(
            {
                str(name).removesuffix("_minor"): money(value, row["currency"])
                if str(name).endswith("_minor")
                else plain(value)
                for name, value in row.items()
                if not (str(name).endswith("reason") and pd.isna(value))
            }
        )
        for row in frame.to_dict("records")
    ]


def _encode(view: CustomerView, *, is_score: bool) -> dict[str, Any]:
    return {
        "as_of": plain(view.as_of),
        "company_id": view.company_id,
        "customer_id": view.customer_id,
        "name": view.name,
        "attributes": _filled(plain(dict(view.attributes))),
        "risk": rows(view.risk),
        "behaviour": rows(view.behaviour),
        **({"behaviour_reason": reason} if (reason := view.behaviour_unavailable) else {}),
        "segments": [segment_row(row, is_score=is_score) for row in rows(view.segments)],
        "buckets": list(view.buckets),
        "aging": rows(view.aging),
        "exposure": rows(view.exposure),
        "exposure_basis": view.exposure_basis,
        "exposure_levels": rows(view.levels),
        "limits": rows(view.limits),
        "monthly": _months(view),
        **explained({"previous_on": plain(view.previous_on)}),
        "outstanding_before": {
            currency: money(minor, currency) for currency, minor in view.outstanding_before.items()
        },
        "items": rows(view.items, names=_ITEM),
    }


def _filled(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a customer; what no file says is left out."""
    return {name: value for name, value in attributes.items() if value is not None}


def _months(view: CustomerView) -> list[dict[str, Any]]:
    return [{"month": row.pop("month_on")[:7], **row} for row in rows(view.monthly)]


COMMANDS: Final = (
    Command(
        "customer", customer, "Print one customer; with --out or --pdf, write his credit file."
    ),
)
