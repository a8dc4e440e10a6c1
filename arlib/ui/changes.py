"""What an import changed against the one before it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.i18n import N_, formats, translator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arlib.i18n import Translator

# what the last import changed -> (its count in words, its detail)
_CHANGES: Final[dict[str, tuple[Callable[[Translator, int], str], str]]] = {
    "documents_new": (lambda _, n: _.ngettext("{n} new item", "{n} new items", n), N_("{amount}")),
    "cash_received": (
        lambda _, n: _.ngettext("{n} settlement received", "{n} settlements received", n),
        N_("{amount}"),
    ),
    "due_dates_moved": (
        lambda _, n: _.ngettext("{n} due date moved", "{n} due dates moved", n),
        N_("{amount} concerned"),
    ),
    "documents_gone": (
        lambda _, n: _.ngettext("{n} item gone", "{n} items gone", n),
        N_("{amount}, neither settled nor credited"),
    ),
    "customers_new": (
        lambda _, n: _.ngettext("{n} new customer", "{n} new customers", n),
        N_("never seen before"),
    ),
}


def change_facts(
    found: Mapping[str, object], currency: str, language: str
) -> list[tuple[str, str]]:
    """Return (count, detail) of what moved, from ``Workspace.changes_since_last_import``."""
    known = (_fact(name, found.get(name), currency, language) for name in _CHANGES)
    return [item for item in known if item]


def _fact(name: str, value: object, currency: str, language: str) -> tuple[str, str] | None:
    """Return one count and its detail; None when nothing moved."""
    if not isinstance(value, tuple) or not value[0]:
        return None
    _, f = translator(language), formats(language)
    title_of, detail = _CHANGES[name]
    count, amount = value
    title = title_of(_, count).format(n=f.integer(count))
    return title, _(detail).format(amount=f.compact(amount, currency))
