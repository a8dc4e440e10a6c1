-- Decisions on proposals of the cash application, latest first.
SELECT
    m.change_id, m.decision, m.company_id, c.customer_id, c.name, m.debit_document_id,
    m.credit_document_id, dl.number AS debit_number, cl.number AS credit_number, m.amount_minor,
    d.currency, CAST(m.rule AS VARCHAR) AS rule, m.undoes, u.change_id IS NOT NULL AS is_undone,
    m.recorded_at, m.recorded_by
FROM match_decisions AS m
LEFT JOIN match_decisions AS u ON u.undoes = m.change_id
LEFT JOIN documents AS d ON d.document_key = m.debit_key
LEFT JOIN customers AS c ON c.customer_key = d.customer_key
LEFT JOIN (
    SELECT document_key, ANY_VALUE(number) AS number FROM layer_documents GROUP BY document_key
) AS dl ON dl.document_key = m.debit_key
LEFT JOIN (
    SELECT document_key, ANY_VALUE(number) AS number FROM layer_documents GROUP BY document_key
) AS cl ON cl.document_key = m.credit_key
ORDER BY m.sequence DESC
