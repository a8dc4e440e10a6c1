"""The payment-term report: tables of the management report, terms beyond the law, real terms."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import explained, money, plain, rows
from arlib.cli.session import Session, parse_date, write_bytes
from arlib.cli.text import DASH, table
from arlib.i18n import N_
from arlib.i18n.companies import company_name
from arlib.i18n.terms_report import ARTICLES, TITLES, VERDICTS
from arlib.reports.payment_table import left_out_lines, lines

if TYPE_CHECKING:
    from arlib.views.payment_terms import Table, TermsBlock, TermsView

Json = dict[str, Any]


def payment_terms(
    session: Session,
    *,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day of the year (twelve months)."),
    ] = None,
    amounts: Annotated[
        Literal["auto", "excl", "incl"],
        typer.Option("--amounts", help="Without VAT where known, or with VAT."),
    ] = "auto",
    with_disputed: Annotated[
        bool, typer.Option("--with-disputed", help="Keep disputed invoices in the tables.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="Write the workbook there.")
    ] = None,
) -> None:
    """Print the payment-term report of the year that ends at the date."""
    from arlib.views import payment_terms as views

    with session.workspace() as book:
        policy, portfolio = session.active_policy(book), session.portfolio(book)
        view = views.build(
            portfolio,
            policy,
            from_on=parse_date(first),
            amounts=amounts,
            with_disputed=with_disputed,
        )
        invoices = views.invoices(portfolio, policy, from_on=view.from_on) if out else None
    document = _document(view)
    if out is not None and invoices is not None:
        from arlib.reports.payment_terms import terms_workbook

        document["path"] = str(write_bytes(out, terms_workbook(view, invoices, session.lang)))
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(document, lambda: _text(session, view))


def _document(view: TermsView) -> Json:
    return {
        "as_of": plain(view.as_of),
        "from": plain(view.from_on),
        "source": view.source,
        "is_disputed_excluded": view.is_disputed_excluded,
        "blocks": [_block(block) for block in view.blocks],
    }


def _block(block: TermsBlock) -> Json:
    found = explained(
        {
            "company_id": block.company_id,
            "company": block.company,
            "currency": block.currency,
            "agreed_days": block.agreed_days,
            "real_days": block.real_days,
            "late_days": block.late_days,
            "starts_late": plain(block.starts_late),
        }
    )
    for name in ("agreed_days", "real_days", "late_days"):
        if found[name] is None:
            found[f"{name}_reason"] = "no_history"
    tables = [_table(table, block.currency) for table in block.tables]
    return found | {
        "unavailable": block.unavailable,
        "tables": tables,
        "verdicts": rows(block.verdicts.drop(columns=["company_id"])),
        "beyond": rows(block.beyond.drop(columns=["document_id"])),
        "customers": rows(block.customers),
    }


def _table(item: Table, currency: str) -> Json:
    return {
        "code": item.code,
        "article": ARTICLES[item.code],
        "amounts": "excl" if item.is_excl else "incl",
        "amounts_reason": item.amounts_reason,
        "count_without_tax": item.count_without_tax,
        "count_openings": item.count_openings,
        "bands": rows(item.bands, currency=currency),
        "count_invoices": item.count,
        "amount": money(item.amount_minor, currency),
        "ratio": item.ratio,
        "ratio_reason": item.ratio_reason,
        "left_out": rows(item.left_out, currency=currency),
    } | explained(
        {
            "count_ratio": item.count_ratio,
            "of_amount": money(item.of_minor, currency),
            "of_count": item.of_count,
        }
    )


def _text(session: Session, view: TermsView) -> str:
    word, shown = session.word, session.formats
    parts = [
        word(
            "Payment terms, year from {first} to {last}",
            first=shown.date(view.from_on),
            last=shown.date(view.as_of),
        )
    ]
    for block in view.blocks:
        parts.append(f"{company_name(block.company, session.lang)} ({block.currency})")
        if block.unavailable:
            parts.append(word("Which invoice is paid is not known: no lettering in the files."))
        parts += [part for item in block.tables for part in _tables(session, item, block.currency)]
        parts += [_verdicts(session, block), _real(session, block)]
    return "\n\n".join(parts)


def _tables(session: Session, item: Table, currency: str) -> list[str]:
    head, *body = lines(item, currency, session.lang)
    titles, *rest = left_out_lines(item, currency, session.lang)
    title = f"{ARTICLES[item.code]} : {session.word(TITLES[item.code])}"
    return [f"{title}\n{table(head, body)}", table(titles, rest)]


def _verdicts(session: Session, block: TermsBlock) -> str:
    word, shown = session.word, session.formats
    words = {code: word(text) for code, text in VERDICTS.items()}
    body = [
        [
            words[row["verdict"]],
            shown.integer(row["count_invoices"]),
            shown.amount(row["amount_minor"], block.currency),
        ]
        for row in block.verdicts.to_dict("records")
    ]
    titles = [
        word("Terms granted on the invoices of the year"),
        word("Number of invoices"),
        word("Amount"),
    ]
    return table(titles, body)


def _real(session: Session, block: TermsBlock) -> str:
    word, shown = session.word, session.formats
    if block.real_days is None:
        return f"{word('Agreed and real terms')} {DASH}"
    return word(
        "Agreed on average: {agreed}; real: {real}; late by {late}",
        agreed=shown.days(block.agreed_days),
        real=shown.days(block.real_days),
        late=shown.signed_days(block.late_days, 1),
    )


COMMANDS: Final = (
    Command(
        "payment-terms",
        payment_terms,
        N_("Print the payment-term report: legal tables, terms beyond the law, real terms."),
    ),
)
