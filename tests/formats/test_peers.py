"""Other shapes of the same exports, as other producers write them, and two peers' own cases."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from arlib.ingest import read_files
from arlib.model.files import FileInput, ImportOptions, ParsedFile
from tests.formats import golden

D = dt.date


def read(text: str, name: str = "export.csv", **options: Any) -> ParsedFile:
    (parsed,) = read_files([FileInput(name, text.encode())], ImportOptions(**options))
    return parsed


def balances(parsed: ParsedFile, day: dt.date) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = golden.as_booked(parsed, day)["balances"]
    return found


def codes(parsed: ParsedFile) -> Counter[str]:
    return Counter(issue.code for issue in parsed.issues)


# -- QuickBooks and Xero: the cases that public projects assert

QUICKBOOKS = """Harbour Repairs
A/R Aging Detail
As of 31 December 2025

Num,Customer,Date,Due Date,Amount,Open Balance,P.O. #
1041,"Delaunay, Ève",11/18/2025,12/18/2025,"1,284.50","1,284.50",
1052,"Okabe, Rin",12/02/2025,12/02/2025,"642.00","642.00",
1063,Granite Ridge Group,12/14/2025,01/13/2026,"4,180.75","2,180.75",PO-8841
1070,"Amadi, Chidi",12/28/2025,12/28/2025,"310.00","310.00",
1071,Nobody Known,12/29/2025,01/28/2026,"500.00","500.00",
"""


def test_the_quickbooks_case_keeps_the_unknown_customer_and_the_part_paid_invoice() -> None:
    parsed = read(QUICKBOOKS)
    assert parsed.format_id == "qbo_aging"
    assert parsed.extracted_on == D(2025, 12, 31)
    assert sum(parsed.control_totals.values()) == 491_725
    booked = golden.as_booked(parsed, D(2025, 12, 31))
    (currency,) = booked["balances"]
    assert booked["balances"][currency]["Nobody Known"] == 50_000
    part = next(item for item in booked["open_items"] if item["number"] == "1063")
    assert (part["amount"], part["open"]) == (418_075, 218_075)
    assert part["issued_on"] == "2025-12-14"  # month first, told by the other dates


XERO = """Aged Receivables Detail
Harbour Repairs Ltd
As at 31 March 2026
Ageing by due date

Invoice Date,Due Date,Invoice Number,Invoice Reference,Current,< 1 Month,1 Month,2 Months,3 Months,Older,Total
Granite Ridge Group
15 Jan 2026,14 Feb 2026,INV-001,,0.00,0.00,"2,000.00",0.00,0.00,0.00,"2,000.00"
20 Mar 2026,19 Apr 2026,INV-009,,"3,000.00",0.00,0.00,0.00,0.00,0.00,"3,000.00"
25 Mar 2026,25 Mar 2026,,Credit,0.00,(150.00),0.00,0.00,0.00,0.00,(150.00)
Total Granite Ridge Group,,,,"3,000.00",(150.00),"2,000.00",0.00,0.00,0.00,"4,850.00"

