-- What the cash application only suggests (temp table t_proposed), numbered customer by customer:
-- the number does not depend on who else is rebuilt.
INSERT INTO match_proposals
SELECT
    d.customer_key,
    DENSE_RANK() OVER (PARTITION BY d.customer_key ORDER BY m.proposal_no),
    m.debit_key, m.credit_key, m.amount_minor, m.rule, m.confidence
FROM t_proposed AS m
JOIN t_documents AS d ON d.no = m.debit_key;
