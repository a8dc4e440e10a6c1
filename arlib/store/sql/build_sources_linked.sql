-- What the build reads of the layers: rows of a linked code count under the main one.
CREATE OR REPLACE TEMP VIEW t_layer_documents AS
SELECT d.* REPLACE (
    COALESCE(m.main_customer_id, d.customer_id) AS customer_id,
    COALESCE(m.main_key, d.customer_key) AS customer_key
)
FROM layer_documents AS d
LEFT JOIN customer_mains AS m ON m.customer_key = d.customer_key;

CREATE OR REPLACE TEMP VIEW t_layer_customers AS
SELECT d.* REPLACE (
    COALESCE(m.main_customer_id, d.customer_id) AS customer_id,
    COALESCE(m.main_key, d.customer_key) AS customer_key
), m.main_key IS NULL AS is_own
FROM layer_customers AS d
LEFT JOIN customer_mains AS m ON m.customer_key = d.customer_key;

CREATE OR REPLACE TEMP VIEW t_layer_customer_names AS
SELECT d.* REPLACE (
    COALESCE(m.main_customer_id, d.customer_id) AS customer_id,
    COALESCE(m.main_key, d.customer_key) AS customer_key
), m.main_key IS NULL AS is_own
FROM layer_customer_names AS d
LEFT JOIN customer_mains AS m ON m.customer_key = d.customer_key;
