-- The id of the list with the name ?1.
SELECT id FROM suppression_lists WHERE name = ?1;
