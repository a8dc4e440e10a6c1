"""The values that stand for the names of a letter's text: amounts, dates, words of the sender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.i18n import N_, formats, translator
from arlib.reports.pdf import plain
from arlib.reports.writer import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from arlib.reports.letter import Asked
    from arlib.views.letters import Claim, LettersView

BLANK: Final = "_" * 28
COURTESY: Final = "R0"
LATE: Final = "R1"  # what a statement says of lateness is that of a reminder
# What a sentence shows as a blank line when the policy does not say it.
_SENDER: Final = ("company_name", "contact", "signatory", "title")
_REGIMES: Final = {
    "law": N_("ECB refinancing rate plus 10 percentage points"),
    "public": N_("ECB refinancing rate plus 8 percentage points"),
    "contract": N_("rate agreed in the contract"),
}


def drawn(text: object) -> str:
    r"""Return a text of a file on one line, without signs that are not drawn or that reorder others.

    >>> drawn("A\u202eB  C")
    'AB C'
    """
    one_line = str(plain(clean(str(text).replace("\n", " "))))
    return " ".join(one_line.split())


def blanks(values: Mapping[str, str]) -> dict[str, str]:
    """Return the visible blanks of what is asked for and not known."""
    return {name: BLANK for name in _SENDER if not values[name]}


def values_of(view: LettersView, asked: Asked) -> dict[str, str]:
    """Return every value by name; empty: nothing of the kind, or not known."""
    return {
        **_words(view, asked),
        **_dates(view, asked),
        **_amounts(view, asked),
        **_costs(view, asked),
    }


def joined(parts: Iterable[str], language: str) -> str:
    """Return parts of one sentence: ``1,00 €``, ``1,00 € et 2,00 $US``."""
    *before, last = [*parts] or [""]
    if not before:
        return last
    _ = translator(language)
    return _("{first} and {last}").format(first=", ".join(before), last=last)


def money(amounts: Iterable[tuple[int, str]], language: str) -> str:
    """Return amounts summed by currency in one sentence, those of zero left out."""
    sums: dict[str, int] = {}
    for minor, currency in amounts:
        sums[currency] = sums.get(currency, 0) + minor
    f = formats(language)
    return joined([f.amount(minor, code) for code, minor in sums.items() if minor], language)


def days(count: int, language: str) -> str:
    """Return a number of days in words: ``8 jours``."""
    words = translator(language).ngettext("{n} day", "{n} days", count)
    return words.format(n=formats(language).integer(count))


def listed(view: LettersView, level: str) -> pd.DataFrame:
    """Return what a level lists, all currencies."""
    frames = [claim.asked(level) for claim in view.claims_of(level)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _words(view: LettersView, asked: Asked) -> dict[str, str]:
    said = {name: " ".join(drawn(line) for line in lines) for name, lines in view.sender.items()}
    own = {name: said[name] for name in ("clause", "contact", "signatory", "title")}
    return {
        **own,
        "company_name": said["name"],
        "customer_id": drawn(view.customer_id),
        "customer_name": drawn(view.name),
        "delay_days": days(view.delay_days, asked.language),
    }


def _dates(view: LettersView, asked: Asked) -> dict[str, str]:
    f = formats(asked.language)
    late, soon = listed(view, asked.level or LATE), listed(view, COURTESY)
    is_late = bool(len(late)) and asked.level != COURTESY
    told = dict.fromkeys(view.contacts["taken_on"])
    return {
        "as_of": f.long_date(view.as_of),
        "date": f.long_date(asked.on),
        "days_late": days(int(late["days_late"].max()), asked.language) if is_late else "",
        "oldest_due": f.long_date(late["due_on"].min()) if is_late else "",
        "soon_first": f.long_date(soon["due_on"].min()) if len(soon) else "",
        "reminders": joined([f.date(day) for day in told], asked.language),
    }


def _amounts(view: LettersView, asked: Asked) -> dict[str, str]:
    f, level = formats(asked.language), asked.level or LATE
    claims = view.claims_of(level) if asked.level else view.claims

    def told(amount: Callable[[Claim], int]) -> str:
        return money([(amount(claim), claim.currency) for claim in claims], asked.language)

    return {
        "count": f.integer(len(listed(view, level))),
        "soon_count": f.integer(len(listed(view, COURTESY))),
        "overdue": told(lambda claim: claim.claimed_minor),
        "credits": told(lambda claim: -claim.credits_minor),
        "due": told(lambda claim: claim.due_minor),
        "disputed": told(lambda claim: claim.disputed_minor),
        "promised": told(lambda claim: claim.promised_minor),
        "soon": told(lambda claim: claim.soon_minor),
        "not_due": told(lambda claim: claim.not_due_minor),
        "outstanding": told(lambda claim: claim.outstanding_minor),
    }


def _costs(view: LettersView, asked: Asked) -> dict[str, str]:
    language = asked.language
    found = [(claim.charges, claim.currency) for claim in view.claims_of(asked.level or LATE)]
    missing = sorted({code for charges, _ in found for code in charges.missing_half_years})
    owed = [charges for charges, _ in found if charges.indemnity_minor]
    known = [(charges.interest_minor or 0, code) for charges, code in found]
    totals = [claim.totals.items() for claim in view.claims_of(asked.level or LATE)]
    each = [formats(language).amount0(one.each_minor, one.indemnity_currency) for one in owed[:1]]
    return {
        "interest": "" if missing else money(known, language),
        "interest_unknown": ", ".join(missing),
        "indemnity": money([(o.indemnity_minor, o.indemnity_currency) for o in owed], language),
        "indemnity_each": "".join(each),
        "rates": _rates(view, asked),
        "total": money([(minor, code) for sums in totals for code, minor in sums], language),
    }


def _rates(view: LettersView, asked: Asked) -> str:
    """Return the rates applied with their half-years, equal ones in a row said once."""
    _, f = translator(asked.language), formats(asked.language)
    found = [claim.charges for claim in view.claims_of(asked.level or LATE)]
    pairs = sorted({pair for charges in found for pair in charges.rates})
    regimes = sorted({regime for charges in found for regime in charges.regimes})
    runs: list[tuple[float, list[str]]] = []
    for code, ratio in pairs:
        if runs and runs[-1][0] == ratio:
            runs[-1][1].append(code)
        else:
            runs.append((ratio, [code]))
    said = [
        _("{rate} ({period})").format(
            rate=f.percent(ratio, 2), period=_period(codes, asked.language)
        )
        for ratio, codes in runs
    ]
    basis = joined([_(_REGIMES[regime]) for regime in regimes], asked.language)
    return (
        _("{basis}, that is {rates}").format(basis=basis, rates=joined(said, asked.language))
        if said
        else ""
    )


def _period(codes: list[str], language: str) -> str:
    """Return half-years in words: one, or from the first to the last."""
    _ = translator(language)
    if len(codes) == 1:
        return _half(codes[0], language)
    words = _("from the {first} to the {last}")
    return words.format(first=_half(codes[0], language), last=_half(codes[-1], language))


def _half(code: str, language: str) -> str:
    _ = translator(language)
    year, half = code.split("-S")
    words = _("first half of {year}") if half == "1" else _("second half of {year}")
    return words.format(year=year)
