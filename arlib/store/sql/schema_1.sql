CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL);
INSERT INTO meta VALUES ('data_version', '0');

-- The journal of imports; is_hidden is computed from the whole set after each change.
CREATE TABLE batches (
    batch_id VARCHAR NOT NULL PRIMARY KEY,
    batch_key UBIGINT NOT NULL,         -- the same, as an integer
    sequence BIGINT NOT NULL,
    file_name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    format_id VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    level VARCHAR,
    company_id VARCHAR NOT NULL,
    covers_from DATE,
    covers_to DATE,
    extracted_on DATE,
    terms VARCHAR,
    replace_mode VARCHAR NOT NULL,
    replaces VARCHAR NOT NULL,          -- batch ids it replaces, comma separated
    confidence DOUBLE NOT NULL,
    state VARCHAR NOT NULL,             -- live, superseded, undone
    imported_at TIMESTAMP NOT NULL,
    imported_by VARCHAR NOT NULL,
    undone_at TIMESTAMP,
    undone_by VARCHAR,
    rows_read BIGINT NOT NULL,
    rows_kept BIGINT NOT NULL,
    rows_ignored BIGINT NOT NULL,
    rows_refused BIGINT NOT NULL,
    control_totals VARCHAR NOT NULL     -- JSON: currency -> minor units
);

CREATE TABLE policies (
    version VARCHAR NOT NULL, content VARCHAR NOT NULL, set_at TIMESTAMP NOT NULL, set_by VARCHAR NOT NULL
);

CREATE TABLE mappings (
    signature VARCHAR NOT NULL, field VARCHAR NOT NULL, header VARCHAR NOT NULL,
    set_at TIMESTAMP NOT NULL, set_by VARCHAR NOT NULL
);

-- Limits fixed by hand belong to no batch; append-only.
CREATE TABLE user_limits (
    sequence BIGINT NOT NULL,
    company_id VARCHAR NOT NULL,
    change_id VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    scope_id VARCHAR,
    source VARCHAR NOT NULL,
    amount_minor BIGINT,
    currency VARCHAR NOT NULL,
    valid_from DATE,
    valid_to DATE,
    cover_ratio DOUBLE,
    is_refused BOOLEAN,
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    reason VARCHAR,
    origin VARCHAR NOT NULL,
    before_minor BIGINT,
    undoes VARCHAR                      -- change_id this entry undoes
);

-- The book: a pure function of the live layers.
CREATE TABLE companies (
    company_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    siren VARCHAR,
    currency VARCHAR NOT NULL,
    level VARCHAR,
    covers_from DATE,
    first_as_of DATE,
    last_date DATE
);

-- customer_key and document_key: 64-bit digests of the natural keys (docs/decisions/001). The way
-- currencies are stored is said: trying every way costs a third of writing these tables.
CREATE TABLE customers (
    customer_key UBIGINT NOT NULL,
    company_id VARCHAR NOT NULL, customer_id VARCHAR NOT NULL, name VARCHAR NOT NULL,
    group_id VARCHAR, siren VARCHAR, vat_number VARCHAR, country VARCHAR, category VARCHAR,
    sector VARCHAR, owner VARCHAR, terms VARCHAR, payment_method VARCHAR, payment_regime VARCHAR,
    contract_late_rate DOUBLE, is_intercompany BOOLEAN, is_natural_person BOOLEAN,
    is_collective BOOLEAN, insolvency VARCHAR, insolvency_on DATE, external_score DOUBLE,
    external_score_scale VARCHAR, external_score_on DATE, review_on DATE, first_issued_on DATE
);

CREATE TABLE documents (
    customer_key UBIGINT NOT NULL,
    document_key UBIGINT NOT NULL,
    invoice_key UBIGINT NOT NULL,
    batch_key UBIGINT NOT NULL,
    account_class account_class_t NOT NULL,
    kind kind_t NOT NULL,
    is_cash_sale BOOLEAN NOT NULL,
    issued_on DATE NOT NULL,
    posted_on DATE,
    due_on DATE NOT NULL,
    due_source due_source_t NOT NULL,
    amount_minor BIGINT NOT NULL,
    tax_minor BIGINT,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    amount_company_minor BIGINT
);

CREATE TABLE allocations (
    customer_key UBIGINT NOT NULL,
    debit_key UBIGINT NOT NULL,
    credit_key UBIGINT NOT NULL,
    credit_customer_key UBIGINT NOT NULL,
    invoice_key UBIGINT NOT NULL,
    account_class account_class_t NOT NULL,
    debit_kind kind_t NOT NULL,
    credit_kind kind_t NOT NULL,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    allocated_on DATE NOT NULL,
    matched_on DATE,
    allocated_after_on DATE,
    issued_on DATE NOT NULL,
    due_on DATE NOT NULL,
    paid_on DATE NOT NULL,
    amount_minor BIGINT NOT NULL,
    rule rule_t NOT NULL,
    confidence DOUBLE NOT NULL
);

CREATE TABLE disputes (
    customer_key UBIGINT NOT NULL,
    document_key UBIGINT NOT NULL,
    opened_on DATE NOT NULL,
    closed_on DATE NOT NULL,            -- exclusive; 9999-12-31 while open
    is_undated BOOLEAN NOT NULL,
    amount_minor BIGINT,
    reason VARCHAR,
    outcome VARCHAR,
    source VARCHAR NOT NULL
);

-- Derived: the book at D is from_on <= D and to_on > D.
CREATE TABLE document_balances (
    customer_key UBIGINT NOT NULL,
    account_class account_class_t NOT NULL,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    kind kind_t NOT NULL,
    issued_on DATE NOT NULL,
    due_on DATE NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    open_minor BIGINT NOT NULL,
    open_company_minor BIGINT,
    disputed_minor BIGINT NOT NULL,
    document_key UBIGINT NOT NULL
);

CREATE TABLE settled_invoices (
    customer_key UBIGINT NOT NULL,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    invoice_key UBIGINT NOT NULL,
    due_on DATE NOT NULL,
    amount_minor BIGINT NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    last_cash_on DATE NOT NULL,
    confidence DOUBLE NOT NULL
);

CREATE TABLE balance_snapshots (
    month_end DATE NOT NULL,
    customer_key UBIGINT NOT NULL,
    account_class account_class_t NOT NULL,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    bucket INTEGER NOT NULL,            -- 0 not due, 1.. late, 99 credits
    balance_minor BIGINT NOT NULL,
    disputed_minor BIGINT NOT NULL
);

-- The same summed by company, for the series of a whole book.
CREATE TABLE company_snapshots (
    month_end DATE NOT NULL,
    company_id VARCHAR NOT NULL,
    account_class account_class_t NOT NULL,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    bucket INTEGER NOT NULL,
    balance_minor BIGINT NOT NULL,
    disputed_minor BIGINT NOT NULL
);

CREATE TABLE exposure_deltas (
    customer_key UBIGINT NOT NULL,
    account_class account_class_t NOT NULL,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    day DATE NOT NULL,
    delta_minor BIGINT NOT NULL,
    delta_company_minor BIGINT
);

CREATE VIEW live_batches AS SELECT * FROM batches WHERE state = 'live';

CREATE TABLE snapshot_months (month_end DATE NOT NULL);
