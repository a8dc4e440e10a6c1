"""The words of the history of imports: states, flags, what changed."""

from __future__ import annotations

from typing import Final

from arlib.i18n.catalogue import N_, translator

_STATES: Final = {
    "live": N_("in the book"),
    "superseded": N_("hidden by a later file"),
    "undone": N_("set aside"),
}
_SCOPES: Final = {
    "ledger": N_("ledger"),
    "full_list": N_("list of invoices"),
    "open_items": N_("list of open items"),
    "reference": N_("customers, limits or rates"),
    "increment": N_("further lines"),
}
_FLAGS: Final = {
    "doubled": N_("at least twice as much"),
    "halved": N_("at most half"),
    "sign": N_("the sign has changed"),
}
_EVENTS: Final = {
    "imported": N_("imported"),
    "undone": N_("set aside"),
    "taken_back": N_("taken back"),
}
_CHANGES: Final = {
    "due_later": N_("Due dates pushed later"),
    "due_earlier": N_("Due dates brought forward"),
    "amount_edited": N_("Amounts edited"),
    "open_increased": N_("Open amounts that grew"),
    "documents_gone": N_("Items gone from the file"),
    "documents_new": N_("New items"),
    "cash_received": N_("Cash received"),
    "settled": N_("Items no longer open"),
    "part_settled": N_("Items settled in part"),
    "customer_new": N_("New customers"),
    "customer_renamed": N_("Customers renamed"),
}
_ALL: Final = {
    "state": _STATES,
    "scope": _SCOPES,
    "flag": _FLAGS,
    "event": _EVENTS,
    "change": _CHANGES,
}


def history_word(subject: str, code: object, language: str = "fr") -> str:
    """Return the words of a code; ``subject``: state, scope, flag, event, change."""
    return translator(language)(_ALL[subject].get(str(code), str(code)))


def change_title(code: str, language: str = "fr") -> str:
    """Return the words of a change."""
    return history_word("change", code, language)
