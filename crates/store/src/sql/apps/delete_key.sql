-- Key ?2 of database ?1 goes.
DELETE FROM app_keys WHERE id = ?2 AND database_id = ?1;
