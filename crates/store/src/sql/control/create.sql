-- A control group for the database ?1, with a secret of its own.
INSERT INTO control_groups
    (database_id, revision, created_at, updated_at, settings, secret, generation, generation_at, next_rotation_at)
VALUES (?1, 1, ?2, ?2, ?3, randomblob(32), 1, ?2, ?4);
