"""The sections of a credit file that draw: what he owes, who he is, his limits, how he pays, his score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.charts import behaviour as behaviour_chart
from arlib.charts import customer_file as history_chart
from arlib.charts import exposure as exposure_chart
from arlib.charts import score as score_chart
from arlib.charts.picture import message
from arlib.charts.template import Style
from arlib.i18n import MISSING, N_, formats, translator
from arlib.i18n import warnings as warning_words
from arlib.i18n.forecast import back_under
from arlib.i18n.labels import bucket_label, label
from arlib.i18n.score import factor_value, next_class_words, rule_words
from arlib.reports.customer_summary import (
    amount_rows,
    behaviour_rows,
    identity_rows,
    judgement_rows,
    known_rows,
)
from arlib.reports.document import Card, Cards, Column, Drawn, Table, Words
from arlib.reports.risk_pdf import block_data, breakable
from arlib.reports.text import cell_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.reports.customer_summary import Row
    from arlib.reports.document import Block
    from arlib.views.customer import CustomerView
    from arlib.views.dossier import Dossier

MOST_DECISIONS: Final = 6
MOST_MEMBERS: Final = 8
_NAME: Final = 60
_LEVELS: Final = {
    "E1": ("outstanding_minor", N_("accounts")),
    "E1g": ("gross_minor", N_("accounts, credits left out")),
    "E2": ("e2_minor", N_("bills not matured")),
    "E3": ("e3_minor", N_("deliveries not invoiced")),
    "E4": ("e4_minor", N_("orders less deposits")),
}


def named(name: str, code: str) -> str:
    """Return a name short enough for a title, with its code."""
    short = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
    return f"{short} ({code[:_NAME]})"


def section(title: str, lead: str, *blocks: Block | dict[str, Any]) -> dict[str, Any]:
    """Return a section as the template takes it."""
    drawn = [block if isinstance(block, dict) else block_data(block) for block in blocks]
    return {"title": title, "lead": lead, "blocks": drawn}


def pair(
    left: Sequence[Block], right: Sequence[Block], widths: tuple[float, float] = (1, 1)
) -> dict[str, Any]:
    """Return two columns of blocks."""
    sides = [[block_data(block) for block in side] for side in (left, right)]
    return {"kind": "pair", "sides": sides, "widths": list(widths)}


def facts(name: str, rows: Sequence[Row], lang: str) -> Table:
    """Return rows of the workbook's summary as a small table: measure, value with its remark."""
    lines = []
    for _subject, measure, value, remark in rows:
        words = cell_words(value, lang)
        if remark and remark != MISSING:
            words = remark if words == MISSING else f"{words} ({remark})"
        lines.append((measure, breakable(words)))
    columns: tuple[Column, ...] = ((name, "left", 1.0), ("", "left", 1.25))
    return Table("", columns, tuple(lines), is_small=True)


def currencies(view: CustomerView) -> list[str]:
    """Return the currencies of the customer, those of his exposure first."""
    found = [*view.risk["currency"].dropna(), *view.aging["currency"].dropna()]
    return list(dict.fromkeys(str(code) for code in found))


def first(rows: pd.DataFrame, currency: str) -> dict[Any, Any]:
    """Return the row of one currency, {} when there is none."""
    here = rows[rows["currency"] == currency]
    return here.iloc[0].to_dict() if len(here) else {}


