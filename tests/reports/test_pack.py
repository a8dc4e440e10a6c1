"""The printed and the web report against the views: the sample company at two dates, odd books, odd names."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pandas as pd
import pypdf
import pytest

from arlib.charts.picture import message
from arlib.charts.template import Style
from arlib.i18n import formats
from arlib.i18n.labels import bucket_label
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.reports import pack_tables
from arlib.reports.pack import risk_document
from arlib.reports.pdf import compile_pdf, plain
from arlib.reports.pseudonyms import pseudonymised
from arlib.reports.risk_html import risk_html
from arlib.reports.risk_pdf import risk_pdf, risk_pdf_pages
from arlib.reports.workbook import risk_workbook
from arlib.views import report
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load
from tests.support.names import NAMES
from tests.support.sample import SAMPLE_DATES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from arlib.reports.document import Document
    from arlib.views.report import RiskReport

F = formats("fr")


@pytest.fixture(scope="module")
def document(views: RiskReport) -> Document:
    return risk_document(views, "fr")


@pytest.fixture(scope="module")
def paper(views: RiskReport) -> bytes:
    return risk_pdf(views, "fr")


@pytest.fixture(scope="module")
def web(views: RiskReport) -> bytes:
    return risk_html(views, "fr")


@pytest.fixture(scope="module")
def pages(paper: bytes) -> list[str]:
    return read(paper)


def read(content: bytes) -> list[str]:
    """Return the words of each page, runs of spaces as one."""
    found = pypdf.PdfReader(io.BytesIO(content))
    return [squeezed(page.extract_text()) for page in found.pages]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def bare(text: str) -> str:
    """Return a text without any space: a reader of PDF may split words where a line ends."""
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad]+", "", text)


def test_two_to_six_pages_numbered_dated_and_confidential(
    views: RiskReport, pages: list[str]
) -> None:
    assert 2 <= len(pages) <= 6
    for number, text in enumerate(pages, 1):
        assert f"Page {number} / {len(pages)}" in text
        assert "Confidentiel" in text
        assert f"arrêté au {squeezed(F.long_date(views.as_of))}" in text


def test_the_cards_are_the_overview(views: RiskReport, pages: list[str]) -> None:
    block = views.overview.blocks[0]
    for kpi in block.kpis:
        assert kpi.value is not None
        written = {
            "minor": F.compact(round(kpi.value), block.currency),
            "days": F.days(kpi.value),
            "count": F.integer(kpi.value),
        }[kpi.unit]
        assert squeezed(written) in pages[0]
    for name in views.overview.attention["name"]:
        assert bare(name) in bare(pages[0])


def test_every_section_says_its_message_on_the_page_of_the_contents(
    document: Document, pages: list[str]
) -> None:
    for section in document.sections[1:]:
        found = [
            number for number, text in enumerate(pages, 1) if bare(section.title) in bare(text)
        ]
        assert found[0] == 1, section.code  # the contents
        assert len(found) == 2, section.code
        assert bare(section.title) + str(found[1]) in bare(pages[0])


def test_the_aged_balance_is_that_of_the_view(views: RiskReport, pages: list[str]) -> None:
    block = views.aging.blocks[0]
    names = [*(f"{bucket}_minor" for bucket in block.buckets), "unallocated_minor", "total_minor"]
    text = bare(pages[1])
    rows = block.customers.head(pack_tables.MOST_AGED).to_dict("records")
    lines: list[dict[Any, Any]] = [*rows, {"name": "Total", **block.totals}]
    for row in lines:
        amounts = "".join(bare(F.amount0(row[name], block.currency)) for name in names)
        assert bare(str(row["name"])) + amounts in text
    for bucket in block.buckets:
        assert bare(bucket_label(bucket, "fr")) in text


def test_the_overruns_are_those_of_the_view(views: RiskReport, pages: list[str]) -> None:
    rows = views.risk.customers
    over = rows[rows["is_over"] & rows["is_first_row"]].head(pack_tables.MOST_OVER)
    assert len(over) > 0
    for row in over.to_dict("records"):
        amounts = [row["tested_minor"], row["limit_minor"], row["overrun_minor"]]
        line = bare(str(row["name"])) + "".join(
            bare(F.amount0(value, row["limit_currency"])) for value in amounts
        )
        assert line in bare(pages[2])


def test_behaviour_segments_forecast_and_losses_are_those_of_the_views(
    views: RiskReport, pages: list[str]
) -> None:
    text = bare("".join(pages[3:]))
    whole = views.behaviour.blocks[0].portfolio.iloc[0]
    delays = [whole["weighted_delay_open_days"], whole["weighted_delay_days"]]
    assert "Portefeuille" + "".join(bare(F.signed_days(value)) for value in delays) in text
    for row in views.segments.blocks[0].totals.to_dict("records"):
        owed = bare(F.amount0(row["outstanding_minor"], "EUR"))
        assert owed + bare(F.amount0(row["overdue_minor"], "EUR")) in text
    assert views.forecast is not None
    for weeks in (4, 8, 13):
        found = views.forecast.blocks[0].within(weeks)
        line = "".join(bare(F.amount0(found[n], "EUR")) for n in ("expected", "p10", "p50", "p90"))
        assert line in text
    assert views.provisions is not None
    for row in views.provisions.blocks[0].provision.matrix.to_dict("records"):
        line = bare(F.amount0(row["base_minor"], "EUR")) + bare(F.percent(row["rate_ratio"], 2))
        assert line in text


def test_the_method_names_files_policy_program_and_tie_out(
    views: RiskReport, pages: list[str]
) -> None:
    text = bare(pages[-1])
    assert all(bare(digest) in text for digest in views.status.batches["sha256"])
    assert views.policy.version in text
    assert "Encours0." in text
    assert "Rapprochementaveclacomptabilité" in text
    row = views.status.tie_out.iloc[0]
    assert bare(F.amount(row["ledger_minor"], row["currency"])) in text


def test_the_document_says_its_title_language_and_date_and_is_tagged(
    views: RiskReport, paper: bytes
) -> None:
    found = pypdf.PdfReader(io.BytesIO(paper))
    assert found.metadata is not None
    assert str(found.metadata.title).startswith("Rapport de risque clients – ")
    assert found.metadata.creation_date is not None
    assert found.metadata.creation_date.date() == views.as_of
    root: Any = found.trailer["/Root"]
    assert root["/Lang"] in {"fr", "fr-FR"}
    assert root["/MarkInfo"]["/Marked"]
    assert len(found.outline) > 0


def test_made_again_it_is_the_same_to_the_byte(
    views: RiskReport, paper: bytes, web: bytes, pages: list[str]
) -> None:
    assert risk_pdf_pages(views, "fr") == (paper, len(pages))
    assert risk_html(views, "fr") == web


class Elements(HTMLParser):
    """Every element of a page, the addresses it names, the words it shows."""

    def __init__(self) -> None:  # noqa: D107 - nothing is given
        super().__init__()
        self.names: list[str] = []
        self.addresses: list[str] = []
        self.policy = ""
        self.words: list[str] = []
        self._is_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names.append(tag)
        self.addresses += [
            str(value) for name, value in attrs if name in {"src", "href", "action", "srcset"}
        ]
        assert not [name for name, _value in attrs if name.startswith("on")]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(given["content"])
        self._is_data = tag in {"script", "style"}

    def handle_endtag(self, _tag: str) -> None:
        self._is_data = False

    def handle_data(self, data: str) -> None:
        if not self._is_data:
            self.words.append(data)


def opened(content: bytes) -> Elements:
    found = Elements()
    found.feed(content.decode())
    return found


def test_the_page_asks_nobody_and_says_what_the_paper_says(document: Document, web: bytes) -> None:
    content = web
    found = opened(content)
    assert all(address.startswith("#") for address in found.addresses)
    assert "default-src 'none'" in found.policy
    assert "unsafe-inline'; img" in found.policy  # styles alone: programs are named by their hash
    assert not re.search(r"url\((?!data:)", content.decode().split("</style>")[0])
    words = bare("".join(found.words))
    for section in document.sections:
        assert bare(section.title) in words
        for block in section.blocks:
            for row in getattr(block, "rows", ()):
                assert bare("".join(row)) in words
    assert content.count(b"plotly.js v") == 1


# -- odd books ------------------------------------------------------------------------------------


def test_an_open_items_book_says_what_it_cannot(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "book.duckdb")
    day = date(2025, 3, 31)
    docs = [Doc("A", "1", date(2025, 1, 10), 1_234_56, due_on=date(2025, 2, 10))]
    load(workspace, Book(docs=docs, covers=None, level="C", extracted_on=day))
    found = report.build(workspace.portfolio(day), Policy())
    pages = read(risk_pdf(found, "fr"))
    workspace.close()
    text = " ".join(pages)
    assert 2 <= len(pages) <= 6
    assert "1 235 €" in text
    assert "Non disponible : les fichiers importés ne le disent pas" in text
    assert b"<h2>" in risk_html(found, "fr")


def test_a_book_without_anything_open_is_still_a_report(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "book.duckdb")
    day = date(2025, 3, 31)
    docs = [Doc("A", "1", date(2025, 3, 10), 1_234_56, due_on=date(2025, 4, 10))]
    load(workspace, Book(docs=docs, covers=(date(2025, 1, 1), day)))
    found = report.build(workspace.portfolio(date(2025, 2, 28)), Policy())
    pages = read(risk_pdf(found, "fr"))
    workspace.close()
    assert "Rien n’est ouvert" in pages[0]
    assert risk_html(found, "fr").count(b"<section") == len(risk_document(found).sections)
    assert risk_workbook(found, "fr")[:2] == b"PK"


def test_two_currencies_are_never_summed(two_currencies: RiskReport) -> None:
    pages = read(risk_pdf(two_currencies, "fr"))
    text = bare(" ".join(pages))
    assert 2 <= len(pages) <= 6
    assert bare(F.amount0(12_345, "EUR")) in text
    assert bare(F.amount0(4_996_000, "XOF")) in text
    assert bare(F.amount0(12_345 + 4_996_000, "EUR")) not in text


# -- odd names ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RiskReport]:
    """A report whose forty customers all carry a name that wants to be something else."""
    assert len(NAMES) == 40
    day = date(2025, 3, 31)
    docs = [
        Doc(
            f"C{place:02d}", str(place), date(2025, 1, 10), 900_00 - place, due_on=date(2025, 1, 31)
        )
        for place in range(len(NAMES))
    ]
    customers: list[dict[str, Any]] = [
        {
            "customer_id": f"C{place:02d}",
            "name": name,
            "owner": name[:60],
            "category": name[:60],
        }
        for place, name in enumerate(NAMES)
    ]
    limits = [
        {
            "change_id": f"file-{place}",
            "scope": "customer",
            "scope_id": f"C{place:02d}",
            "source": "internal",
            "amount_minor": 100_00,
            "currency": "EUR",
            "decided_at": datetime(2025, 1, 1),  # noqa: DTZ001 - a date of the file
            "origin": "file",
        }
        for place in range(len(NAMES))
    ]
    book = Book(docs=docs, customers=customers, limits=limits, covers=(date(2025, 1, 1), day))
    workspace = Workspace.open(tmp_path_factory.mktemp("hostile") / "book.duckdb")
    load(workspace, book)
    yield report.build(workspace.portfolio(day), Policy())
    workspace.close()


def test_forty_names_are_printed_as_they_are(
    hostile: RiskReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_AGED", "MOST_OVER"):
        monkeypatch.setattr(pack_tables, name, len(NAMES))
    text = bare(" ".join(read(risk_pdf(hostile, "fr"))))
    for name in NAMES[:36]:
        assert bare(name) in text, name
    assert "A\u202e" not in text
    assert "CœurdIleMüller" in text.replace("’", "").replace("Î", "I").replace("«", "").replace(
        "»", ""
    )


def test_forty_names_run_nothing_in_the_page(
    hostile: RiskReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_AGED", "MOST_OVER"):
        monkeypatch.setattr(pack_tables, name, len(NAMES))
    found = opened(risk_html(hostile, "fr"))
    assert not {"img", "svg", "a"} & set(found.names) - {"a"}
    assert all(address.startswith("#") for address in found.addresses)
    assert found.names.count("script") == 2 + found.names.count("figure")
    words = "".join(found.words)
    assert all(plain(name) in words for name in NAMES)


def test_forty_names_stay_text_in_the_workbook(hostile: RiskReport) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(risk_workbook(hostile, "fr")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    known = {str(cell.value) for cell in cells if cell.data_type == "s"}
    assert {name.replace("\r", "") for name in NAMES} <= known
    live = {str(cell.value) for cell in cells if cell.data_type == "f"}
    assert all(formula.startswith("=SUBTOTAL(109,$") for formula in live)
    assert not [cell for cell in cells if cell.hyperlink]


# -- what is asked for ----------------------------------------------------------------------------


def test_an_audience_reads_its_sections_alone(worked: RiskReport) -> None:
    for audience, parts in report.AUDIENCES.items():
        views = replace(worked, parts=parts, audience=audience)
        content, count = risk_pdf_pages(views, "fr")
        codes = [section.code for section in risk_document(views, "fr").sections]
        assert codes == [part for part in parts if part not in {"customers", "invoices"}]
        assert content
        assert 2 <= count <= 6


def test_an_unknown_audience_is_refused_by_name(sample: Workspace) -> None:
    with pytest.raises(UserError, match="audience_unknown"):
        report.build(sample.portfolio(SAMPLE_DATES[0]), Policy(), audience="everybody")


def test_pseudonyms_hide_every_customer_and_change_no_figure(sample: Workspace) -> None:
    views = report.build(sample.portfolio(SAMPLE_DATES[0]), Policy(), audience="sales")
    hidden = pseudonymised(views, "fr")
    assert [*hidden.customers["outstanding_minor"]] == [*views.customers["outstanding_minor"]]
    names = set(views.customers["name"]) | set(views.items["number"])
    people = {str(name) for name in views.customers["owner"].dropna()}
    page = "".join(opened(risk_html(hidden, "fr")).words)
    paper = bare(" ".join(read(risk_pdf(hidden, "fr"))))
    book = risk_workbook(hidden, "fr")
    import openpyxl

    cells = {
        str(cell.value)
        for sheet in openpyxl.load_workbook(io.BytesIO(book))
        for row in sheet.iter_rows()
        for cell in row
    }
    for name in names | people:
        assert str(name) not in page
        assert bare(str(name)) not in paper
    assert not (names | people | set(views.customers["customer_id"])) & cells
    assert (
        pseudonymised(views, "fr").customers["name"].tolist() == hidden.customers["name"].tolist()
    )
    assert hidden.customers["name"].is_unique == views.customers["customer_id"].is_unique


def test_figures_are_drawn_with_their_own_words_and_colours(document: Document) -> None:
    from arlib.charts.palette import KNOWN
    from arlib.charts.picture import picture

    for section in document.sections:
        for block in section.blocks:
            figure = getattr(block, "figure", None)
            if figure is None:
                continue
            svg = picture(figure)
            colours = {found.upper() for found in re.findall(r"#[0-9A-Fa-f]{6}", svg)}
            assert colours <= {colour.upper() for colour in KNOWN}
            words = bare(unescape("".join(re.findall(r"<tspan[^>]*>([^<]*)</tspan>", svg))))
            for note in figure.layout.annotations:
                text = re.sub(r"<[^>]*>", "", str(note.text))
                assert bare(unescape(text)) in words
            assert message(figure).alt


def test_a_template_that_lacks_its_data_fails_with_a_sentence() -> None:
    with pytest.raises(UserError, match="report_failed"):
        compile_pdf("report", {"title": "x"}, created_on=date(2025, 1, 1))


def test_style_is_not_needed_to_read_a_message(views: RiskReport) -> None:
    from arlib.charts.aging import months_figure

    chart = months_figure(views.overview.blocks[0], Style("fr"))
    assert message(chart).title == chart.layout.meta["title"]
    assert pd.notna(message(chart).alt)
