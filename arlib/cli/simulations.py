"""Cash simulations, the cost of lateness, what losing a customer would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from arlib.cli import simulation_documents as documents
from arlib.cli import simulation_texts as texts
from arlib.cli.commands import Command
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.i18n import N_
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from arlib.model.policy import Policy

Money = Annotated[
    float | None,
    typer.Option(
        "--cost-of-money", metavar="RATIO", help="Own cost of money a year (else the policy's)."
    ),
]
Customers = Annotated[
    list[str] | None,
    typer.Option("--customer", metavar="ID", help="Only this customer (repeat for several)."),
]


def discount(
    session: Session,
    rate: Annotated[float, typer.Option("--rate", metavar="RATIO", help="Discount: 0.01 is 1%.")],
    days: Annotated[int, typer.Option("--days", metavar="N", help="Days from the invoice.")],
    share: Annotated[
        float, typer.Option("--share", metavar="RATIO", help="Share of the sales that takes it.")
    ] = 1.0,
    customer: Customers = None,
    cost_of_money: Money = None,
) -> None:
    """Print what an early-payment discount would cost and bring sooner."""
    from arlib.views import simulations as views

    with session.workspace() as book:
        portfolio = session.portfolio(book)
        policy = _with_money(session.active_policy(book), cost_of_money)
        offer = views.Offer(rate, days, share, views.keys_of(portfolio, customer or ()))
        view = views.discounted(portfolio, policy, offer=offer)
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(documents.discount(view), lambda: texts.discount(session, view))


def terms(
    session: Session,
    words: Annotated[
        str | None,
        typer.Option("--terms", metavar="WORDS", help="Terms to try: “45 jours fin de mois”."),
    ] = None,
    legal: Annotated[
        bool, typer.Option("--legal", help="The legal ceiling of each customer's regime.")
    ] = False,
    everyone: Annotated[
        bool, typer.Option("--all", help="Also longer terms for those granted less.")
    ] = False,
    customer: Customers = None,
    cost_of_money: Money = None,
) -> None:
    """Print the cash that other payment terms would release or tie up."""
    from arlib.views import simulations as views

    if legal == bool(words):
        raise UserError("usage", detail="--terms WORDS | --legal")
    with session.workspace() as book:
        portfolio = session.portfolio(book)
        policy = _with_money(session.active_policy(book), cost_of_money)
        keys = views.keys_of(portfolio, customer or ())
        asked = views.NewTerms(words, not everyone, keys)
        view = views.terms(portfolio, policy, asked=asked)
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(documents.terms(view), lambda: texts.terms(session, view))


def factoring(
    session: Session,
    max_days_late: Annotated[
        int, typer.Option("--max-days-late", metavar="N", help="0: invoices not due alone.")
    ] = 0,
    ceiling: Annotated[
        float, typer.Option("--ceiling", metavar="RATIO", help="Most of the pool for one debtor.")
    ] = 1.0,
    advance: Annotated[
        float | None, typer.Option("--advance", metavar="RATIO", help="Share advanced.")
    ] = None,
    foreign: Annotated[bool, typer.Option("--foreign", help="Debtors outside France too.")] = False,
    invoices: Annotated[bool, typer.Option("--invoices", help="Every invoice too.")] = False,
) -> None:
    """Print the pool eligible for factoring, and each exclusion with its amount."""
    from arlib.views import simulations as views

    contract = views.Contract(max_days_late, ceiling, advance, foreign)
    with session.workspace() as book:
        view = views.factored(
            session.portfolio(book), session.active_policy(book), contract=contract
        )
    session.warn_unconverted(pool.currency for pool in view.pools)
    session.show(
        documents.factoring(view, with_invoices=invoices), lambda: texts.factoring(session, view)
    )


def ccc(
    session: Session,
    stock_days: Annotated[
        float | None, typer.Option("--stock-days", metavar="N", help="Days of stock.")
    ] = None,
    supplier_days: Annotated[
        float | None, typer.Option("--supplier-days", metavar="N", help="Days of suppliers.")
    ] = None,
) -> None:
    """Print the cash conversion cycle: DSO + stock − suppliers."""
    from arlib.views import simulations as views

    with session.workspace() as book:
        view = views.cycle(
            session.portfolio(book),
            session.active_policy(book),
            typed=views.Typed(stock_days, supplier_days),
        )
    session.show(documents.cycle(view), lambda: texts.cycle(session, view))


def lateness_cost(session: Session, cost_of_money: Money = None) -> None:
    """Print what lateness costs over twelve months, customer by customer."""
    from arlib.views import simulations as views

    with session.workspace() as book:
        policy = _with_money(session.active_policy(book), cost_of_money)
        view = views.lateness(session.portfolio(book), policy)
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(documents.lateness(view), lambda: texts.lateness(session, view))


def customer_loss(
    session: Session,
    code: Annotated[str, typer.Argument(metavar="ID", help="Code of the customer.")],
    margin: Annotated[
        float | None,
        typer.Option(
            "--margin", metavar="RATIO", help="Margin on sales excl. VAT (else the policy's)."
        ),
    ] = None,
    recovery: Annotated[
        float | None,
        typer.Option("--recovery", metavar="RATIO", help="Part of the debt expected back."),
    ] = None,
) -> None:
    """Print what losing a customer would cost, and the sales that make up for it."""
    from arlib.views import simulations as views

    with session.workspace() as book:
        policy = session.active_policy(book)
        if margin is not None:
            policy = policy.with_settings(margin_ratio=margin)
        view = views.loss(
            session.portfolio(book),
            policy,
            customer_id=code,
            company_id=session.company,
            assumption=views.Assumption(recovery),
        )
    session.show(documents.loss(view), lambda: texts.loss(session, view))


def _with_money(policy: Policy, ratio: float | None) -> Policy:
    return policy if ratio is None else policy.with_settings(cost_of_money_ratio=ratio)


SIMULATIONS: Final = (
    Command(
        "discount",
        discount,
        N_("Print what an early-payment discount would cost and bring sooner."),
    ),
    Command("terms", terms, N_("Print the cash that other payment terms would release or tie up.")),
    Command(
        "factoring",
        factoring,
        N_("Print the pool eligible for factoring, and each exclusion with its amount."),
    ),
    Command("ccc", ccc, N_("Print the cash conversion cycle: DSO + stock − suppliers.")),
)
COMMANDS: Final = (
    Command(
        "lateness-cost",
        lateness_cost,
        N_("Print what lateness costs over twelve months, customer by customer."),
    ),
    Command(
        "customer-loss",
        customer_loss,
        N_("Print what losing a customer would cost, and the sales that make up for it."),
    ),
)
