-- Lines that the live files had wrong, one a row, with their place; codes of the whole file too. The
-- $most largest of a code.
SELECT
    code, severity, company_id, file_name, sheet, row_number, "column", value, amount_minor,
    currency, detail, sequence
FROM (
    SELECT
        i.code, i.severity, b.company_id, b.file_name, i.sheet, i.row_number, i."column", i.value,
        i.amount_minor, i.currency, i.detail, b.sequence,
        ROW_NUMBER() OVER (
            PARTITION BY i.code
            ORDER BY ABS(i.amount_minor) DESC NULLS LAST, b.sequence DESC, i.sheet, i.row_number
        ) AS place
    FROM (
        SELECT batch_id, code, severity, sheet, row_number, "column", value, amount_minor, currency, detail
        FROM layer_issues
        UNION ALL
        -- found when the book is built, not when a file is read
        SELECT
            n.batch_id, 'opening_unpaired', 'doubtful', n.sheet, n.source_row, NULL, n.number,
            o.amount_minor, o.currency, c.customer_id
        FROM opening_pairings AS o
        JOIN customers AS c ON c.customer_key = o.customer_key
        JOIN batches AS x ON x.batch_key = o.batch_key
        JOIN layer_documents AS n ON n.batch_id = x.batch_id AND n.document_key = o.opening_key
        WHERE o.how IS NULL
        UNION ALL
        SELECT
            y.batch_id, 'year_missing', 'doubtful', NULL, NULL, NULL,
            STRFTIME(y.starts_on, '%Y-%m-%d'), NULL, NULL, NULL
        FROM ledger_years AS y
        WHERE y.starts_on IS NOT NULL AND y.previous_batch_ids IS NULL
    ) AS i
    JOIN live_batches AS b ON b.batch_id = i.batch_id
    JOIN companies AS c ON c.company_id = b.company_id
    WHERE i.severity <> 'ignored' OR i.code = 'duplicate_line'
) AS ranked
WHERE place <= $most
ORDER BY code, place
