-- Closed lists are stored as small integers; currencies and codes stay text.
CREATE TYPE account_class_t AS ENUM (
    'receivable', 'bill', 'doubtful', 'retention', 'advance', 'accrued'
);
CREATE TYPE kind_t AS ENUM (
    'invoice', 'credit_note', 'payment', 'deposit', 'refund', 'bounce', 'bill', 'opening',
    'write_off', 'adjustment'
);
CREATE TYPE due_source_t AS ENUM ('file', 'terms', 'default');
CREATE TYPE rule_t AS ENUM (
    'source', 'reference', 'amount', 'zero_balance', 'combination', 'tolerance', 'fifo', 'inferred'
);
