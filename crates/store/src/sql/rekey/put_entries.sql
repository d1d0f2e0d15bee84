-- Other keys of suppressed addresses: ?1 is [[old, new], …]. Where a list has both,
-- it keeps both.
UPDATE OR IGNORE suppression_entries
SET key = (
    SELECT change.value ->> 1
    FROM json_each(?1) AS change
    WHERE change.value ->> 0 = suppression_entries.key
)
WHERE kind = 1 AND form = 0
  AND key IN (SELECT change.value ->> 0 FROM json_each(?1) AS change);
