-- The subscriptions of a database's profiles.
DELETE FROM subscriptions
WHERE profile IN (
    SELECT pk FROM profiles INDEXED BY profiles_by_database WHERE database_id = ?1
);
