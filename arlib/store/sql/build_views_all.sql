-- Everyone is touched: the same rows without a join.
CREATE OR REPLACE TEMP VIEW t_documents AS
SELECT x.document_key AS no, x.invoice_key AS invoice_no, x.* FROM documents AS x;

CREATE OR REPLACE TEMP VIEW t_allocations AS
SELECT x.debit_key AS debit_no, x.credit_key AS credit_no, x.* FROM allocations AS x;

CREATE OR REPLACE TEMP VIEW t_balances AS
SELECT x.* FROM document_balances AS x;

