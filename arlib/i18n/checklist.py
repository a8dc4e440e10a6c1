"""The words of the check list: boxes, questions, why something does not hold, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import formats

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.i18n.catalogue import Translator

# As the source of the check list (seed 001) asks them.
BOXES: Final = {
    1: N_("My customers are solvent, and I have the means to check it"),
    2: N_("A credit limit was fixed for each customer, according to solvency"),
    3: N_("Payment terms granted are always justified, and the criteria of credit are clear"),
    4: N_("My terms of sale say how to pay and what happens otherwise"),
    5: N_("I have tools to see receivables customer by customer and as a whole"),
    6: N_("I know how long my receivables take to be cashed"),
    7: N_("I have clear and efficient procedures for reminders and litigation"),
}
QUESTIONS: Final = {
    "clients_solvent": N_("My customers are solvent"),
    "solvency_known": N_("I have the means to check their solvency"),
    "limit_fixed": N_("A credit limit was fixed for each customer"),
    "limit_by_solvency": N_("Limits follow solvency"),
    "terms_justified": N_("Payment terms granted are justified"),
    "criteria_clear": N_("The criteria of credit are clear"),
    "conditions_of_sale": N_("My terms of sale cover payment and late payment"),
    "view_of_each": N_("Receivables are seen customer by customer"),
    "view_of_all": N_("Receivables are seen as a whole, tied to the accounts"),
    "collection_period": N_("I know how long my receivables take to be cashed"),
    "reminders": N_("My procedure of reminders is clear and efficient"),
    "litigation": N_("My procedure of litigation is clear and efficient"),
}
# What the data count for each question, as their count asks.
COUNTED: Final[dict[str, Callable[[Translator, int], str]]] = {
    "clients_solvent": lambda _, n: _.ngettext(
        "{good} customer of {all} who owe something is neither at high risk nor without history",
        "{good} customers of {all} who owe something are neither at high risk nor without history",
        n,
    ),
    "solvency_known": lambda _, n: _.ngettext(
        "{good} customer of {all} who owe something has an outside score, a ratio or a decision of the insurer of less than 12 months",
        "{good} customers of {all} who owe something have an outside score, a ratio or a decision of the insurer of less than 12 months",
        n,
    ),
    "limit_fixed": lambda _, n: _.ngettext(
        "{good} customer of {all} who owe something has a limit in force",
        "{good} customers of {all} who owe something have a limit in force",
        n,
    ),
    "limit_by_solvency": lambda _, n: _.ngettext(
        "{good} limit of {all} is within the ceiling of the class and not too high for a high risk",
        "{good} limits of {all} are within the ceiling of the class and not too high for a high risk",
        n,
    ),
    "terms_justified": lambda _, n: _.ngettext(
        "{good} customer of {all} has open invoices within the law and the terms of the class",
        "{good} customers of {all} have open invoices within the law and the terms of their class",
        n,
    ),
    "criteria_clear": lambda _, n: _.ngettext(
        "{good} class of {all} of the credit policy has a ceiling and payment terms",
        "{good} classes of {all} of the credit policy have a ceiling and payment terms",
        n,
    ),
    "view_of_each": lambda _, n: _.ngettext(
        "{good} account of {all} that owe something is that of one customer",
        "{good} accounts of {all} that owe something are one customer each",
        n,
    ),
    "view_of_all": lambda _, n: _.ngettext(
        "{good} balance of {all} (company and currency) ties to the accounts",
        "{good} balances of {all} (company and currency) tie to the accounts",
        n,
    ),
    "collection_period": lambda _, n: _.ngettext(
        "Cash of 12 months set against invoices (90% at least): {good} currency of {all}",
        "Cash of 12 months set against invoices (90% at least): {good} currencies of {all}",
        n,
    ),
    "reminders": lambda _, n: _.ngettext(
        "{good} customer of {all} more than 30 days late was called or reminded in the last 30 days",
        "{good} customers of {all} more than 30 days late were called or reminded in the last 30 days",
        n,
    ),
    "litigation": lambda _, n: _.ngettext(
        "{good} open dispute of {all} has an owner and a target date",
        "{good} open disputes of {all} have an owner and a target date",
        n,
    ),
}
WHY: Final = {
    "insolvency": N_("insolvency proceedings"),
    "high_risk": N_("high risk class"),
    "insufficient_history": N_("too few settlements to know"),
    "stale": N_("older than 12 months"),
    "nothing_from_outside": N_("nothing known from outside"),
    "no_limit": N_("no limit"),
    "expired": N_("limit expired"),
    "limit_above": N_("above the ceiling of the class"),
    "limit_too_high": N_("high risk, and more than the suggested limit"),
    "terms_illegal": N_("beyond the legal ceiling"),
    "terms_above": N_("longer than those of the class"),
    "terms_clause": N_("45 days end of month: clause to check"),
    "class_empty": N_("neither ceiling nor terms"),
    "class_no_ceiling": N_("no ceiling"),
    "class_no_terms": N_("no payment terms"),
    "collective": N_("collective account"),
    "not_tied": N_("not tied to the accounts"),
    "cash_not_matched": N_("cash set against no invoice"),
    "not_reminded": N_("neither called nor reminded for 30 days"),
    "no_owner": N_("nobody in charge"),
    "no_target": N_("no target date"),
}
# What to do when the answer is not yes; a question answered yes has nothing left but to be kept so.
NEXT: Final = {
    "clients_solvent": N_("Open the customers at high risk: cut the limit, ask for a deposit"),
    "solvency_known": N_("Ask for an outside score or the insurer’s decision on the largest first"),
    "limit_fixed": N_("Fix the limits that are missing; suggested limits help"),
    "limit_by_solvency": N_("Compare with suggested limits, the highest risks first"),
    "terms_justified": N_("Bring terms back within the law, or keep the written clause"),
    "criteria_clear": N_("Fill in the credit policy, class by class"),
    "conditions_of_sale": N_(
        "Have rate of interest, €40 indemnity, term and retention of title written in the terms of sale"
    ),
    "view_of_each": N_("Split collective accounts into one account a customer"),
    "view_of_all": N_("Import what is missing until the difference is explained"),
    "collection_period": N_("Import a ledger with lettering, or accept the matches proposed"),
    "reminders": N_("Call the customers on top of the list, and note each call"),
    "litigation": N_("Give each dispute an owner and a date"),
}
ANSWERS: Final = {
    "yes": N_("Yes"),
    "partly": N_("Partly"),
    "no": N_("No"),
    "unknown": N_("To be answered"),
}
_MARKS: Final = {"yes": "✓", "partly": "◐", "no": "▲", "unknown": "○"}


def marked(answer: str, language: str) -> str:
    """Return an answer with its sign: nobody needs the colour."""
    return f"{_MARKS[answer]} {translator(language)(ANSWERS[answer])}"


def counted(question_id: str, good: int | None, everything: int | None, language: str) -> str:
    """Return what the data count for a question, empty when they say nothing."""
    if good is None or everything is None:
        return ""
    f = formats(language)
    words = COUNTED[question_id](translator(language), good)
    return words.format(good=f.integer(good), all=f.integer(everything))


def why(code: str, language: str) -> str:
    """Return why somebody does not hold."""
    return translator(language)(WHY[code])
