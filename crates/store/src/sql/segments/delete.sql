-- The segment itself.
DELETE FROM segments WHERE id = ?1;
