-- What became of the invoices open at a past date, as the date of the portfolio knows it.
SELECT x.document_key, x.cleared_on, x.is_cash
FROM clearances AS x
JOIN (
    SELECT document_key FROM clearances
    WHERE from_on <= $cut AND to_on > $cut AND cleared_on IS NULL
) AS o ON o.document_key = x.document_key
WHERE x.from_on <= $as_of AND x.to_on > $as_of
ORDER BY x.document_key
