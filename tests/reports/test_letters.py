"""Letters, statements, case files: the same amounts everywhere, the words the law asks for, names as data."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import docx
import openpyxl
import pandas as pd
import pypdf
import pytest

from arlib.i18n import formats
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.model.letter_settings import LETTER_LEVELS, SENDER_FIELDS
from arlib.model.policy import Policy
from arlib.reports.case_file import case_file_zip
from arlib.reports.letter import Asked, compose
from arlib.reports.letter_docx import letter_docx
from arlib.reports.letter_pdf import letter_pdf
from arlib.reports.letter_tables import Table
from arlib.reports.letter_text import letter_text
from arlib.reports.letter_texts import (
    BLOCKS,
    NAMES,
    parse_text,
    read_text,
    shipped_files,
    texts_folder,
)
from arlib.reports.letter_values import BLANK, drawn
from arlib.reports.letter_warnings import notes_of, warnings_of
from arlib.views import case_file, letters
from arlib.workspace import Workspace
from tests.support import letters as given
from tests.support.books import Doc, load
from tests.support.letters import AS_OF, letters_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from arlib.views.case_file import CaseFile
    from arlib.views.letters import LettersView

ON = date(2025, 7, 2)
SENDER = Policy(
    letters_name={"*": "Essai SAS"},
    letters_address={"*": "1 rue des Essais\n75001 Paris"},
    letters_legal={"*": "SAS au capital de 1 000 €, RCS Paris 552 100 554"},
    letters_contact={"*": "compta@example.org"},
    letters_place={"*": "Paris"},
    letters_signatory={"*": "Camille Martin"},
    letters_title={"*": "Directrice financière"},
    letters_bank={"*": "IBAN FR76 3000 6000 0112 3456 7890 189\nBIC AGRIFRPP"},
    letters_clause={"*": "article 7 de nos conditions générales de vente."},
    letters_delay_days=10,
)


@pytest.fixture(scope="module")
def book() -> Iterator[Workspace]:
    workspace = Workspace.open(None)
    load(workspace, letters_book())
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def view(book: Workspace) -> LettersView:
    return letters.build(book.portfolio(AS_OF), SENDER, customer_id="C1")


@pytest.fixture(scope="module")
def case(book: Workspace) -> CaseFile:
    return case_file.build(book.portfolio(AS_OF), SENDER, customer_id="C1")


def plain(text: str) -> str:
    """Return words with every space alike: a line of a PDF may break anywhere."""
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


def docx_words(content: bytes) -> str:
    """Return the paragraphs and cells of a document, in no other order than its own."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def pdf_words(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


# -- where they go ---------------------------------------------------------------------------------


def test_the_address_of_the_file_stands_above_the_letter_whole() -> None:
    told = {"address": "12 rue du Port\nBâtiment B", "postal_code": "1000", "city": "Bourg"}
    workspace = Workspace.open(None)
    load(workspace, letters_book(**told))
    later = letters_book(
        city="Lyon"
    )  # a file loaded since says the town alone: it is another address
    view = letters.build(workspace.portfolio(AS_OF), SENDER, customer_id="C1")
    letter = compose(view, Asked("letter", "R2", "fr", ON))
    assert letter.recipient == ("ALPHA SAS", "12 rue du Port", "Bâtiment B", "01000 Bourg")
    later = replace(later, scope="reference", format_id="other", extracted_on=date(2025, 7, 1))
    load(workspace, later)
    view = letters.build(workspace.portfolio(AS_OF), SENDER, customer_id="C1")
    assert view.attributes["city"] == "Lyon"
    assert compose(view, Asked("letter", "R2", "fr", ON)).recipient[-1] == "Lyon"
    assert BLANK in compose(view, Asked("letter", "R2", "fr", ON)).recipient[1]
    workspace.close()


