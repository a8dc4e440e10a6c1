"""Names meant to break whoever prints them, and a small book of letters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from tests.support.books import Alloc, Book, Doc

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_OF: Final = date(2025, 6, 30)
NAMES: Final = (
    "{due}",
    "{unknown}",
    "{",
    "}",
    "{{}}",
    "{0.__class__}",
    "%s %(x)s %n",
    "${HOME}",
    "<b>gras</b>",
    "<script>alert(1)</script>",
    "</w:t></w:r>",
    "&amp; &lt;",
    "]]>",
    "<!--",
    "<?xml version='1.0'?>",
    '"><img src=x onerror=alert(1)>',
    "=1+1",
    "+33 1 23 45",
    "-5 SARL",
    "@SUM(A1)",
    "#set page(width: 1pt)",
    "#panic()",
    '#read("/etc/passwd")',
    "$x^2$",
    "*gras* _italique_ `code`",
    "[lien](http://example.org)",
    ":red[rouge] :material/home:",
    "\\newpage \\u0000",
    "// commentaire",
    "/* bloc */",
    "```",
    "# Titre",
    "O'Brien & Söhne",
    "« Été » ; : ! ?",
    "شركة النور",
    "חברה בעם",
    "株式会社テスト",
    "A\u202e51.4\u202c B",
    "A\u200fB\u061cC",
    "Ligne\nObjet : autre\r\n\tsuite",
    "A\x00\x07\x1b[31mB",
    "\ufffe\uffff nul",
    "Z" * 300,
    "😀 Emoji & Cie",
    "../../etc/passwd",
    "si interest} {sauf x",
)


def letters_book(name: str | None = "ALPHA SAS", **attributes: object) -> Book:
    """Return four late invoices of one customer: one half paid, one in dispute, one half disputed, one soon due.

    And a credit note set against nothing. Amounts in cents.
    """
    docs = [
        Doc("C1", "F1", date(2025, 1, 1), 480_000, due_on=date(2025, 1, 31)),
        Doc("C1", "F2", date(2025, 3, 16), 720_000, due_on=date(2025, 4, 15)),
        Doc("C1", "F3", date(2025, 4, 1), 100_000, due_on=date(2025, 5, 1)),
        Doc("C1", "F4", date(2025, 4, 2), 60_000, due_on=date(2025, 5, 2)),
        Doc("C1", "F5", date(2025, 6, 3), 90_000, due_on=date(2025, 7, 3)),
        Doc("C1", "F6", date(2025, 6, 20), 70_000, due_on=date(2025, 8, 20)),
        Doc("C1", "A1", date(2025, 5, 12), -50_000, "credit_note"),
        Doc("C1", "P1", date(2025, 3, 17), -180_000, "payment"),
    ]
    return Book(
        docs=docs,
        allocs=[Alloc("P1", "F1", 180_000)],
        customers=[{"customer_id": "C1", "name": name, "country": "FR", **attributes}],
        disputes=[
            {"number": "F3", "opened_on": date(2025, 5, 10), "reason": "PRIX"},
            {"number": "F4", "opened_on": date(2025, 5, 11), "amount_minor": 20_000},
        ],
        actions=[
            {
                "customer_id": "C1",
                "kind": "reminder",
                "taken_on": date(2025, 5, 20),
                "text": "R1",
                "number": "F2",
            }
        ],
        covers=(date(2025, 1, 1), AS_OF),
    )


def plain_interest(
    steps: Mapping[int, int], days: tuple[date, date], rates: Mapping[int, int]
) -> int:
    """Return interest in cents, day by day in whole numbers: ``steps`` says what is open from which day on.

    ``days``: first day that bears interest and last; ``rates``: of the first and of the second half of
    2025, in hundredths of a percent.
    """
    first, last = days
    total = 0
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        owed = max((key, amount) for key, amount in steps.items() if key <= number)[1]
        total += owed * rates[1 if day.month < 7 else 2]
    return (2 * total + 365 * 10_000) // (2 * 365 * 10_000)
