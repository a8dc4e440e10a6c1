INSERT INTO user_closings VALUES ($identity, $as_of, $policy, $program, $at, $by);
INSERT INTO user_closing_figures
SELECT
    $identity, place, company_id, currency, measure, bucket, amount_minor, number, reason
FROM kept_figures;
INSERT INTO user_closing_files
SELECT $identity, batch_id, sha256, file_name, company_id FROM batches WHERE state = 'live'
