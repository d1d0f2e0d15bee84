-- One step of a draw: migrations/always/control_writes.sql.
INSERT INTO control_draws (set_id, entered, cleared, job, holder, step, at, state, progress, leased_until, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);
