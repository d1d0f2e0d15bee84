-- The counters of a database's subscriptions.
DELETE FROM subscription_counts WHERE database_id = ?1;