# -- the same amounts ------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LETTER_LEVELS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_amounts_of_every_format_are_those_of_the_view(
    view: LettersView, level: str, language: str
) -> None:
    (claim,) = view.claims
    f = formats(language)
    made = compose(view, Asked("letter", level, language, ON))
    wanted = [f.amount(int(open_), "EUR") for open_ in claim.asked(level)["to_collect_minor"]]
    wanted.append(f.amount(claim.soon_minor if level == "R0" else claim.due_minor, "EUR"))
    if level in ("R3", "R4"):
        charges = claim.charges
        wanted += [
            f.amount(charges.interest_minor, "EUR"),
            f.amount(charges.indemnity_minor, "EUR"),
        ]
        wanted.append(f.amount(claim.totals["EUR"], "EUR"))
    for words in (letter_text(made), docx_words(letter_docx(made)), pdf_words(letter_pdf(made))):
        assert [amount for amount in wanted if plain(amount) not in plain(words)] == []


def test_the_tables_of_a_document_are_tables(view: LettersView) -> None:
    made = compose(view, Asked("letter", "R4", "fr", ON))
    document = docx.Document(io.BytesIO(letter_docx(made)))
    tables = [part for part in made.body if isinstance(part, Table)]
    assert [table.name for table in tables] == ["invoices", "sums"]
    for table, drawn_table in zip(tables, document.tables, strict=True):
        rows = [tuple(cell.text for cell in row.cells) for row in drawn_table.rows]
        assert rows == [*([table.titles] if table.titles else []), *table.rows]


def test_a_statement_holds_everything_open_and_its_balance(view: LettersView) -> None:
    (claim,) = view.claims
    f = formats("fr")
    made = compose(view, Asked("statement", "", "fr", ON))
    for words in (letter_text(made), docx_words(letter_docx(made)), pdf_words(letter_pdf(made))):
        told = plain(words)
        numbers = claim.items["number"].tolist()
        assert [number for number in numbers if number not in told] == []
        assert plain(f.amount(claim.outstanding_minor, "EUR")) in told
        assert plain(f.amount(claim.credits_minor, "EUR")) in told
        assert "en litige" in told
    balance = next(part for part in made.body if isinstance(part, Table) and part.name == "balance")
    sums = claim.items.groupby("bucket")["open_minor"].sum()
    assert [row[1] for row in balance.rows[:-2]] == [
        f.amount(int(sums.get(bucket, 0)), "EUR") for bucket in view.buckets
    ]


def test_several_currencies_stand_apart() -> None:
    given_book = letters_book()
    given_book.docs.append(
        Doc("C1", "U1", date(2025, 2, 1), 20_000, due_on=date(2025, 3, 3), currency="USD")
    )
    workspace = Workspace.open(None)
    load(workspace, given_book)
    view = letters.build(workspace.portfolio(AS_OF), SENDER, customer_id="C1")
    workspace.close()
    made = compose(view, Asked("letter", "R4", "fr", ON))
    tables = [part for part in made.body if isinstance(part, Table)]
    assert [table.name for table in tables] == ["invoices", "invoices", "sums", "sums"]
    euros, dollars = view.claims
    cents = euros.totals["EUR"] + dollars.totals["EUR"]
    f = formats("fr")
    total = f"{f.amount(cents, 'EUR')} et {f.amount(dollars.totals['USD'], 'USD')}"
    assert total in made.subject


# -- the law ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            "fr",
            (
                "Mise en demeure de payer la somme de",
                "valant mise en demeure au sens de l’article 1344 du code civil",
                "Lettre recommandée avec demande d’avis de réception",
                "dans un délai de 10 jours à compter de la réception",
                "article L. 441-10, II du code de commerce",
                "D. 441-5",
                "13,15 % (premier semestre 2025)",
                "majoré de 10 points",
                "Indemnité forfaitaire de recouvrement (3 × 40 €)",
                "Principal",
                "Pénalités de retard au 30/06/2025",
                "au 30 juin 2025",
                "Paris, le 2 juillet 2025",
                "article 7 de nos conditions générales de vente",
                "1 200,00 €) ne sont pas comprises",
                "IBAN FR76 3000 6000 0112 3456 7890 189",
                "Camille Martin",
            ),
        ),
        (
            "en",
            (
                "Formal notice to pay (mise en demeure)",
                "article 1344 of the French Civil Code",
                "Registered letter with acknowledgement of receipt",
                "within 10 days of receiving it",
                "article L. 441-10, II",
                "D. 441-5",
                "13.15% (first half of 2025)",
                "Principal",
                "Late payment interest to 30/06/2025",
            ),
        ),
    ],
)
def test_a_formal_notice_holds_what_the_law_asks_for(
    view: LettersView, language: str, wanted: tuple[str, ...]
) -> None:
    made = compose(view, Asked("letter", "R4", language, ON))
    for words in (letter_text(made), docx_words(letter_docx(made)), pdf_words(letter_pdf(made))):
        assert [text for text in wanted if plain(text) not in plain(words)] == []


