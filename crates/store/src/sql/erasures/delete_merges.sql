-- Forgets the merges ?1 (JSON).
DELETE FROM merges WHERE id IN (SELECT value FROM json_each(?1));
