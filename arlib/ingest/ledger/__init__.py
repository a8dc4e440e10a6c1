"""What every ledger shares once its lines are read: customers, kinds, lettering, who paid whom.

``raw.Lines`` (texts by canonical field) → ``numbers`` (amounts, dates, entries, accounts) →
``customer_lines`` (whose, what kind, which dates) → ``settlement`` → ``output`` (canonical tables).
The FEC brings its own lines; any other ledger is a ``declaration.LedgerFormat`` read by ``table``.
Rules: definitions §17.
"""
