-- Webhooks after the one with id ?1, at most ?3, of which a secret doesn't begin with ?2: their ids and secrets.
SELECT id, secrets
FROM hooks
WHERE id > ?1
  AND EXISTS (
      SELECT 1 FROM json_each(hooks.secrets) AS one WHERE substr(one.value ->> 'secret', 1, length(?2)) <> ?2
  )
ORDER BY id
LIMIT ?3 + 0;
