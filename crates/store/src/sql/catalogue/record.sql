-- An entry in the history of the database ?1 itself, or of all where it is 0.
INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes)
SELECT max(coalesce((SELECT max(id) FROM history), 0) + 1, ?2 << 20), ?1, 0, ?2, ?3, ?4, ?5, ?6;
