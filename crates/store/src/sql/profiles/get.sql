-- One profile of a database by its key, with its subscriptions.
SELECT pk, database_id, revision, status, created_at, updated_at, data,
       coalesce((
           SELECT '[' || group_concat(body) || ']'
           FROM subscriptions
           WHERE subscriptions.profile = pk
       ), '[]')
FROM profiles
WHERE pk = ?1 AND database_id = ?2;