Total,,,,0.00,0.00,0.00,0.00,0.00,0.00,0.00
"""


def test_a_xero_total_that_is_not_its_lines_is_said_and_nothing_is_lost() -> None:
    parsed = read(XERO)
    assert (parsed.format_id, parsed.extracted_on) == ("xero_aged", D(2026, 3, 31))
    assert parsed.refusal is None
    assert sum(parsed.control_totals.values()) == 485_000
    assert (parsed.rows_kept, parsed.rows_refused) == (3, 0)
    found = codes(parsed)
    assert found["control_total_differs"] == 1
    assert (found["section_row"], found["total_row"]) == (1, 2)


# -- SAP


def test_sap_open_items_alone_are_an_extraction() -> None:
    text = (
        "Account;Name 1;Document Number;Document Type;Document Date;Net due date;"
        "Amount in local currency;Local Currency;Special G/L ind.;Assignment\n"
        "100012;Durand SA;1800000012;RV;01.09.2026;01.10.2026;1.200,00;EUR;;90001\n"
        "100012;Durand SA;1400000077;DZ;05.10.2026;05.10.2026;200,00-;EUR;;\n"
        "100012;Durand SA;1400000078;DZ;06.10.2026;06.10.2026;300,00-;EUR;A;\n"
        "100013;Petit & Fils;1800000020;RV;10.09.2026;10.10.2026;99,90;EUR;;90002\n"
        "100013;Petit & Fils;1800000021;RV;10.09.2026;10.10.2026;5.000,00;EUR;G;caution\n"
        ";;;;;;799,90;EUR;;\n"
    )
    parsed = read(text, extracted_on=D(2026, 10, 31))
    assert (parsed.format_id, parsed.scope, parsed.level) == ("sap_fbl5n", "open_items", "C")
    assert codes(parsed)["not_posted"] == 1
    assert codes(parsed)["total_row"] == 1
    assert balances(parsed, D(2026, 10, 31)) == {"EUR": {"100012": 70_000, "100013": 9_990}}
    classes = parsed.tables["documents"]["account_class"].to_pylist()
    assert sorted(classes) == ["advance", "receivable", "receivable", "receivable"]


def test_sap_items_in_two_currencies_are_never_added() -> None:
    text = (
        "Account\tDocument Number\tType\tDoc. Date\tNet due dt\tAmount in doc. curr.\tCurr.\t"
        "Amount in local cur.\tLCurr\tClearing date\tClrng doc.\n"
        "K1\t1\tRV\t01.09.2026\t01.10.2026\t1.000,00\tUSD\t900,00\tEUR\t\t\n"
        "K1\t2\tRV\t02.09.2026\t02.10.2026\t500,00\tEUR\t500,00\tEUR\t\t\n"
        "K1\t3\tRV\t02.08.2026\t02.09.2026\t70,00\tEUR\t70,00\tEUR\t10.09.2026\t14000001\n"
        "K1\t4\tDZ\t09.09.2026\t09.09.2026\t70,00-\tEUR\t70,00-\tEUR\t10.09.2026\t14000001\n"
        "\t\t\t\t\t500,00\tEUR\t\t\t\t\n"
        "\t\t\t\t\t1.000,00\tUSD\t\t\t\t\n"
    )
    parsed = read(text, "export.txt", extracted_on=D(2026, 10, 31))
    assert (parsed.format_id, parsed.level, parsed.rows_kept) == ("sap_fbl5n", "B", 4)
    assert codes(parsed)["total_row"] == 2
    assert balances(parsed, D(2026, 10, 31)) == {"EUR": {"K1": 50_000}, "USD": {"K1": 100_000}}


# -- Business Central


def test_business_central_fields_without_captions() -> None:
    text = (
        "Document_Type,Customer_No_,Document_No_,Due_Date,Document_Date,External_Document_No_,"
        "Amount,Currency_Code,ClosedAtDate,Open,Remaining_Amount\n"
        "Invoice,D1,FV-1,2026-10-01,2026-09-01,,1200.00,,,true,700.00\n"
        "Payment,D1,PV-1,2026-09-20,2026-09-20,,-500.00,,2026-09-20,false,0.00\n"
        "Credit Memo,D2,AV-1,2026-09-20,2026-09-20,,-80.00,,,true,-80.00\n"
        "Invoice,D2,FV-2,2026-10-15,2026-09-15,,300.00,USD,,true,300.00\n"
    )
    parsed = read(text, extracted_on=D(2026, 10, 31), company_id="x")
    assert (parsed.format_id, parsed.level) == ("bc_ledger", "C")
    found = balances(parsed, D(2026, 10, 31))
    assert found == {"EUR": {"D1": 70_000, "D2": -8_000}, "USD": {"D2": 30_000}}


# -- QuickBooks, by customer


def test_quickbooks_collections_name_the_customer_above_his_lines() -> None:
    text = (
        "Harbour Repairs\nCollections Report\nAs of October 31, 2026\n\n"
        ",Date,Transaction type,Num,Due date,Past due,Amount,Open balance\n"
        "Granite Ridge Group,,,,,,,\n"
        ',09/13/2026,Invoice,1041,10/13/2026,18,"1,284.50","1,284.50"\n'
        ",09/20/2026,Invoice,1042,10/20/2026,11,100.00,60.00\n"
        'Total for Granite Ridge Group,,,,,,"1,384.50","1,344.50"\n'
        "Rin Okabe,,,,,,,\n"
        ",10/02/2026,Invoice,1052,10/02/2026,29,642.00,642.00\n"
        "Total for Rin Okabe,,,,,,642.00,642.00\n"
        'TOTAL,,,,,,"2,026.50","1,986.50"\n'
    )
    parsed = read(text)
    assert (parsed.format_id, parsed.extracted_on) == ("qbo_aging", D(2026, 10, 31))
    assert parsed.rows_refused == 0
    (found,) = balances(parsed, D(2026, 10, 31)).values()
    assert found == {"Granite Ridge Group": 134_450, "Rin Okabe": 64_200}


# -- Odoo, drafts among the journal items


def test_odoo_drafts_are_set_aside() -> None:
    text = (
        '"date","move_name","journal_id/code","account_id/code","partner_id/name","name",'
        '"date_maturity","debit","credit","matching_number","parent_state"\n'
        '"2026-06-10","F-1","INV","411100","Durand","F-1","2026-07-10","1200.00","0.00","","posted"\n'
        '"2026-06-11","/","INV","411100","Durand","F-2","2026-07-11","50.00","0.00","","draft"\n'
        '"2026-06-12","F-3","INV","411100","Petit","F-3","2026-07-12","100.00","0.00","","posted"\n'
    )
    parsed = read(text)
    assert (parsed.format_id, parsed.rows_read, parsed.rows_kept) == ("odoo_moves", 3, 2)
    aside = [issue.row_number for issue in parsed.issues if issue.code == "not_posted"]
    assert aside == [3]
    assert parsed.control_totals == {"EUR": 130_000}


# -- Odoo, later version: « At Date », payments without invoice date, no total below


def test_odoo_aged_without_totals_below() -> None:
    text = (
        ",Invoice Date,Due Date,At Date,1-30,31-60,61-90,91-120,Older,Total\n"
        "Aged Receivable,,,100.00,250.00,0.00,0.00,0.00,0.00,350.00\n"
        "Durand SA,,,100.00,300.00,0.00,0.00,0.00,0.00,400.00\n"
        "INV/2026/00012,2026-09-01,2026-10-01,0.00,300.00,0.00,0.00,0.00,0.00,300.00\n"
        "INV/2026/00013,2026-10-15,2026-11-15,100.00,0.00,0.00,0.00,0.00,0.00,100.00\n"
        "Petit & Fils,,,0.00,-50.00,0.00,0.00,0.00,0.00,-50.00\n"
        "PBNK1/2026/00003,,2026-10-12,0.00,-50.00,0.00,0.00,0.00,0.00,-50.00\n"
    )
    parsed = read(text, extracted_on=D(2026, 10, 31))
    assert (parsed.format_id, parsed.rows_kept, parsed.rows_refused) == ("odoo_aged", 3, 0)
    found = balances(parsed, D(2026, 10, 31))
    assert found == {"EUR": {"Durand SA": 40_000, "Petit & Fils": -5_000}}


def test_odoo_aged_not_unfolded_is_a_summary() -> None:
    text = (
        ",Invoice Date,Due Date,At Date,1-30,31-60,61-90,91-120,Older,Total\n"
        "Aged Receivable,,,100.00,250.00,0.00,0.00,0.00,12.00,362.00\n"
        "Durand SA,,,100.00,300.00,0.00,0.00,0.00,12.00,412.00\n"
        "Petit & Fils,,,0.00,-50.00,0.00,0.00,0.00,0.00,-50.00\n"
        "Total Aged Receivable,,,100.00,250.00,0.00,0.00,0.00,12.00,362.00\n"
    )
    parsed = read(text, extracted_on=D(2026, 10, 31))
    assert (parsed.format_id, parsed.level, parsed.rows_kept) == ("odoo_aged", "C", 2)
    assert codes(parsed)["control_total_differs"] == 0
    booked = golden.as_booked(parsed, D(2026, 10, 31))
    assert booked["balances"] == {"EUR": {"Durand SA": 41_200, "Petit & Fils": -5_000}}
    assert booked["aging"]["EUR"]["90+"] == 1_200


# -- aged balances of other French programs


def test_french_aged_balances_read_alike() -> None:
    text = (
        "Balance âgée au 31/10/2026;;;;;;\n"
        "Code client;Raison sociale;À échoir;De 1 à 30 jours;De 31 à 60 jours;De 61 à 90 jours;Plus de 90 jours;Total dû\n"
        "D1;Durand SA;100,00;0,00;50,00;0,00;25,50;175,50\n"
        "D2;Petit & Fils;0,00;-12,00;0,00;0,00;0,00;-12,00\n"
        ";TOTAUX;100,00;-12,00;50,00;0,00;25,50;163,50\n"
    )
    parsed = read(text)
    assert (parsed.level, parsed.extracted_on) == ("C", D(2026, 10, 31))
    booked = golden.as_booked(parsed, D(2026, 10, 31))
    assert booked["balances"] == {"EUR": {"D1": 17_550, "D2": -1_200}}
    assert booked["aging"] == {
        "EUR": {"not_due": 10_000, "31-60": 5_000, "90+": 2_550, "unallocated": -1_200}
    }


# -- Dolibarr, states in words


def test_dolibarr_list_with_drafts_and_abandoned_invoices() -> None:
    text = (
        "Réf. facture;Tiers;Date facturation;Date limite règlement;Montant TTC;Reste à payer;État\n"
        "FA2610-0001;Durand;01/09/2026;01/10/2026;120,00;120,00;Impayée\n"
        "FA2610-0002;Durand;02/09/2026;02/10/2026;60,00;0,00;Payée\n"
        "(PROV14);Durand;03/09/2026;;99,00;99,00;Brouillon\n"
        "FA2609-0009;Petit;01/08/2026;31/08/2026;45,00;45,00;Abandonnée\n"
        "AV2610-0001;Petit;05/09/2026;05/09/2026;-10,00;-10,00;Impayée\n"
    )
    parsed = read(text, extracted_on=D(2026, 10, 31))
    assert parsed.format_id == "dolibarr"
    assert codes(parsed)["not_posted"] == 2
    assert balances(parsed, D(2026, 10, 31)) == {"EUR": {"Durand": 12_000, "Petit": -1_000}}


def test_dolibarr_invoices_repeated_for_each_payment_are_one() -> None:
    text = (
        "Réf. facture,Nom tiers,Date facturation,Date échéance,Total TTC,Facture payée,Montant paiement,Date paiement\n"
        "FA1,Durand,2026-09-01,2026-10-01,100.00000000,1,60.00000000,2026-09-10\n"
        "FA1,Durand,2026-09-01,2026-10-01,100.00000000,1,40.00000000,2026-09-20\n"
        "FA2,Durand,2026-09-02,2026-10-02,80.00000000,0,30.00000000,2026-09-22\n"
        "FA3,Petit,2026-09-05,2026-10-05,50.00000000,0,,\n"
    )
    parsed = read(text, extracted_on=D(2026, 10, 31))
    assert (parsed.format_id, parsed.level, parsed.rows_kept) == ("dolibarr", "B", 3)
    repeated = [issue.row_number for issue in parsed.issues if issue.code == "duplicate_line"]
    assert repeated == [3]
    assert sum(parsed.control_totals.values()) == 23_000
    found = golden.as_booked(parsed, D(2026, 10, 31))
    assert found["balances"] == {"EUR": {"Durand": 5_000, "Petit": 5_000}}
    paid = {
        row["number"]: (row["issued_on"], row["amount_minor"])
        for row in parsed.tables["documents"].to_pylist()
        if row["kind"] == "payment"
    }
    assert paid["FA1"] == (D(2026, 9, 20), -10_000)
