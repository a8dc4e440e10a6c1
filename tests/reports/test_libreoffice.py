"""LibreOffice opens our workbooks and counts their totals again: the same values, nothing repaired."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from arlib.reports.own_example import example_workbook
from arlib.reports.own_template import fill
from arlib.reports.workbook import risk_workbook
from arlib.reports.zipped import zipped

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook

    from arlib.views.report import RiskReport

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not on this machine"),
]
_VALUE = re.compile(rb"(<f[^>]*>[^<]*</f>)<v>[^<]*</v>")


@pytest.fixture(scope="module", autouse=True)
def calc(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where only other parts of LibreOffice are installed."""
    folder = tmp_path_factory.mktemp("calc")
    (folder / "one.csv").write_text("a\n1\n", encoding="utf-8")
    converted(folder / "one.csv", folder)


def without_values(content: bytes) -> bytes:
    """Return the workbook with no value beside its formulas: whoever shows one has counted."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({name: _VALUE.sub(rb"\1", part) for name, part in parts.items()})


def opened_by_office(content: bytes, folder: Path) -> Workbook:
    """Return the workbook as LibreOffice opens it, counts it again and saves it."""
    (folder / "in").mkdir(parents=True)
    source = folder / "in" / "book.xlsx"
    source.write_bytes(content)
    converted(source, folder)
    return openpyxl.load_workbook(folder / "out" / "book.xlsx", data_only=True)


def converted(source: Path, folder: Path) -> None:
    """Have LibreOffice open a file and save it as a workbook under ``out``."""
    said = subprocess.run(
        [
            str(OFFICE), "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(source),
        ],
        capture_output=True, text=True, check=True, timeout=180,
    )  # fmt: skip
    told = said.stdout + said.stderr
    if source.suffix == ".csv" and not (folder / "out" / f"{source.stem}.xlsx").exists():
        pytest.skip("LibreOffice is here without Calc")
    assert "error" not in told.lower()


def compared(content: bytes, folder: Path) -> int:
    """Compare every cell; return the number of formulas counted again."""
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    live = openpyxl.load_workbook(io.BytesIO(content))
    again = opened_by_office(without_values(content), folder)
    assert again.sheetnames == shown.sheetnames
    count = 0
    for sheet in shown:
        for row in sheet.iter_rows():
            for cell in row:
                found: Any = again[sheet.title][cell.coordinate].value
                where = (sheet.title, cell.coordinate)
                if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
                    assert found == pytest.approx(cell.value, abs=1e-6), where
                elif cell.value not in (None, ""):
                    assert found == cell.value, where
                count += live[sheet.title][cell.coordinate].data_type == "f"
    return count


def test_totals_counted_again_are_those_written(views: RiskReport, tmp_path: Path) -> None:
    assert compared(risk_workbook(views, "fr"), tmp_path) > 15


def test_dangerous_names_and_two_currencies(
    worked: RiskReport, two_currencies: RiskReport, tmp_path: Path
) -> None:
    assert compared(risk_workbook(worked, "fr"), tmp_path / "worked") > 15
    assert compared(risk_workbook(two_currencies, "fr"), tmp_path / "two") > 4


def test_a_model_filled_is_opened_and_counted(views: RiskReport, tmp_path: Path) -> None:
    content = fill(example_workbook(views.policy, "fr"), views, "fr").content
    again = opened_by_office(content, tmp_path)
    rows = list(again["Dépassements"].iter_rows(values_only=True))
    place = list(rows[0]).index("Dépassement")
    total = rows[-1][place]
    assert total == pytest.approx(sum(float(row[place]) for row in rows[1:-1]))
    sums = views.risk.overruns
    assert total == pytest.approx(int(sums["overrun_minor"].iloc[0]) / 100)