def test_interest_not_known_is_said_and_left_out(view: LettersView) -> None:
    (claim,) = view.claims
    unknown = replace(claim.charges, interest_minor=None, missing_half_years=("2027-S1",), rates=())
    lacking = replace(view, claims=(replace(claim, charges=unknown),))
    words = plain(letter_text(compose(lacking, Asked("letter", "R4", "fr", ON))))
    assert "vous seront décomptées séparément" in words
    assert "Total, hors pénalités de retard 10 220,00 €" in words
    assert "au taux suivant" not in words
    assert any("2027" in sentence for sentence in warnings_of(lacking))


def test_nothing_is_said_of_the_law_where_nothing_is_asked(view: LettersView) -> None:
    (claim,) = view.claims
    none = replace(
        claim.charges,
        interest_minor=0,
        indemnity_minor=0,
        count_indemnities=0,
        rates=(),
        not_asked=("natural_person",),
    )
    plain_view = replace(view, claims=(replace(claim, charges=none),))
    words = letter_text(compose(plain_view, Asked("letter", "R4", "fr", ON)))
    assert "L. 441-10" not in words.replace("\u00a0", " ")
    assert "40 €" not in words
    assert any(
        "particulier" in sentence.lower() or "physique" in sentence.lower()
        for sentence in warnings_of(plain_view)
    )


def test_what_a_letter_leaves_out_is_said(view: LettersView) -> None:
    said = plain(" ".join(notes_of(view)))
    assert "1 200,00 € en litige : non réclamés." in said
    assert "500,00 € d’avoirs et de règlements non affectés : déduits." in said
    assert "dossier contentieux" in said


def test_missing_words_of_the_sender_stay_blank_lines(book: Workspace) -> None:
    view = letters.build(book.portfolio(AS_OF), Policy(), customer_id="C1")
    assert view.missing == SENDER_FIELDS
    made = compose(view, Asked("letter", "R4", "fr", ON))
    words = letter_text(made)
    for name in (
        "Raison sociale",
        "Adresse",
        "Mentions légales",
        "Coordonnées bancaires",
        "signataire",
    ):
        assert re.search(rf"{name}.*{BLANK}", words), name
    assert "engagement contractuel" not in words
    email = letter_text(compose(view, Asked("email", "R1", "fr", ON)))
    assert f"Raison sociale\u00a0: {BLANK}" in email


# -- texts that the user edits -----------------------------------------------------------------------


def test_every_text_is_there_in_both_languages_with_the_same_tables() -> None:
    assert len(shipped_files()) == 2 * len(NAMES)
    for name in NAMES:
        blocks = [
            [part.block for part in read_text(name, language).parts if part.block]
            for language in ("fr", "en")
        ]
        assert blocks[0] == blocks[1], name
        assert set(blocks[0]) <= set(BLOCKS)


@pytest.mark.parametrize("name", NAMES)
def test_french_typography_of_the_texts(view: LettersView, name: str) -> None:
    kind, _, level = name.partition("_")
    words = letter_text(compose(view, Asked(kind, level, "fr", ON)))
    words = words.replace("\n\n", "\n")
    assert re.findall(r"\w'\w", words) == []
    assert [line for line in words.splitlines() if re.search(r"\w [:;!?»](?!\d)|« ", line)] == []


