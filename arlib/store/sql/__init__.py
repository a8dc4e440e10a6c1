"""Named, portable queries: no FILTER, GROUP BY ALL or FROM-first, so that another engine can run them."""
