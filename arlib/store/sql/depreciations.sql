-- Entries about depreciation that stand, decided on figures no later than the date, in order.
SELECT
    u.change_id, u.kind, u.company_id, u.customer_id, u.document_id, u.currency, u.on_date, u.ratio,
    u.amount_minor, u.reason, u.recorded_at AS at, u.recorded_by AS by
FROM user_depreciations AS u
WHERE u.on_date <= $as_of AND u.undoes IS NULL
    AND u.change_id NOT IN (
        SELECT x.undoes FROM user_depreciations AS x WHERE x.undoes IS NOT NULL
    )
ORDER BY u.sequence