def test_an_edited_text_stands_before_ours(view: LettersView, tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "letter_R2.txt").write_text(
        "# remarque\nObjet : À vous {customer_name}\n\nReste : {due}.\n\n{invoices}\n\n{sauf clause} Rien.\n\n{si clause} Clause {clause}",
        encoding="utf-8-sig",
    )
    made = compose(view, Asked("letter", "R2", "fr", ON, tmp_path))
    assert made.is_edited
    assert made.subject == "À vous ALPHA SAS"
    words = letter_text(made)
    assert "Reste\u00a0: 10\u202f100,00\u00a0€." in words
    assert "Clause article 7" in words
    assert "Rien." not in words
    assert not compose(view, Asked("letter", "R1", "fr", ON, tmp_path)).is_edited
    assert texts_folder(tmp_path / "a.duckdb", {}) == tmp_path / "texts"
    assert texts_folder(tmp_path / "a.duckdb", {"ARLIB_TEXTS": str(tmp_path)}) == tmp_path


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"Objet : a\n\n{inconnu}", "text_placeholder_unknown", "{inconnu}"),
        (b"Objet : a\n\nTotal {sums} ici", "text_placeholder_unknown", "{sums}"),
        (b"Objet : a\n\n{si inconnu} b", "text_placeholder_unknown", "{inconnu}"),
        (b"Objet : {0}\n\nb", "text_placeholder_unknown", "{0}"),
        (b"Objet : a\n\nune { seule", "text_brace", "une { seule"),
        (b"Objet : a\n\nune } seule", "text_brace", "une } seule"),
        (b"Bonjour,\n\nsans objet", "text_subject_missing", "Objet"),
        (b"Objet : a\n\n# rien\n", "text_empty", "paragraphe"),
        (b"Objet : a\n\n{si due}", "text_empty", "paragraphe"),
        ("Objet : é\n\nb".encode("cp1252"), "text_unreadable", "UTF-8"),
        (b"\xff\xfeO\x00", "text_unreadable", "UTF-8"),
        (b"Objet : a\n\n" + b"x" * 70_000, "text_unreadable", "64"),
    ],
)
def test_a_broken_text_is_a_sentence(
    view: LettersView, tmp_path: Path, content: bytes, code: str, said: str
) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "letter_R1.txt").write_bytes(content)
    with pytest.raises(UserError) as refused:
        compose(view, Asked("letter", "R1", "fr", ON, tmp_path))
    assert refused.value.code == code
    sentence = error_sentence(refused.value, "fr")
    assert said in sentence
    assert "fr/letter_R1.txt" in sentence


def test_a_folder_in_place_of_a_text_is_a_sentence(view: LettersView, tmp_path: Path) -> None:
    (tmp_path / "fr" / "letter_R1.txt").mkdir(parents=True)
    with pytest.raises(UserError, match="text_unreadable"):
        compose(view, Asked("letter", "R1", "fr", ON, tmp_path))


def test_nothing_to_ask_is_a_sentence(view: LettersView) -> None:
    nothing = replace(view, claims=(replace(view.claims[0], due_minor=0),))
    with pytest.raises(UserError) as refused:
        compose(nothing, Asked("letter", "R4", "fr", ON))
    assert "ALPHA SAS" in error_sentence(refused.value, "fr")


def test_values_are_put_in_once() -> None:
    text = parse_text("x", "Objet : {customer_name}\n\n{customer_name} : {due}", "fr")
    assert text.parts[0].words == "{customer_name}\u00a0: {due}"


# -- names are data --------------------------------------------------------------------------------


def hostile_view(view: LettersView, name: str) -> LettersView:
    """Return a letter in which everything a file or the user says is one name."""
    claims = tuple(replace(claim, items=claim.items.assign(number=name)) for claim in view.claims)
    sender = dict.fromkeys(SENDER_FIELDS, (name,))
    return replace(view, name=name, customer_id=name, sender=sender, claims=claims)


@pytest.mark.parametrize("name", given.NAMES, ids=range(len(given.NAMES)))
def test_a_name_is_never_an_instruction(view: LettersView, name: str) -> None:
    told, hostile = drawn(name), hostile_view(view, name)
    for kind, level in (("letter", "R4"), ("email", "R2"), ("statement", "")):
        asked = Asked(kind, level, "fr", ON)
        text = letter_text(compose(hostile, asked))
        assert told in text
        assert "\u202e" not in text
        # as many paragraphs as with a plain name
        assert text.count("\n\n") == letter_text(compose(view, asked)).count("\n\n")


@pytest.mark.parametrize("name", given.NAMES[::4], ids=range(len(given.NAMES[::4])))
def test_a_name_is_printed_as_it_is(view: LettersView, name: str) -> None:
    made = compose(hostile_view(view, name), Asked("letter", "R4", "fr", ON))
    pages = pypdf.PdfReader(io.BytesIO(letter_pdf(made))).pages
    assert 1 <= len(pages) <= 6
    told = drawn(name)
    assert told in docx_words(letter_docx(made))
    if told.isascii() and len(told) < 20:
        assert plain(told) in plain("\n".join(page.extract_text() for page in pages))


