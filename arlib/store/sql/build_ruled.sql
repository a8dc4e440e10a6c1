-- The due date that a file tells of each document, else that of a file loaded to complete; and which
-- rule of payment dates holds (t_rules): that of the document, of the file loaded to complete, fixed by
-- hand for the customer at its date (t_user_terms), the customer's, the file's.
CREATE OR REPLACE TEMP TABLE t_completed AS
SELECT
    d.customer_key, d.number,
    MAX_BY(d.due_on, r.place) AS due_on, MAX_BY(d.terms, r.place) AS terms
FROM t_layer_documents AS d
JOIN batch_rank AS r ON r.batch_id = d.batch_id AND NOT r.is_book
JOIN touched AS t ON t.customer_key = d.customer_key
WHERE d.number IS NOT NULL AND d.kind IN ('invoice', 'opening')
GROUP BY d.customer_key, d.number;

CREATE OR REPLACE TEMP VIEW t_ruled AS
SELECT
    d.*, COALESCE(d.due_on, f.due_on) AS file_due_on,
    COALESCE(dt.rule_no, ft.rule_no, ut.rule_no, c.rule_no, bt.rule_no) AS rule_no
FROM t_layered AS d
LEFT JOIN t_rules AS dt ON dt.terms = d.terms
LEFT JOIN t_completed AS f ON f.customer_key = d.customer_key AND f.number = d.number
LEFT JOIN t_rules AS ft ON ft.terms = f.terms
LEFT JOIN t_user_terms AS u
    ON u.customer_key = d.customer_key AND d.issued_on >= u.from_on AND d.issued_on < u.to_on
LEFT JOIN t_rules AS ut ON ut.terms = u.terms
LEFT JOIN (
    SELECT k.customer_key, r.rule_no FROM customers AS k JOIN t_rules AS r ON r.terms = k.terms
) AS c ON c.customer_key = d.customer_key
LEFT JOIN t_rules AS bt ON bt.terms = d.batch_terms;
