"""Words of suggested limits and of the rules that a simulation tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from collections.abc import Mapping

ADVICE: Final = {
    "raise": N_("Raise"),
    "lower": N_("Lower"),
    "new": N_("First limit"),
    "keep": N_("Keep"),
    "none": N_("No suggestion"),
}
ADVICE_REASONS: Final = {
    "small_change": N_("change of less than {ratio}: not worth a decision"),
    "immediate": N_("the suggestion is lower: to be done at once"),
    "not_stable": N_("the class is not stable over {n} months: wait"),
    "stable": N_("class stable over {n} months"),
    "no_limit": N_("no limit in force"),
    "no_sales": N_("nothing invoiced for twelve months"),
    "missing": N_("nothing to compare"),
}
STEPS: Final = {
    "need": N_("Need: daily sales × days of credit"),
    "factor": N_("Factor of the class"),
    "prepayment": N_("Prepayment"),
    "starter": N_("Starter ceiling"),
    "insurer": N_("Insurer's cover and own retention"),
    "total": N_("Share of all receivables"),
    "loss": N_("Loss budget"),
    "rounding": N_("Rounded down"),
    "suggested": N_("Suggested limit"),
    "current": N_("Limit in force"),
}
BINDINGS: Final = {
    "need": N_("the need"),
    "prepayment": N_("prepayment"),
    "starter": N_("the starter ceiling"),
    "insurer": N_("the insurer's cover"),
    "total": N_("the share of all receivables"),
    "loss": N_("the loss budget"),
}
CAUSES: Final = {
    "insolvency": N_("insolvency proceedings"),
    "returned_payment": N_("payment returned unpaid"),
    "old_invoice": N_("old unpaid invoice"),
}
CANDIDATES: Final = {
    "besoin": N_("Need with peak"),
    "twelfths": N_("Twelfths of annual sales"),
    "peaks": N_("Own peaks"),
    "equity": N_("Share of his equity"),
    "turnover": N_("Share of his turnover"),
    "payables": N_("Share of his trade payables"),
    "afdcc": N_("AFDCC type"),
    "dependence": N_("Dependence ceiling"),
}
SOURCES: Final = {
    "invoices": N_("median of his invoices"),
    "customer": N_("terms of his record"),
    "policy": N_("default terms of the policy"),
}
RULES: Final = {
    "in_force": N_("Limits in force"),
    "common": N_("The same limit for all"),
    "category": N_("A limit by category"),
    "sales_share": N_("A share of the sales of 12 months"),
    "sales_days": N_("Days of sales"),
    "suggested": N_("Suggested limits"),
    "multiple": N_("Limits in force multiplied"),
}
_ALL: Final = {
    "advice": ADVICE,
    "step": STEPS,
    "binding": BINDINGS,
    "cause": CAUSES,
    "candidate": CANDIDATES,
    "terms": SOURCES,
    "rule": RULES,
}


def name(subject: str, code: object, language: str = "fr") -> str:
    """Return the words of a code of ``advice, step, binding, cause, candidate, terms, rule``."""
    if is_missing(code):
        return "–"
    text = _ALL[subject].get(str(code))
    return translator(language)(text) if text else str(code)


def advice_words(row: Mapping[Any, Any], ratio: float, months: int, language: str = "fr") -> str:
    """Return why a row is advised so. ``ratio, months``: of the policy."""
    reason = row["advice_reason"]
    if reason == "missing" and not is_missing(row["suggested_reason"]):
        return label("reason", row["suggested_reason"], language)
    f = formats(language)
    words = translator(language)(ADVICE_REASONS[str(reason)])
    return words.format(ratio=f.percent(ratio, 0), n=months)


def arithmetic(row: Mapping[Any, Any], language: str = "fr") -> str:
    """Return the whole addition of one suggestion in a line, as it is kept as a reason."""
    _, f, currency = translator(language), formats(language), str(row["currency"])
    if is_missing(row["suggested_minor"]):
        return label("reason", row["suggested_reason"], language)
    if row["advice_reason"] == "no_sales":
        return _("Nothing invoiced for twelve months: no need of credit")
    parts = [
        _("Need {need} = {daily} a day × {days}").format(
            need=f.amount0(row["need_minor"], currency),
            daily=f.amount0(row["daily_minor"], currency),
            days=f.days(row["credit_days"]),
        ),
        _("× {factor} ({segment}) = {amount}").format(
            factor=f.decimal(row["factor"], 2 if (row["factor"] * 10) % 1 else 1),
            segment=_why_factor(row, language),
            amount=f.amount0(row["before_caps_minor"], currency),
        ),
    ]
    if row["binding"] in BINDINGS and row["binding"] not in ("need", "prepayment"):
        words = _("capped at {amount} by {cap}")
        parts.append(
            words.format(
                amount=f.amount0(row["capped_minor"], currency),
                cap=name("binding", row["binding"], language),
            )
        )
    end = _("rounded down to {amount}").format(amount=f.amount0(row["suggested_minor"], currency))
    return ", ".join([" ".join(parts[:2]), *parts[2:], end])


def rule_words(rule: Any, currency: str, language: str = "fr") -> str:
    """Return what a rule says, with its figure. ``rule``: kind, amount_minor, amounts, ratio, days."""
    _, f = translator(language), formats(language)
    if rule.kind == "common":
        return _("{amount} for all").format(amount=f.amount0(rule.amount_minor, currency))
    if rule.kind == "category":
        return _("By category ({n})").format(n=f.integer(len(rule.amounts)))
    if rule.kind == "sales_share":
        digits = 0 if (rule.ratio * 100) % 1 == 0 else 1
        return _("{share} of the sales of 12 months").format(share=f.percent(rule.ratio, digits))
    if rule.kind == "sales_days":
        return _("{days} of sales").format(days=f.days0(rule.days))
    if rule.kind == "multiple":
        return _("Limits in force × {ratio}").format(ratio=f.decimal(rule.ratio, 2))
    return name("rule", rule.kind, language)


def _why_factor(row: Mapping[Any, Any], language: str) -> str:
    if not is_missing(row["cause"]):
        return f"{name('step', 'prepayment', language)}, {name('cause', row['cause'], language)}"
    return label("segment", row["segment"], language)
