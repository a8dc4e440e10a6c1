-- Which rule of payment dates holds for each document (t_rules): its own, the customer's, the file's.
CREATE OR REPLACE TEMP VIEW t_ruled AS
SELECT
    d.*, d.due_on AS file_due_on,
    COALESCE(dt.rule_no, c.rule_no, bt.rule_no) AS rule_no
FROM t_layered AS d
LEFT JOIN t_rules AS dt ON dt.terms = d.terms
LEFT JOIN (
    SELECT k.customer_key, r.rule_no FROM customers AS k JOIN t_rules AS r ON r.terms = k.terms
) AS c ON c.customer_key = d.customer_key
LEFT JOIN t_rules AS bt ON bt.terms = d.batch_terms;
