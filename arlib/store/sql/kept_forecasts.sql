-- Forecasts kept that are no later than the date, the latest of each day, oldest first.
SELECT
    f.forecast_id, f.as_of, f.currency, f.week, f.week_end_on, f.expected_minor, f.p10_minor,
    f.p50_minor, f.p90_minor, f.followed_minor, f.policy_version, f.program_version, f.kept_at, f.kept_by
FROM user_forecasts AS f
JOIN (
    SELECT as_of, MAX(kept_at) AS kept_at FROM user_forecasts WHERE as_of <= $as_of GROUP BY as_of
) AS x ON x.as_of = f.as_of AND x.kept_at = f.kept_at
ORDER BY f.as_of, f.currency, f.week
