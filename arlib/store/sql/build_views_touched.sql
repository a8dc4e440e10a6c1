-- What the build reads of the tables it has just written: the touched customers' rows.
CREATE OR REPLACE TEMP VIEW t_documents AS
SELECT x.document_key AS no, x.invoice_key AS invoice_no, x.* FROM documents AS x
JOIN touched AS t ON t.customer_key = x.customer_key;

CREATE OR REPLACE TEMP VIEW t_allocations AS
SELECT x.debit_key AS debit_no, x.credit_key AS credit_no, x.* FROM allocations AS x
JOIN touched AS t ON t.customer_key = x.customer_key;

CREATE OR REPLACE TEMP VIEW t_balances AS
SELECT x.* FROM document_balances AS x
JOIN touched AS t ON t.customer_key = x.customer_key;

