-- Forgets the webhook ?1.
DELETE FROM hooks WHERE id = ?1;
