-- The rule of each term written anywhere; rule 0 is the default one.
CREATE OR REPLACE TEMP TABLE t_rules AS
SELECT
    UNNEST(CAST($terms AS VARCHAR[])) AS terms, UNNEST(CAST($numbers AS INTEGER[])) AS rule_no,
    UNNEST(CAST($kinds AS VARCHAR[])) AS kind, UNNEST(CAST($days AS INTEGER[])) AS days,
    UNNEST(CAST($day AS INTEGER[])) AS day, UNNEST(CAST($months AS INTEGER[])) AS months;
