-- The decision that stands for each pair: the last one that was not undone.
SELECT debit_key, credit_key, amount_minor, CAST(rule AS VARCHAR) AS rule, decision
FROM (
    SELECT
        m.debit_key, m.credit_key, m.amount_minor, m.rule, m.decision,
        ROW_NUMBER() OVER (PARTITION BY m.debit_key, m.credit_key ORDER BY m.sequence DESC) AS place
    FROM match_decisions AS m
    LEFT JOIN match_decisions AS u ON u.undoes = m.change_id
    WHERE m.undoes IS NULL AND u.change_id IS NULL
) AS ranked
WHERE place = 1
