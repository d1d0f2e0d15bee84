-- Takes the old forms away: ?1 is [[database, kind, old, slot, new, profile], …].
DELETE FROM match_keys
WHERE (database_id, kind, value, slot) IN (
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(?1)
);
