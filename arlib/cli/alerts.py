"""The alerts of the policy, and the early warning: who has begun to pay later, at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import shorten
from arlib.i18n.credit import alert_message, named
from arlib.i18n.warnings import threshold_words, whole

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.alerts import AlertsView
    from arlib.views.warnings import WarningsBlock, WarningsView

Json = dict[str, Any]
_GAP: Final = "\n\n"
_LISTS: Final = ("alerts", "to_confirm", "improving", "hints")
_ALERT: Final = {
    "rule": "rule",
    "severity": "severity",
    "company_id": "company_id",
    "customer_id": "customer_id",
    "target": "target",
    "name": "name",
    "owner": "owner",
    "amount_minor": "amount",
    "currency": "currency",
    "since": "since",
    "until": "until",
}


def alerts(session: Session) -> None:
    """Print what the policy says to look at, then who has begun to pay later."""
    from arlib.views import alerts as lists
    from arlib.views import warnings as views

    with session.workspace() as book:
        portfolio, policy = session.portfolio(book), session.active_policy(book)
        view = views.build(portfolio, policy)
        found = lists.build(portfolio, policy)
    session.warn_unconverted(block.currency for block in view.blocks)
    document = _document(view) | _alerts_document(session, found)
    session.show(document, lambda: f"{_alerts_text(session, found)}{_GAP}{_text(session, view)}")


def _alerts_document(session: Session, view: AlertsView) -> Json:
    listed = rows(view.list, names=_ALERT)
    messages = [alert_message(row, session.lang) for row in view.list.to_dict("records")]
    for item, message in zip(listed, messages, strict=True):
        item["message"] = message
    return {
        "exposure_basis": view.exposure_basis,
        "rules": [_rule(row, view) for row in view.rules.to_dict("records")],
        "list": listed,
        "new_since": [
            {"company_id": row["company_id"], "on": plain(row["reference_on"])}
            for row in view.reference.to_dict("records")
        ],
    }


def _rule(row: dict[Any, Any], view: AlertsView) -> Json:
    """Return one rule; sums of several currencies stand in ``amounts`` alone."""
    sums = {code: money(minor, code) for code, minor in view.amounts[row["rule"]].items()}
    found: Json = {
        "rule": row["rule"],
        "severity": row["severity"],
        "is_on": bool(row["is_on"]),
        "count": int(row["count"]),
        "customers": int(row["customers"]),
        "amount": next(iter(sums.values())) if len(sums) == 1 else None,
        "amounts": sums,
    }
    if found["amount"] is None:
        found["amount_reason"] = "several_currencies" if sums else "nothing_listed"
    if plain(row["reason"]):
        found["unavailable"] = row["reason"]
    return found


def _alerts_text(session: Session, view: AlertsView) -> str:
    word, lang = session.word, session.lang
    head = word("Alerts as of {date}", date=session.formats.date(view.as_of))
    lines = [
        f"  {named('severity', row['severity'], lang)}  {named('alert_rule', row['rule'], lang)}"
        f"  {shorten(row['name'])}  {alert_message(row, lang)}"
        for row in view.list.to_dict("records")
    ]
    return "\n".join([head, *(lines or [word("Nothing to show.")])])


def _document(view: WarningsView) -> Json:
    head: Json = {
        "as_of": plain(view.as_of),
        "left_out": list(view.left_out),
        "threshold": view.calibration.threshold,
        "is_calibrated": view.calibration.is_calibrated,
        "false_alarms_per_customer_year": view.calibration.false_alarms_per_customer_year,
        "false_alarms_expected_per_year": view.expected_per_year,
    }
    for name in ("false_alarms_per_customer_year", "false_alarms_expected_per_year"):
        if head[name] is None:
            head[f"{name}_reason"] = "insufficient_history"
    if view.unavailable:
        head["unavailable"] = view.unavailable
    blocks = [_block(block) for block in view.blocks]
    if len(blocks) == 1:
        return head | blocks[0]
    return head | ({"blocks": blocks} if blocks else {name: [] for name in _LISTS})


def _block(block: WarningsBlock) -> Json:
    lists = {name: rows(_shown(getattr(block, name))) for name in _LISTS}
    return {"currency": block.currency, "evidence": dict(block.counts), **lists}


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns=["weight", "alert_reason"])


def _text(session: Session, view: WarningsView) -> str:
    word, shown, found = session.word, session.formats, view.calibration
    head = word("Early warning as of {date}", date=shown.date(view.as_of))
    if view.unavailable:
        return f"{head}\n{session.unavailable(view.unavailable)}"
    threshold = shown.decimal(found.threshold, 0 if found.threshold % 1 == 0 else 1)
    price = word(
        "Threshold {h}; false alerts not measured: no customer has 18 settlements", h=threshold
    )
    if view.expected_per_year is not None:
        price = threshold_words(view.expected_per_year, threshold, session.lang)
    parts = [f"{head}\n{price}", *(_block_text(session, block) for block in view.blocks)]
    return _GAP.join(part for part in parts if part)


def _block_text(session: Session, block: WarningsBlock) -> str:
    word = session.word
    titles = {
        "alerts": word("Alerts"),
        "to_confirm": word("To confirm"),
        "improving": word("Improvements"),
        "hints": word("Hints"),
    }
    parts = [
        f"{titles[name]} ({block.currency}, {len(getattr(block, name))})\n"
        + "\n".join(_line(session, row) for row in getattr(block, name).to_dict("records"))
        for name in _LISTS
        if len(getattr(block, name))
    ]
    return _GAP.join(parts) or word("Nothing to show.")


def _line(session: Session, row: dict[Any, Any]) -> str:
    return f"  {shorten(row['customer_id'] + ' ' + row['name'])}  {whole(row, session.lang)}"


COMMANDS: Final = (
    Command(
        "alerts", alerts, "Print what the policy says to look at, then who has begun to pay later."
    ),
)
