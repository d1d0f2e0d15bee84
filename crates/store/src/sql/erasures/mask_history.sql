-- The changes of the entry ?1 are ?2.
UPDATE history SET changes = ?2 WHERE id = ?1;
