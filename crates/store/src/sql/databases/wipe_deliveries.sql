-- Deliveries that the profiles of a database came of; those that wrote nobody stay.
DELETE FROM deliveries
WHERE hook_id IN (SELECT id FROM hooks WHERE database_id = ?1) AND profile IS NOT NULL;
