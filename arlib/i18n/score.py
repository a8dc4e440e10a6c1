"""The words of the score: values of factors, what decided, what would move to the next class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import MISSING, formats, is_missing
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.model.policy import Policy

_RATIOS: Final = frozenset(
    {"late_probability", "late_share", "overdue_share", "disputes", "limit_use"}
)
_DAYS: Final = frozenset({"mean_delay", "oldest_overdue"})
_RISKS: Final = frozenset({"external", "financials"})
_WAYS: Final = {
    "oldest_overdue": N_("collect the {amount} overdue for more than {target}"),
    "overdue_share": N_("collect {amount} of the undisputed overdue"),
    "limit_use": N_("bring the exposure down by {amount}, to {target} of the limit"),
}
_ANY_WAY: Final = N_("{factor} from {value} to {target} at most")
_OVERRIDES: Final = {
    "insolvency": N_("stays “{now}” while insolvency proceedings are open"),
    "returned_payment": N_("stays “{now}” for {n} months after a returned payment"),
    "old_invoice": N_("stays “{now}” while a large invoice is over {days} late"),
    "over_limit": N_("stays “{now}” while over {share} of the limit is used"),
    "early_warning": N_("stays “{now}” while the early warning lasts"),
}
_COLLECT: Final = N_("to become “{segment}”, collect {amount}")


def factor_value(factor: str, value: Any, language: str) -> str:
    """Return the value of a factor in words: a share, days, a statistic, a count, a risk of 100."""
    f = formats(language)
    if is_missing(value):
        return MISSING
    if value == float("inf"):
        return "∞"
    if factor in _RATIOS:
        return f.percent(value, 1 if factor == "late_probability" else 0)
    if factor in _DAYS:
        return f.days0(value)
    if factor in _RISKS:
        return translator(language)("risk {n}/100").format(n=f.decimal(100 * value, 0))
    return f.decimal(value, 1) if factor == "early_warning" else f.integer(value)


def rule_words(row: Mapping[Any, Any], language: str) -> str:
    """Return what decided a segment by the score: “Score 49,5 (limite 45)”, or the override."""
    _, f = translator(language), formats(language)
    rule: str = row["rule"]
    value: Any = row.get("rule_value")
    bound: Any = row.get("rule_threshold")
    name = label("rule", rule, language)
    if rule == "score" and not is_missing(value):
        is_low = row["segment"] == "reliable"
        words = _("Score {value}, under {bound}") if is_low else _("Score {value}, from {bound} on")
        return words.format(value=f.decimal(value), bound=f.decimal(bound, 0))
    if rule == "hysteresis":
        words = _("Score {value}: to improve, under {bound}")
        return words.format(value=f.decimal(value), bound=f.decimal(bound, 0))
    if rule == "few_invoices":
        return _.ngettext("{n} invoice paid", "{n} invoices paid", int(value)).format(
            n=f.integer(value)
        )
    if rule == "few_factors":
        words = _("Factors known: {known} of their weight, {least} are needed")
        return words.format(known=f.percent(value, 0), least=f.percent(bound, 0))
    if rule == "old_invoice" and not is_missing(value):
        amount = f.amount0(int(value), str(row["old_invoice_currency"]))
        return f"{name} ({amount})"
    if rule == "over_limit" and not is_missing(value):
        return f"{name} ({factor_value('limit_use', value, language)})"
    if rule in ("returned_payment", "early_warning"):
        on = row.get("returned_on" if rule == "returned_payment" else "alert_since")
        return name if is_missing(on) else f"{name} ({f.date(on)})"
    if rule == "manual":
        return _("{name} by {author}").format(name=name, author=row["manual_author"])
    return name


def way_words(way: Mapping[str, Any], language: str) -> str:
    """Return one way to a better class: “encaisser les 12 400 € échus depuis plus de 60 jours”."""
    _, factor = translator(language), str(way["factor"])
    target = factor_value(factor, way["target"], language)
    if way["amounts"] and factor in _WAYS:
        amount = amounts_words(way["amounts"], language)
        return _(_WAYS[factor]).format(amount=amount, target=target)
    value = factor_value(factor, way["value"], language)
    name = label("factor", factor, language)
    name = name[:1].lower() + name[1:]
    return _(_ANY_WAY).format(factor=name, value=value, target=target)


def next_class_words(found: Mapping[str, Any], now: str, policy: Policy, language: str) -> str:
    """Return the sentence that says how the next class is reached, or why it is not."""
    _, f = translator(language), formats(language)
    status = found["status"]
    segment = label("segment", found["segment"], language)
    if status == "possible":
        words = _("To become “{segment}”, one step is enough: {way}.")
        return words.format(segment=segment, way=way_words(found["ways"][0], language))
    if status == "impossible":
        words = _("To become “{segment}”, no factor is enough alone: {n} points must go.")
        return words.format(segment=segment, n=f.decimal(found["points_to_lose"]))
    if status == "override":
        return _override_words(found, now, policy, language)
    words = {
        "best": _("Already in the best class."),
        "short": _("Fewer than {n} paid invoices: no class before that."),
        "little": _("Too few factors known: no class until files say when invoices are paid."),
        "manual": _("Fixed by hand: the class does not follow the score."),
        "intercompany": _("A company of the group: shown, not scored."),
    }[status]
    return words.format(n=policy.score_min_paid_invoices)


def amounts_words(amounts: Mapping[str, int], language: str) -> str:
    """Return amounts by currency as one text."""
    f = formats(language)
    return " + ".join(f.amount0(amount, code) for code, amount in amounts.items())


def _override_words(found: Mapping[str, Any], now: str, policy: Policy, language: str) -> str:
    _, f = translator(language), formats(language)
    words = _OVERRIDES[found["rule"]]
    sentence = _(words).format(
        now=label("segment", now, language),
        n=policy.score_returned_months,
        days=f.days0(policy.old_days),
        share=f.percent(policy.score_over_limit_ratio, 0),
    )
    sentence = sentence[:1].upper() + sentence[1:]
    if not found["amounts"]:
        return f"{sentence}."
    way = _(_COLLECT).format(
        segment=label("segment", found["segment"], language),
        amount=amounts_words(found["amounts"], language),
    )
    return _("{sentence}; {way}.").format(sentence=sentence, way=way)
