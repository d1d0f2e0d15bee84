-- The record of the merge ?1 is ?2.
UPDATE merges SET record = ?2 WHERE id = ?1;
