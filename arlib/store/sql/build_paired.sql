-- Opening lines that are paired: they are no documents of the book.
CREATE OR REPLACE TEMP TABLE t_paired AS
SELECT newer_key AS batch_key, opening_key AS document_key FROM t_pairs;
