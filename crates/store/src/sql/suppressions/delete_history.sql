-- What is told of a list that is gone.
DELETE FROM suppression_history WHERE list_id = ?1;
