-- What the cash application may settle: documents of live ledgers whose line carries no lettering
-- and that nothing else settles. What a lettered group leaves open is not touched.
SELECT
    d.no AS document_key, d.customer_key, CAST(d.account_class AS VARCHAR) AS account_class,
    d.currency, CAST(d.kind AS VARCHAR) AS kind, l.number, l.reference, d.issued_on, d.due_on,
    d.amount_minor AS open_minor, COALESCE(c.is_collective, FALSE) AS is_collective
FROM t_documents AS d
JOIN batch_rank AS r
    ON r.batch_key = d.batch_key AND r.scope = 'ledger' AND r.level IN ('D', 'E')
JOIN t_layered AS l ON l.document_key = d.no AND NOT l.is_lettered
JOIN customers AS c ON c.customer_key = d.customer_key
LEFT JOIN (
    SELECT debit_no AS no FROM t_allocations UNION SELECT credit_no FROM t_allocations
) AS settled ON settled.no = d.no
WHERE settled.no IS NULL AND d.amount_minor <> 0
