"""Cash simulations as JSON documents: one a command, several currencies as ``blocks``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.cli.encode import money, plain, record, rows

if TYPE_CHECKING:
    from arlib.views.simulations import (
        ChangedTermsView,
        CycleView,
        DiscountView,
        FactoringView,
        LatenessView,
        LossView,
    )

Json = dict[str, Any]
_NO_MONEY: Final = "no_cost_of_money"


def _blocks(head: Json, blocks: list[Json]) -> Json:
    """Return one document: its only currency inside, or several as ``blocks``."""
    return head | blocks[0] if len(blocks) == 1 else head | {"blocks": blocks}


def _ratio(head: Json, name: str, value: float, why: str) -> None:
    """Write a setting of the policy, null with its reason when it is not set."""
    head[name] = value or None
    if not value:
        head[f"{name}_reason"] = why


def _totals(totals: Any, currency: str, whys: dict[str, str]) -> Json:
    """Return the sums of a currency; ``whys``: reasons of what may be missing."""
    found = record(totals, currency=currency)
    for name, why in whys.items():
        if name in found and found[name] is None:
            found[f"{name}_reason"] = why
    return found


def discount(view: DiscountView) -> Json:
    """Return what a discount costs as one JSON document."""
    offer = view.offer
    head: Json = {
        "as_of": plain(view.as_of),
        "rate": offer.rate,
        "days": offer.days,
        "share": offer.share,
        "is_short_year": view.is_short,
        "left_out": list(view.left_out),
    }
    _ratio(head, "cost_of_money", view.cost_of_money, _NO_MONEY)
    money_why = "no_history" if view.cost_of_money else _NO_MONEY
    whys = dict.fromkeys(("worth", "net", "break_even_ratio"), money_why)
    whys |= dict.fromkeys(("days_sooner", "cash"), "no_history") | {"open_days_sooner": "no_open"}
    whys |= dict.fromkeys(("annual_ratio", "open_annual_ratio"), "nothing_sooner")
    blocks = [
        {
            "currency": block.currency,
            "totals": _totals(block.totals, block.currency, whys),
            "customers": rows(block.customers),
        }
        for block in view.blocks
    ]
    return _blocks(head, blocks)


def terms(view: ChangedTermsView) -> Json:
    """Return what other terms release as one JSON document."""
    head: Json = {
        "as_of": plain(view.as_of),
        "terms": view.terms.words,
        "is_legal_ceiling": view.terms.words is None,
        "is_cap": view.terms.is_cap,
        "is_short_year": view.is_short,
        "unavailable": view.unavailable,
        "left_out": list(view.left_out),
    }
    _ratio(head, "cost_of_money", view.cost_of_money, _NO_MONEY)
    whys = {"worth": _NO_MONEY, "delay_days": "no_history"}
    whys |= dict.fromkeys(("granted_days", "new_days"), "no_sales")
    blocks = [
        {
            "currency": block.currency,
            "totals": _totals(block.totals, block.currency, whys),
            "customers": rows(block.customers),
        }
        for block in view.blocks
    ]
    return _blocks(head, blocks)


def factoring(view: FactoringView, *, with_invoices: bool) -> Json:
    """Return the pool as one JSON document."""
    contract = view.contract
    head: Json = {
        "as_of": plain(view.as_of),
        "max_days_late": contract.max_days_late,
        "ceiling_ratio": contract.ceiling_ratio,
        "with_foreign": contract.with_foreign,
        "advance_ratio": contract.advance_ratio,
        "unavailable": view.unavailable,
        "left_out": list(view.left_out),
    }
    if contract.advance_ratio is None:
        head["advance_ratio_reason"] = "not_typed"
    names = ["company_id", "customer_id", "name", "currency", "number", "kind", "issued_on"]
    names += ["due_on", "days_late", "open_minor", "disputed_minor", "country", "exclusion"]
    blocks = []
    for pool in view.pools:
        code = pool.currency
        block: Json = {
            "currency": code,
            "outstanding": money(pool.outstanding_minor, code),
            "open": money(pool.open_minor, code),
            "credits": money(pool.credits_minor, code),
            "parts": rows(pool.parts, currency=code),
            "pool": money(pool.pool_minor, code),
            "ceiling": money(pool.ceiling_minor, code),
            "advance": money(pool.advance_minor, code),
            "reserve": money(pool.reserve_minor, code),
            "country_not_known": money(pool.unknown_country_minor, code),
            "customers": rows(pool.customers),
        }
        whys = {"ceiling": "not_applicable", "advance": "not_typed", "reserve": "not_typed"}
        block |= {f"{name}_reason": why for name, why in whys.items() if block[name] is None}
        if with_invoices:
            block["invoices"] = rows(pool.items[names])
        blocks.append(block)
    return _blocks(head, blocks)


def cycle(view: CycleView) -> Json:
    """Return the cycle as one JSON document."""
    head: Json = {"as_of": plain(view.as_of), "unavailable": view.unavailable}
    return _blocks(head, [record(item, currency=item.currency) for item in view.cycles])


def lateness(view: LatenessView) -> Json:
    """Return the cost of lateness as one JSON document."""
    head: Json = {
        "as_of": plain(view.as_of),
        "from": plain(view.from_on),
        "days": view.days,
        "left_out": list(view.left_out),
    }
    if view.from_on is None:
        head["from_reason"] = "not_at_this_level"
    _ratio(head, "cost_of_money", view.cost_of_money, _NO_MONEY)
    blocks = []
    for block in view.blocks:
        why = block.totals.cost_reason or "no_sales"
        names = ("disputed_cost", "open_cost", "intercompany", "mean_late", "cost_ratio")
        one_day = record(block, currency=block.currency, without=("currency",))
        blocks.append(
            {
                "currency": block.currency,
                "totals": _totals(block.totals, block.currency, dict.fromkeys(names, why)),
                **one_day,
                "customers": rows(block.customers),
            }
        )
    return _blocks(head, blocks)


def loss(view: LossView) -> Json:
    """Return the loss of a customer as one JSON document."""
    head: Json = {
        "as_of": plain(view.as_of),
        "company_id": view.company_id,
        "customer_id": view.customer_id,
        "name": view.name,
        "is_intercompany": view.is_intercompany,
        "is_short_year": view.is_short,
    }
    _ratio(head, "margin_ratio", view.margin_ratio, "no_margin")
    return _blocks(head, [record(item, currency=item.currency) for item in view.losses])
