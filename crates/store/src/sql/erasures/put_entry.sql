-- The changes of the entry ?1 are ?2, and what is known of it ?3.
UPDATE history SET changes = ?2, about = ?3 WHERE id = ?1;
