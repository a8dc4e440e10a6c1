"""What to know before a letter leaves: why it may be wrong to write, what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arlib.i18n import N_, formats, translator
from arlib.i18n.penalties import STANDINGS, half_year_words, word
from arlib.reports.letter_values import LATE, days, listed, money

if TYPE_CHECKING:
    from arlib.views.letters import LettersView

_INSOLVENT = N_(
    "Insolvency proceedings: debts born before the judgment may not be claimed from the customer. Declare them to the court’s representative (two months from the publication, C. com. L.622-24)."
)
_ESTIMATED = N_(
    "The ledger has no lettering: which invoices are open is estimated, and no interest is reckoned. Match settlements before writing."
)
_NOT_ASKED = N_("No interest nor indemnity is asked for: {reasons}.")
_NO_RATE = N_("The rate of {periods} is not known: interest is left out, to be stated apart.")


def warnings_of(view: LettersView, language: str = "fr") -> list[str]:
    """Return what makes a letter doubtful, the gravest first."""
    _ = translator(language)
    found = []
    if view.insolvency:
        found.append(_(_INSOLVENT))
    if view.is_estimated:
        found.append(_(_ESTIMATED))
    charges = [claim.charges for claim in view.claims]
    reasons = dict.fromkeys(code for one in charges for code in one.not_asked)
    if reasons:
        words = ", ".join(word(STANDINGS, code, language) for code in reasons)
        found.append(_(_NOT_ASKED).format(reasons=words))
    missing = sorted({code for one in charges for code in one.missing_half_years})
    if missing:
        words = ", ".join(half_year_words(code, language) for code in missing)
        found.append(_(_NO_RATE).format(periods=words))
    return found + _estimated(view, language)


def notes_of(view: LettersView, language: str = "fr") -> list[str]:
    """Return what a letter leaves out, and whether it is the time to write."""
    _, f = translator(language), formats(language)
    found = []
    disputed = money([(claim.disputed_minor, claim.currency) for claim in view.claims], language)
    promised = money([(claim.promised_minor, claim.currency) for claim in view.claims], language)
    taken = [claim for claim in view.claims if not claim.covered_minor]
    credits_ = money([(-claim.credits_minor, claim.currency) for claim in taken], language)
    if disputed:
        found.append(_("{amount} in dispute: not asked for.").format(amount=disputed))
    if promised:
        found.append(_("{amount} promised, not due yet: not asked for.").format(amount=promised))
    found += _covered(view, language)
    if credits_:
        found.append(_("{amount} of credits not allocated: taken off.").format(amount=credits_))
    if view.proposed is None and view.next_on is not None and view.next_on > view.as_of:
        words = _("Nothing to write before {date}.")
        found.append(words.format(date=f.date(view.next_on)))
    if any(claim.is_small and claim.claimed_minor for claim in view.claims):
        found.append(_("Below the smallest amount reminded (policy)."))
    if view.proposed == "R5":
        found.append(_("Level R5 is reached: the case file is the next step."))
    return found


def _covered(view: LettersView, language: str) -> list[str]:
    """Return why nothing late is asked for where credits cover it all."""
    covered = [claim for claim in view.claims if claim.covered_minor]
    if not covered:
        return []
    words = translator(language)(
        "Credits and settlements not allocated ({credits}) cover all that is late ({covered}): he owes nothing net, there is no reminder to write. Allocate them, or send the statement."
    )
    credits_ = money([(-claim.credits_minor, claim.currency) for claim in covered], language)
    amount = money([(claim.covered_minor, claim.currency) for claim in covered], language)
    return [words.format(credits=credits_, covered=amount)]


def _estimated(view: LettersView, language: str) -> list[str]:
    """Return how many due dates of what is claimed no file says."""
    rows = listed(view, LATE)
    count = 0 if rows.empty else int((rows["due_source"].astype("str") != "file").sum())
    if not count:
        return []
    words = translator(language).ngettext(
        "{n} due date is estimated from the terms: check it before a formal notice.",
        "{n} due dates are estimated from the terms: check them before a formal notice.",
        count,
    )
    return [words.format(n=formats(language).integer(count))]


def oldest_words(view: LettersView, language: str = "fr") -> str:
    """Return how late the oldest invoice claimed is, empty when none is."""
    rows = listed(view, LATE)
    if rows.empty or pd.isna(rows["days_late"].max()):
        return ""
    return days(int(rows["days_late"].max()), language)
