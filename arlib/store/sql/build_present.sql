-- Which of the things that make a rebuild longer are in the book: those that are not return no row.
(SELECT 'customers' AS name FROM customers LIMIT 1)
UNION ALL
(SELECT 'links' FROM customer_mains LIMIT 1)
UNION ALL
(SELECT 'user_terms' FROM user_terms LIMIT 1)
UNION ALL
(SELECT 'disputes' FROM layer_disputes LIMIT 1)
UNION ALL
(SELECT 'disputes' FROM user_disputes LIMIT 1)
UNION ALL
(SELECT 'shared' FROM allocations WHERE credit_customer_key <> customer_key LIMIT 1)
