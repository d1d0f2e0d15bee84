-- Deletes the form ?1.
DELETE FROM forms
WHERE id = ?1;
