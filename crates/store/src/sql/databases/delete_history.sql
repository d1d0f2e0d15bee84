-- The history of a database's profiles, and of settings that may name people. What was defined stays known.
DELETE FROM history
WHERE database_id = ?1
  AND (profile <> 0 OR substr(kind, 1, 9) = 'schedule.' OR substr(kind, 1, 16) = 'import_settings.' OR substr(kind, 1, 5) = 'view.'
       OR (substr(kind, 1, 8) = 'segment.' AND instr(changes, '"condition":{') > 0)
       OR (profile = 0 AND substr(kind, 1, 14) = 'control_group.'));
