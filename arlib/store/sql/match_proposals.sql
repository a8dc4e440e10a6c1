-- What may be accepted or refused: suggestions, and allocations of the book below the confidence.
SELECT
    c.company_id, c.customer_id, c.name, p.proposal_no, p.is_allocated,
    cl.document_id AS credit_document_id, cl.number AS credit_number,
    CAST(cd.kind AS VARCHAR) AS credit_kind, cl.reference AS credit_reference,
    cd.issued_on AS paid_on, dl.document_id AS debit_document_id, dl.number AS debit_number,
    CAST(dd.kind AS VARCHAR) AS debit_kind, dd.issued_on, dd.due_on, p.amount_minor, dd.currency,
    CAST(p.rule AS VARCHAR) AS rule, p.confidence
FROM (
    SELECT
        customer_key, proposal_no, debit_key, credit_key, amount_minor, rule, confidence,
        FALSE AS is_allocated
    FROM match_proposals
    UNION ALL
    SELECT
        customer_key, -1, debit_key, credit_key, amount_minor, rule, confidence, TRUE
    FROM allocations
    WHERE confidence < $min_confidence AND rule NOT IN ('source', 'inferred')
        AND amount_minor > 0 AND customer_key = credit_customer_key
) AS p
JOIN customers AS c ON c.customer_key = p.customer_key
JOIN documents AS dd ON dd.document_key = p.debit_key
JOIN documents AS cd ON cd.document_key = p.credit_key
JOIN batches AS dt ON dt.batch_key = dd.batch_key
JOIN batches AS ct ON ct.batch_key = cd.batch_key
LEFT JOIN layer_documents AS dl ON dl.document_key = p.debit_key AND dl.batch_id = dt.batch_id
LEFT JOIN layer_documents AS cl ON cl.document_key = p.credit_key AND cl.batch_id = ct.batch_id
WHERE dd.issued_on <= $as_of AND cd.issued_on <= $as_of
    AND ($customer IS NULL OR c.customer_id = $customer)
ORDER BY c.company_id, c.customer_id, p.is_allocated, p.proposal_no, cl.document_id, dd.due_on,
    dl.document_id
