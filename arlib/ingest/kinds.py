"""The kind of each line: what its type says, and what its sign makes of it.

A type that is a credit (avoir, règlement) and whose amounts are all positive is written unsigned:
its sign is turned.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.signs import numbers
from arlib.ingest.values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from arlib.ingest.columns import Match
    from arlib.ingest.declaration import ListFormat
    from arlib.ingest.lines import Lines

_CREDIT_KINDS: Final = ("credit_note", "payment", "deposit", "write_off")

_KINDS: Final[Mapping[str, str]] = {
    word: kind
    for kind, words in {
        "invoice": "facture|facture standard|facture client|invoice|sales invoice|fa|fac|fc|fact|f|rv|dr|re|ri|ve|vt|inv|"
        "facture de vente|vente|rechnung|si|factuur|facture directe|facture d acompte|debit note|note de debit",
        "credit_note": "avoir|avoir client|facture d avoir|facture avoir|credit note|credit memo|credit_memo|av|avo|dg|cn|cm|"
        "gutschrift|note de credit|refund invoice|sales credit note",
        "payment": "reglement|reglement client|paiement|payment|encaissement|virement|cheque|prelevement|dz|zp|rg|rgt|reg|rgl|vir|"
        "chq|receipt|recette|zahlung|pmt|bq|banque|lettre reglement",
        "deposit": "acompte|deposit|advance|avance|ac|down payment",
        "refund": "remboursement|refund",
        "bounce": "impaye|rejet|bounce|retour impaye|cheque impaye|rejet de prelevement",
        "bill": "effet|lcr|traite|bill|billet a ordre|bill of exchange|bor|eff",
        "opening": "a nouveau|report a nouveau|an|ran|opening|opening balance|solde initial|anouveau",
        "write_off": "perte|perte sur creance|write off|write-off|irrecouvrable|abandon",
        "adjustment": "od|operation diverse|operations diverses|adjustment|ab|sa|ecart|regularisation|journal entry",
    }.items()
    for word in words.split("|")
}  # fmt: skip


def kinds(
    lines: Lines, match: Match, amount: np.ndarray, has_amount: np.ndarray
) -> tuple[pa.Array, np.ndarray]:
    """Return the kind that the type column says (NULL: it does not) and the rows to turn."""
    import pyarrow as pa
    import pyarrow.compute as pc

    turned = np.zeros(lines.count, dtype=bool)
    if "kind" not in lines.text:
        return pa.nulls(lines.count, pa.string()), turned
    encoded = lines.text["kind"].dictionary_encode()
    own = own_words(lines.form)
    found = [kind_of(word, own) for word in encoded.dictionary.to_pylist()]
    signs = lines.form.signs if lines.form else "auto"
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    has_sides = bool({"side", "debit", "credit"} & (set(lines.text) | set(lines.amounts)))
    signed = "amount" in lines.amounts or "amount_local" in lines.amounts
    raw = amount if signed else numbers(lines, "open")[0]
    has_raw = has_amount if signed else numbers(lines, "open")[1]
    for code, kind in enumerate(found):
        rows = codes == code
        if kind is None:
            first = np.flatnonzero(rows)[:1]
            values = lines.text["kind"]
            title = lines.title("kind", match)
            lines.findings.add_rows("kind_unknown", "note", first, column=title, values=values)
        elif (
            kind in _CREDIT_KINDS
            and not has_sides
            and signs != "signed"
            and (signs == "credits_unsigned" or (raw[rows & has_raw] >= 0).all())
        ):
            turned |= rows
    return pc.take(pa.array(found, pa.string()), encoded.indices), turned


def own_words(form: ListFormat | None) -> dict[str, str]:
    """Return the words of a format's types, reduced, and the kind each names."""
    spelled = form.kinds.items() if form else ()
    return {plain(word): kind for kind, words in spelled for word in words.split("|")}


def kind_of(word: str, own: Mapping[str, str] | None = None) -> str | None:
    """Return the kind that a word of a type column names, or None.

    >>> kind_of("Avoir"), kind_of("Facture n° 12"), kind_of("ZZ")
    ('credit_note', 'invoice', None)
    """
    text = plain(word)
    if own and text in own:
        return own[text]
    if text in _KINDS:
        return _KINDS[text]
    for name in sorted(_KINDS, key=len, reverse=True):
        if len(name) > 3 and re.search(rf"\b{re.escape(name)}s?\b", text):  # noqa: PLR2004 - codes match whole
            return _KINDS[name]
    return None


def negative_invoices(kind: pa.Array, amount: np.ndarray) -> np.ndarray:
    """Return which rows say they are invoices although they are in credit."""
    import pyarrow.compute as pc

    said = pc.fill_null(pc.equal(kind, "invoice"), fill_value=False)
    found: np.ndarray = said.to_numpy(zero_copy_only=False) & (amount < 0)
    return found


def final_kinds(kind: pa.Array, amount: np.ndarray) -> pa.Array:
    """Return the kind of each row: what its type says when the sign agrees, else its sign."""
    import pyarrow as pa
    import pyarrow.compute as pc

    negative = pa.array(amount < 0)
    by_sign = pc.if_else(negative, "credit_note", "invoice")
    said = pc.coalesce(kind, by_sign)
    if kind.null_count == len(kind):
        return said
    swaps = (
        ("invoice", negative, "credit_note"),
        ("credit_note", pc.invert(negative), "adjustment"),
        ("payment", pc.invert(negative), "refund"),
        ("deposit", pc.invert(negative), "invoice"),
        ("refund", negative, "payment"),
        ("bounce", negative, "payment"),
    )
    for name, where, other in swaps:
        said = pc.if_else(pc.and_(pc.equal(said, name), where), other, said)
    return said
