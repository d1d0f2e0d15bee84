-- Forgets the deliveries ?1 (JSON).
DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each(?1));
