-- Allocations found by the cash application (temp table t_matched), with what behaviour needs.
INSERT INTO allocations (
    customer_key, debit_key, credit_key, credit_customer_key, invoice_key, account_class,
    debit_kind, credit_kind, currency, allocated_on, issued_on, due_on, paid_on, amount_minor, rule,
    confidence
)
SELECT
    d.customer_key, d.no, c.no, c.customer_key, d.invoice_no, d.account_class, d.kind, c.kind,
    d.currency, GREATEST(d.issued_on, c.issued_on), d.issued_on, d.due_on, c.issued_on,
    m.amount_minor, m.rule, m.confidence
FROM t_matched AS m
JOIN t_documents AS d ON d.no = m.debit_key
JOIN t_documents AS c ON c.no = m.credit_key;
