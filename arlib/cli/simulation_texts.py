"""Cash simulations as text for people: the sums, then the first customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.cli.text import DASH, pairs, shorten, table
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.i18n.simulations import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arlib.cli.session import Session
    from arlib.views.simulations import (
        ChangedTermsView,
        CycleView,
        DiscountView,
        FactoringView,
        LatenessView,
        LossView,
    )

_GAP: Final = "\n\n"
_SHOWN: Final = 15


def discount(session: Session, view: DiscountView) -> str:
    """Return what a discount costs as text."""
    word, shown, offer = session.word, session.formats, view.offer
    head = word(
        "Discount of {rate} for payment within {n} days, as of {date}",
        rate=shown.percent(offer.rate, 2),
        n=offer.days,
        date=shown.date(view.as_of),
    )
    texts = [head]
    for block in view.blocks:
        found, write = block.totals, _writer(session, block.currency)
        texts.append(
            pairs(
                [
                    (word("Cost a year"), write(found.cost_minor)),
                    (word("Cash had sooner"), write(found.cash_minor)),
                    (word("Days gained"), shown.days(found.days_sooner)),
                    (word("Annual cost of this money"), shown.percent(found.annual_ratio)),
                    (word("Discount at break-even"), shown.percent(found.break_even_ratio, 2)),
                    (word("Gain or loss a year"), write(found.net_minor)),
                    (word("On the open invoices"), write(found.open_cost_minor)),
                ]
            )
        )
        texts.append(
            table(
                [
                    word("Customer"),
                    word("Sales of a year"),
                    word("Days to pay"),
                    word("Cost a year"),
                    word("Cash had sooner"),
                ],
                [
                    [
                        shorten(row["name"]),
                        write(row["yearly_minor"]),
                        shown.days(row["days_to_pay"]),
                        write(row["cost_minor"]),
                        write(row["cash_minor"]),
                    ]
                    for row in block.customers.head(_SHOWN).to_dict("records")
                ],
            )
        )
    return _joined(session, texts, view.blocks)


def terms(session: Session, view: ChangedTermsView) -> str:
    """Return what other terms release as text."""
    word, shown = session.word, session.formats
    name = view.terms.words or word("the legal ceiling")
    head = word("Other terms, {name}, as of {date}", name=name, date=shown.date(view.as_of))
    if view.unavailable:
        return _unavailable(session, head, view.unavailable)
    texts = [head]
    for block in view.blocks:
        found, write = block.totals, _writer(session, block.currency)
        texts.append(
            pairs(
                [
                    (word("Cash released"), write(found.released_minor)),
                    (word("Days granted now"), shown.days(found.granted_days)),
                    (word("Days granted then"), shown.days(found.new_days)),
                    (word("Usual delay, kept"), shown.days(found.delay_days)),
                    (word("Saved a year"), write(found.worth_minor)),
                ]
            )
        )
        texts.append(
            table(
                [
                    word("Customer"),
                    word("Days granted now"),
                    word("Days granted then"),
                    word("Cash released"),
                ],
                [
                    [
                        shorten(row["name"]),
                        shown.days(row["granted_days"]),
                        shown.days(row["new_days"]),
                        write(row["released_minor"]),
                    ]
                    for row in block.customers.head(_SHOWN).to_dict("records")
                ],
            )
        )
    return _joined(session, texts, view.blocks)


def factoring(session: Session, view: FactoringView) -> str:
    """Return the pool as text."""
    word, shown = session.word, session.formats
    head = word("Receivables eligible for factoring as of {date}", date=shown.date(view.as_of))
    if view.unavailable:
        return _unavailable(session, head, view.unavailable)
    texts = [head]
    for pool in view.pools:
        write = _writer(session, pool.currency)
        lines = [[word("Open debits"), write(pool.open_minor), ""]]
        lines += [
            [word(PARTS[str(row["part"])]), write(row["amount_minor"]), str(row["count"])]
            for row in pool.parts.to_dict("records")
            if row["amount_minor"] or row["part"] == "pool"
        ]
        lines.append([word("Advanced"), write(pool.advance_minor), ""])
        lines.append([word("Reserve"), write(pool.reserve_minor), ""])
        texts.append(table([word("Part"), word("Amount"), word("How many")], lines))
    return _joined(session, texts, view.pools)


def cycle(session: Session, view: CycleView) -> str:
    """Return the cycle as text."""
    word, shown = session.word, session.formats
    head = word("Cash conversion cycle as of {date}", date=shown.date(view.as_of))
    if view.unavailable:
        return _unavailable(session, head, view.unavailable)
    texts = [head]
    for item in view.cycles:
        write = _writer(session, item.currency)
        total = shown.days(item.cycle_days)
        if item.cycle_days_reason:
            total = f"{DASH} ({label('reason', item.cycle_days_reason, session.lang)})"
        texts.append(
            pairs(
                [
                    (word("DSO, twelve months"), shown.days(item.dso_days)),
                    (word("Days of stock"), shown.days(item.stock_days)),
                    (word("Days of suppliers"), shown.days(item.supplier_days)),
                    (word("Cash conversion cycle"), total),
                    (word("One day of DSO in cash"), write(item.one_day_minor)),
                    (word("Working capital of customers"), write(item.working_capital_minor)),
                ]
            )
        )
    return _joined(session, texts, view.cycles)


def lateness(session: Session, view: LatenessView) -> str:
    """Return the cost of lateness as text."""
    word, shown = session.word, session.formats
    texts = [word("Cost of lateness as of {date}", date=shown.date(view.as_of))]
    if not view.cost_of_money:
        texts.append(word("The cost of money is not filled in: it is asked for, never supposed."))
    for block in view.blocks:
        found, write = block.totals, _writer(session, block.currency)
        texts.append(
            pairs(
                [
                    (word("Cost of the year"), write(found.cost_minor)),
                    (word("Late on an average day"), write(found.mean_late_minor)),
                    (word("One day of DSO in cash"), write(block.one_day_minor)),
                ]
            )
        )
        texts.append(
            table(
                [
                    word("Customer"),
                    word("Cost of the year"),
                    word("Sales of a year"),
                    word("Share of sales"),
                ],
                [
                    [
                        shorten(row["name"]),
                        write(row["cost_minor"]),
                        write(row["yearly_minor"]),
                        shown.percent(row["cost_ratio"], 2),
                    ]
                    for row in block.customers.head(_SHOWN).to_dict("records")
                ],
            )
        )
    return _joined(session, texts, view.blocks)


def loss(session: Session, view: LossView) -> str:
    """Return the loss of a customer as text."""
    word, shown = session.word, session.formats
    texts = [word("If {name} were lost, as of {date}", name=view.name, date=shown.date(view.as_of))]
    if not view.margin_ratio:
        texts.append(word("The margin is not filled in: it is asked for, never supposed."))
    for item in view.losses:
        write = _writer(session, item.currency)
        texts.append(
            pairs(
                [
                    (word("Sales of a year excl. VAT"), write(item.yearly_ht_minor)),
                    (word("Share of all sales"), shown.percent(item.sales_ratio)),
                    (word("Margin lost a year"), write(item.margin_minor)),
                    (word("Owed"), write(item.exposure_minor)),
                    (word("Paid by the insurer"), write(item.insured_minor)),
                    (word("Guaranteed"), write(item.guarantee_minor)),
                    (word("Expected back"), write(item.recovered_minor)),
                    (word("Loss incl. VAT"), write(item.loss_minor)),
                    (word("Loss excl. VAT"), write(item.loss_ht_minor)),
                    (word("Sales to make up for it"), write(item.sales_needed_minor)),
                ]
            )
        )
    return _joined(session, texts, view.losses)


def _writer(session: Session, currency: str) -> Any:
    """Return what writes an amount of one currency, a dash when it is missing."""

    def write(value: Any) -> str:
        return DASH if is_missing(value) else session.formats.amount0(int(value), currency)

    return write


def _unavailable(session: Session, head: str, code: str) -> str:
    return f"{head}\n{session.unavailable(code)}"


def _joined(session: Session, texts: list[str], blocks: Iterable[object]) -> str:
    if not any(True for _ in blocks):
        texts = [*texts, session.word("Nothing to show.")]
    return _GAP.join(texts)
