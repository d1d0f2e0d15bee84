-- Profiles whose unique value another one has too hold it beside that one.
INSERT INTO match_keys (database_id, kind, value, slot, profile)
SELECT change.value ->> 0, change.value ->> 1, change.value ->> 4, change.value ->> 5, change.value ->> 5
FROM json_each(?1) AS change
WHERE change.value ->> 3 = 0 AND change.value ->> 4 <> '' AND NOT EXISTS (
    SELECT 1
    FROM match_keys AS held
    WHERE held.database_id = change.value ->> 0
      AND held.kind = change.value ->> 1
      AND held.value = change.value ->> 4
      AND held.profile = change.value ->> 5
)
ON CONFLICT DO NOTHING;