def summary(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return what he owes, how late, against which limit; what to know before deciding."""
    _, f, view = translator(lang), formats(lang), dossier.file.customer
    codes = currencies(view)
    if not codes:
        lead = _("Amounts incl. VAT, on {date}").format(date=f.date(view.as_of))
        return section(_("Nothing is open"), lead, _judged(dossier, lang))
    chart = exposure_chart.customer_figure(
        view, codes[0], Style(lang, as_of=dossier.file.customer.as_of)
    )
    said = message(chart)
    blocks: list[Block | dict[str, Any]] = []
    for code in codes:
        blocks.append(_cards(view, code, lang))
        if code == codes[0]:
            blocks.append(Drawn(chart, 130, has_title=False))
        blocks.append(
            pair(
                [facts(_("Exposure in {currency}").format(currency=code),
                       amount_rows(dossier.file, code, lang), lang)],
                [_aged(view, code, lang), _levels(view, code, lang)],
            )
        )  # fmt: skip
    blocks.append(_judged(dossier, lang))
    return section(said.title, said.subtitle, *blocks)


def _cards(view: CustomerView, code: str, lang: str) -> Cards:
    """Return the four figures at the head of the page: outstanding, limit, mean delay, overdue."""
    _, f = translator(lang), formats(lang)
    risk, aging = first(view.risk, code), first(view.aging, code)
    owed = int(risk.get("outstanding_minor", 0))
    before = view.outstanding_before.get(code)
    change = "" if before is None else f.compact(owed - before, code, is_signed=True)
    since = _("since {date}").format(date=f.date(view.previous_on))
    late = aging.get("overdue_minor", 0)
    share = aging.get("overdue_ratio")
    return Cards(
        (
            Card(
                _("Outstanding incl. VAT"),
                f.amount0(owed, code),
                f"{change} {since}" if change else "",
                is_worse=None if before in (None, owed) else owed > int(before or 0),
            ),
            _limit_card(risk, lang),
            _delay_card(view, risk, code, lang),
            Card(
                _("Overdue"),
                f.amount0(late, code),
                note=_("{share} of the open items").format(share=f.share(share))
                if share is not None and pd.notna(share)
                else "",
            ),
        )
    )


def _limit_card(risk: dict[Any, Any], lang: str) -> Card:
    _, f = translator(lang), formats(lang)
    limit = risk.get("limit_minor")
    if limit is None or pd.isna(limit):
        why = risk.get("limit_minor_reason")
        return Card(_("Credit limit"), MISSING, note=label("reason", why, lang) if why else "")
    over, use, code = risk["overrun_minor"], risk["utilisation_ratio"], str(risk["limit_currency"])
    is_over = bool(pd.notna(over) and over > 0)
    return Card(
        _("Credit limit"),
        f.amount0(limit, code),
        f"▲ {f.amount0(over, code, is_signed=True)}" if is_over else "",
        _("used at {share}").format(share=f.share(use)) if pd.notna(use) else "",
        is_worse=True if is_over else None,
    )


def _delay_card(view: CustomerView, risk: dict[Any, Any], code: str, lang: str) -> Card:
    _, f = translator(lang), formats(lang)
    delay = risk.get("mean_delay_days")
    if delay is None or pd.isna(delay):
        why = risk.get("mean_delay_days_reason")
        note = label("reason", why, lang) if isinstance(why, str) else ""
        return Card(_("Mean payment delay"), MISSING, note=note)
    change = first(view.behaviour, code).get("trend_days") if len(view.behaviour) else None
    if change is None or pd.isna(change):
        return Card(_("Mean payment delay"), f.signed_days(delay))
    words = _("{days} over 3 months").format(days=f.signed_days(change))
    return Card(
        _("Mean payment delay"), f.signed_days(delay), words, is_worse=change > 0 if change else None
    )  # fmt: skip


def _aged(view: CustomerView, code: str, lang: str) -> Table:
    """Return his aged balance in one currency."""
    _, f, row = translator(lang), formats(lang), first(view.aging, code)
    names = {bucket: f"{bucket}_minor" for bucket in view.buckets}
    rows = [
        (bucket_label(bucket, lang), f.amount(row.get(name, 0), code))
        for bucket, name in names.items()
    ]
    rows.append((_("Not allocated"), f.amount(row.get("unallocated_minor", 0), code)))
    rows.append((_("Total"), f.amount(row.get("total_minor", 0), code)))
    columns: tuple[Column, ...] = (
        (_("Aged balance in {currency}").format(currency=code), "left", 1.4),
        ("", "right", 1.0),
    )
    return Table("", columns, tuple(rows), 1, is_small=True)


def _levels(view: CustomerView, code: str, lang: str) -> Table:
    """Return his exposure from the accounts to the whole risk, the level tested marked."""
    _, f, row = translator(lang), formats(lang), first(view.levels, code)
    shown = [name for name in _LEVELS if name in {"E1", "E1g", view.exposure_basis, *view.offered}]
    rows = []
    for name in shown:
        column, words = _LEVELS[name]
        amount: Any = row.get(column)
        mark = "✓ " if name == view.exposure_basis else ""
        known = amount is not None and pd.notna(amount)
        rows.append(
            (f"{mark}{name}, {_(words)}", f.amount(int(amount), code) if known else MISSING)
        )
    columns: tuple[Column, ...] = (
        (_("Exposure by level (✓: tested against his limit)"), "left", 1.4),
        ("", "right", 1.0),
    )
    return Table("", columns, tuple(rows), is_small=True)


def _judged(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return segment, score and outside scores beside what is going on."""
    _, f, file = translator(lang), formats(lang), dossier.file
    going_on = [
        (measure, breakable(f"{cell_words(value, lang)} ({remark})" if remark else cell_words(value, lang)))
        for _subject, measure, value, remark in known_rows(file, lang)
    ]  # fmt: skip
    for code in [] if file.forecast.unavailable else file.forecast.parts["currency"]:
        expected = f.amount0(file.forecast.within(str(code), 4), str(code))
        going_on.append((_("Expected in 4 weeks"), expected))
    if len(file.customer.risk):
        back = back_under(file.customer.risk.iloc[0].to_dict(), lang)
        going_on += [(_("Limit"), back)] if back else []
    columns: tuple[Column, ...] = ((_("Follow-up"), "left", 1.0), ("", "left", 1.25))
    return pair(
        [facts(_("Judgement"), judgement_rows(file, lang), lang)],
        [Table("", columns, tuple(going_on), is_small=True)],
    )


def who(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return who he is, and his group with what all of it owes."""
    _, f, file = translator(lang), formats(lang), dossier.file
    known = facts(_("Identity"), identity_rows(file, lang), lang)
    lead = _("What the files say; identifiers are checked by their keys, nothing is looked up")
    if file.group.empty:
        rows = known.rows
        half = (len(rows) + 1) // 2
        terms: tuple[Column, ...] = ((_("Terms"), "left", 1.0), ("", "left", 1.25))
        left = Table("", known.columns, rows[:half], is_small=True)
        right = Table("", terms, rows[half:], is_small=True)
        return section(_("Identity and terms"), lead, pair([left], [right]))
    shown = file.group.head(MOST_MEMBERS)
    members = tuple(
        (
            f"{'▸ ' if row['is_himself'] else ''}{row['name']}",
            f.amount0(row["outstanding_minor"], row["currency"])
            if isinstance(row["currency"], str)
            else MISSING,
            f.amount0(row["overdue_minor"], row["currency"])
            if isinstance(row["currency"], str)
            else MISSING,
        )
        for row in shown.to_dict("records")
    )
    columns: tuple[Column, ...] = (
        (breakable(str(file.group["group_id"].iloc[0])[:_NAME]), "left", 2.0),
        (_("Outstanding"), "right", 1.1),
        (_("Overdue"), "right", 1.1),
    )
    note = further(len(file.group) - len(shown), lang)
    group = Table("", columns, members, note=note, is_small=True)
    return section(_("Identity, terms and group"), lead, pair([known], [group]))


def limits(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return his exposure against his limit over 24 months, then the latest decisions."""
    _, f, file = translator(lang), formats(lang), dossier.file
    blocks: list[Block | dict[str, Any]] = []
    title, lead = _("Credit limits"), ""
    steps = file.exposure_steps
    for code in [code for code in currencies(file.customer) if (steps["currency"] == code).any()][
        :1
    ]:
        chart = history_chart.exposure_figure(
            file, code, Style(lang, as_of=dossier.file.customer.as_of)
        )
        said = message(chart)
        title, lead = said.title, said.subtitle
        blocks.append(Drawn(chart, 165, has_title=False))
    rows = file.customer.limits
    if rows.empty:
        blocks.append(Words(_("No limit was ever decided for this customer.")))
        return section(title, lead, *blocks)
    shown = rows.head(MOST_DECISIONS)
    lines = tuple(
        (
            f"{'✓ ' if row['is_in_force'] else ''}{label('source', row['source'], lang)}",
            f.amount0(row["amount_minor"], row["currency"]) if pd.notna(row["amount_minor"])
            else _("removed"),
            f.date(_day(row["valid_from"])),
            f.date(_day(row["valid_to"])),
            breakable(str(row["decided_by"])) if isinstance(row["decided_by"], str) else MISSING,
            f.date(_day(row["decided_at"])),
            breakable(row["reason"]) if isinstance(row["reason"], str) else "",
        )
        for row in shown.to_dict("records")
    )  # fmt: skip
    columns: tuple[Column, ...] = (
        (_("Decisions (✓: in force)"), "left", 1.5),
        (_("Limit"), "right", 1.0),
        (_("From"), "right", 0.9),
        (_("To"), "right", 0.9),
        (_("Decided by"), "left", 1.2),
        (_("On"), "right", 0.9),
        (_("Reason"), "left", 2.0),
    )
    note = further(len(rows) - len(shown), lang)
    return section(title, lead, *blocks, Table("", columns, lines, note=note, is_small=True))


def behaviour(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return how he pays month by month, the facts of the year, the early warning."""
    _, file, view = translator(lang), dossier.file, dossier.file.customer
    name = _("Payment behaviour")
    if view.behaviour_unavailable:
        why = label("reason", view.behaviour_unavailable, lang)
        return section(name, "", Words(_("Not available: {reason}.").format(reason=why)))
    codes = currencies(view)
    monthly = view.monthly[view.monthly["currency"].isin(codes[:1])]
    facts_of = [
        facts(
            _("Behaviour in {currency}").format(currency=code),
            behaviour_rows(file, code, lang),
            lang,
        )
        for code in codes
    ]
    if monthly.empty or monthly["weighted_delay_days"].isna().all():
        return section(name, "", *facts_of, Words(_early(dossier, lang)))
    chart = behaviour_chart.delay_figure(
        monthly, view.as_of, Style(lang, as_of=dossier.file.customer.as_of)
    )
    said = message(chart)
    drawn: list[Block] = [
        Drawn(chart, 190, has_title=False, wide=400.0),
        Words(_early(dossier, lang)),
    ]
    return section(said.title, said.subtitle, pair(drawn, facts_of, (1.45, 1)))


def _early(dossier: Dossier, lang: str) -> str:
    """Return whether he has begun to pay otherwise than usual, in a sentence."""
    _, f, row = translator(lang), formats(lang), dict(dossier.file.warning)
    if not row or row["evidence"] == "insufficient_history":
        why = label("reason", "insufficient_history" if row else "not_at_this_level", lang)
        return _("Early warning: not available ({reason}).").format(reason=why)
    if row["alert"] != "none" and pd.notna(row["alert_since"]):
        row |= {"name": dossier.file.customer.name, "outstanding_minor": 0, "currency": "EUR"}
        return _("Early warning: {words}").format(words=warning_words.sentence(row, lang))
    words = _("Early warning: no change confirmed; usual delay {usual}, {recent} lately.")
    return words.format(
        usual=f.signed_days(row["usual_days"]), recent=f.signed_days(row["recent_days"])
    )


def score(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return what made the score, factor by factor, and the way to a better class."""
    _, f, file = translator(lang), formats(lang), dossier.file
    rows, held = file.score.factors, file.customer.segments.head(1).to_dict("records")
    by_rules = dossier.policy.segmentation_method != "score"
    if by_rules or rows.empty or not rows["points"].notna().any():
        title = _("Segment")
        if held:
            title = _("{name}: {value}").format(
                name=label("segment", held[0]["segment"], lang), value=rule_words(held[0], lang)
            )
        return section(title, "", Words(_("The score cannot be worked out for this customer."))
                       if not by_rules else Words(_("The policy segments by rules, without a score.")))  # fmt: skip
    said = message(
        score_chart.factors_figure(
            rows, dossier.policy, Style(lang, as_of=dossier.file.customer.as_of)
        )
    )
    known = rows["points"].notna()
    lines = [
        (
            label("factor", row["factor"], lang),
            factor_value(row["factor"], row["value"], lang),
            f.decimal(row["points"]) if pd.notna(row["points"]) else MISSING,
            f.decimal(row["max_points"]),
            label("reason", row["reason"], lang) if isinstance(row["reason"], str) else "",
        )
        for row in rows.to_dict("records")
    ]
    total = (f.decimal(rows["points"].sum()), f.decimal(rows.loc[known, "max_points"].sum()))
    lines.append((_("Total of the factors known"), "", *total, ""))
    columns: tuple[Column, ...] = (
        (_("Factor"), "left", 2.4),
        (_("Value"), "right", 1.0),
        (_("Points"), "right", 0.8),
        (_("Out of"), "right", 0.8),
        (_("Why unknown"), "left", 1.6),
    )
    sentences = [rule_words(held[0], lang)] if held else []
    if held and file.score.next_class is not None:
        way = _asdict(file.score.next_class)
        sentences.append(next_class_words(way, str(held[0]["segment"]), dossier.policy, lang))
    sentences.append(_("An aid to decide, never a decision by itself on a natural person."))
    table = Table("", columns, tuple(lines), 1, is_small=True)
    return section(said.title, said.subtitle, table, Words(" · ".join(sentences)))


def _asdict(found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(found)


def further(count: int, lang: str) -> str:
    """Return how many lines stand in the workbook alone; empty when there is none."""
    _ = translator(lang)
    if count <= 0:
        return ""
    words = _.ngettext(
        "{n} further line stands in the workbook of this customer.",
        "{n} further lines stand in the workbook of this customer.",
        count,
    )
    return words.format(n=formats(lang).integer(count))


def _day(value: Any) -> Any:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
