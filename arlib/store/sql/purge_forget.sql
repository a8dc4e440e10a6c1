-- The log of former erasures no longer says which company they were in, once it is gone.
UPDATE purges SET company_id = NULL WHERE company_id = $company