def test_every_name_in_one_statement(view: LettersView) -> None:
    """All of them as numbers of invoices, in one document of each format."""
    claim = view.claims[0]
    row = claim.items.iloc[[0]]
    rows = [row.assign(number=name) for name in given.NAMES]
    many = replace(view, claims=(replace(claim, items=pd.concat(rows, ignore_index=True)),))
    made = compose(many, Asked("statement", "", "fr", ON))
    for words in (letter_text(made), docx_words(letter_docx(made))):
        assert [name for name in given.NAMES if drawn(name) not in words] == []
    paper = plain(pdf_words(letter_pdf(made)))
    short = [drawn(name) for name in given.NAMES if drawn(name).isascii() and len(name) < 14]
    assert len(short) > 10
    assert [name for name in short if plain(name) not in paper] == []


# -- the case file ---------------------------------------------------------------------------------


def test_a_case_file_says_the_same_on_paper_and_in_the_workbook(case: CaseFile) -> None:
    content = case_file_zip(case, "fr")
    assert content == case_file_zip(case, "fr")
    files = {info.filename: info for info in zipfile.ZipFile(io.BytesIO(content)).infolist()}
    assert set(files) == {"dossier_C1_2025-06-30.pdf", "dossier_C1_2025-06-30.xlsx"}
    assert {info.date_time for info in files.values()} == {(1980, 1, 1, 0, 0, 0)}
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        paper = plain(pdf_words(source.read("dossier_C1_2025-06-30.pdf")))
        workbook = openpyxl.load_workbook(io.BytesIO(source.read("dossier_C1_2025-06-30.xlsx")))
    titles = [
        "Identité et sommes",
        "Pièces ouvertes",
        "Pénalités et indemnités",
        "Relances et appels",
    ]
    assert workbook.sheetnames[:4] == titles
    (claim,) = case.letters.claims
    f = formats("fr")
    for minor in (claim.due_minor, claim.charges.interest_minor, claim.totals["EUR"]):
        assert plain(f.amount(minor, "EUR")) in paper
    lines = {
        str(row[1]): row[2] for row in workbook["Identité et sommes"].iter_rows(values_only=True)
    }
    assert lines["Total à payer"] == claim.totals["EUR"] / 100
    assert lines["Pénalités de retard"] == (claim.charges.interest_minor or 0) / 100
    rows = list(workbook["Pénalités et indemnités"].iter_rows(values_only=True))
    place = rows[0].index("Intérêts")
    assert sum(round(row[place] * 100) for row in rows[1:]) == case.interest["interest_minor"].sum()
    assert "ALPHA SAS" in paper
    assert "20/05/2025" in paper
    assert "Prix" in paper or "PRIX" in paper


@pytest.mark.parametrize("name", given.NAMES[::12], ids=range(len(given.NAMES[::12])))
def test_a_case_file_of_any_name(case: CaseFile, name: str) -> None:
    hostile = replace(case, letters=replace(case.letters, name=name, customer_id=name))
    with zipfile.ZipFile(io.BytesIO(case_file_zip(hostile, "en"))) as source:
        names = source.namelist()
        assert all(re.fullmatch(r"dossier_[\w-]*_2025-06-30\.(pdf|xlsx)", found) for found in names)
        assert source.testzip() is None


def test_the_same_letter_gives_the_same_bytes(view: LettersView) -> None:
    made = compose(view, Asked("letter", "R4", "fr", ON))
    assert letter_docx(made) == letter_docx(made)
    assert letter_pdf(made) == letter_pdf(made)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_a_letter(view: LettersView, tmp_path: Path) -> None:
    made = compose(view, Asked("letter", "R4", "fr", ON))
    path = tmp_path / "letter.docx"
    path.write_bytes(letter_docx(made))
    folder = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", folder, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
    words = plain(pdf_words((tmp_path / "letter.pdf").read_bytes()))
    assert plain(made.subject) in words
    assert plain(formats("fr").amount(view.claims[0].totals["EUR"], "EUR")) in words
