INSERT INTO user_forecasts
SELECT
    $identity, $as_of, currency, week, week_end_on, expected_minor, p10_minor, p50_minor, p90_minor,
    followed_minor, $policy, $program, $at, $by
FROM kept_weeks
