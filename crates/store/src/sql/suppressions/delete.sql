-- The list itself, unless it is the global one.
DELETE FROM suppression_lists WHERE id = ?1 AND NOT is_global;
