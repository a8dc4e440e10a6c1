-- No opening line is paired.
CREATE OR REPLACE TEMP TABLE t_paired (batch_key UBIGINT, document_key UBIGINT);
