-- Takes the id of the next custom field of a database.
UPDATE databases SET next_field_id = next_field_id + 1 WHERE id = ?1 RETURNING next_field_id - 1;
