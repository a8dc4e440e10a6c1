"""Words of provisions: what rates come from, what a total is, the evidence of a claim, entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

STEPS: Final = {
    "transfer": N_("Transfer to doubtful customers"),
    "charge": N_("Depreciation, charge"),
    "reversal": N_("Depreciation, reversal"),
    "loss": N_("Loss, on the day it is final"),
}
STANDINGS: Final = {
    "event": N_("An event is known"),
    "lateness_only": N_("Lateness alone: not enough"),
}


def total_title(measure: str, buckets: Sequence[int], language: str = "fr") -> str:
    """Return what the total of the matrix is: an expected loss, or the share expected beyond the last bound."""
    _ = translator(language)
    if measure == "loss":
        return _("Expected loss")
    return _("Part expected beyond {days} days").format(days=buckets[-1])


def base_words(base: str, language: str = "fr") -> str:
    """Return the base of the matrix in words."""
    _ = translator(language)
    return _("excl. VAT") if base == "HT" else _("incl. VAT")


def method_words(
    method: str,
    learnt: tuple[date | None, date | None],
    choices: tuple[str, float, float],
    language: str = "fr",
) -> str:
    """Return one sentence: where the rates come from, on what base, by which factor.

    ``learnt``: the days the rates were learnt on (None: typed, or not known); ``choices``: base, forward factor, loss
    on the last bucket (0: not set).
    """
    _, f = translator(language), formats(language)
    base, factor, loss = choices
    first, last = learnt
    said = {
        "typed": _("Rates typed in the policy"),
        "roll": _("No rate: the files do not tell what became of past invoices"),
        "vintage": _("No rate: the files do not tell what became of past invoices"),
    }[method]
    if first is not None and last is not None:
        words = {
            "roll": _("Rates: own roll rates from {first} to {last}"),
            "vintage": _("Rates: invoices issued from {first} to {last}, followed until now"),
        }[method]
        said = words.format(first=f.date(first), last=f.date(last))
    parts = [said]
    if method != "typed" and loss:
        parts.append(_("loss on the last bucket {share} (policy)").format(share=f.percent(loss)))
    parts.append(_("base {base}").format(base=base_words(base, language)))
    parts.append(_("forward factor {n}").format(n=f.decimal(factor, 2)))
    return _("{facts}.").format(facts=", ".join(parts))


def evidence(row: Mapping[Any, Any], language: str = "fr") -> str:
    """Return what is known of a claim: its events, then days late and reminders."""
    _, f = translator(language), formats(language)
    parts = []
    if row["is_doubtful_account"]:
        parts.append(_("in account 416"))
    if row["is_insolvency"]:
        parts.append(_insolvency(row, language))
    if row["is_dispute"]:
        amount = f.amount0(int(row["disputed_minor"]), row["currency"])
        parts.append(_("{amount} in dispute").format(amount=amount))
    if row["is_returned"]:
        parts.append(_("payment returned on {date}").format(date=f.date(row["returned_on"])))
    late = int(row["days_late"])
    if late > 0:
        parts.append(_("{days} late").format(days=f.days0(late)))
    count = int(row["count_reminders"])
    if count:
        words = _.ngettext(
            "{n} reminder, the last on {date}", "{n} reminders, the last on {date}", count
        )
        parts.append(words.format(n=f.integer(count), date=f.date(row["last_reminder_on"])))
    else:
        parts.append(_("no reminder recorded"))
    if row["credits_minor"]:
        amount = f.amount0(-int(row["credits_minor"]), row["currency"])
        parts.append(_("the customer has {amount} of credits to allocate").format(amount=amount))
    return ", ".join(parts)


def _insolvency(row: Mapping[Any, Any], language: str) -> str:
    _, f = translator(language), formats(language)
    what = label("insolvency", row["insolvency"], language)
    if is_missing(row["insolvency_on"]):
        return _("{what}, date not known").format(what=what)
    return _("{what} on {date}").format(what=what, date=f.date(row["insolvency_on"]))
