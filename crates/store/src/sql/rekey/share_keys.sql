-- And that one beside them: none of them is the one whose value it is.
UPDATE match_keys
SET slot = profile
WHERE slot = 0
  AND (database_id, kind, value) IN (
      SELECT value ->> 0, value ->> 1, value ->> 4
      FROM json_each(?1)
  )
  AND EXISTS (
      SELECT 1
      FROM match_keys AS other
      WHERE other.database_id = match_keys.database_id
        AND other.kind = match_keys.kind
        AND other.value = match_keys.value
        AND other.slot <> 0
  );
