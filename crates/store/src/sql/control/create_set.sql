-- A set for the database ?1 with a generation and a rule, which nobody is in yet.
INSERT INTO control_sets (database_id, generation, rule) VALUES (?1, ?2, ?3)
RETURNING id;
