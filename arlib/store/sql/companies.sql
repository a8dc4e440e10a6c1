-- Companies of the live files; a name or a SIREN said by any of them, the best ranked first.
DELETE FROM companies;

INSERT INTO companies
SELECT
    r.company_id,
    COALESCE(MAX_BY(l.name, CASE WHEN l.name <> l.company_id THEN r.place END), r.company_id),
    MAX_BY(l.siren, CASE WHEN l.siren IS NOT NULL THEN r.place END),
    COALESCE(MAX_BY(l.currency, CASE WHEN r.is_book THEN r.place END), MAX(l.currency), 'EUR'),
    MAX_BY(r.level, CASE WHEN r.is_book THEN CASE r.level WHEN 'A' THEN 1 WHEN 'D' THEN 2 WHEN 'B' THEN 3 WHEN 'E' THEN 4 WHEN 'C' THEN 5 END END),
    MIN(CASE WHEN r.is_book THEN r.covers_from END),
    MIN(CASE
        WHEN NOT r.is_book THEN NULL
        WHEN r.scope = 'open_items' THEN r.extracted_on
        WHEN r.format_id = 'fec' THEN r.covers_from - 1
        ELSE r.covers_from
    END),
    NULL
FROM batch_rank AS r
LEFT JOIN layer_companies AS l ON l.batch_id = r.batch_id
GROUP BY r.company_id
