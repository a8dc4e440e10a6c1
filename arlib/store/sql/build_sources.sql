-- What the build reads of the layers: no customer code is linked to another.
CREATE OR REPLACE TEMP VIEW t_layer_documents AS SELECT * FROM layer_documents;

CREATE OR REPLACE TEMP VIEW t_layer_customers AS SELECT *, TRUE AS is_own FROM layer_customers;

CREATE OR REPLACE TEMP VIEW t_layer_customer_names AS
SELECT *, TRUE AS is_own FROM layer_customer_names;
