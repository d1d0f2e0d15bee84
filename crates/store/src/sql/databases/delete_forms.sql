-- Deletes the forms of the database ?1.
DELETE FROM forms
WHERE database_id = ?1;
