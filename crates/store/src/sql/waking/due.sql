-- Subscriptions whose suspension is over at ?1, longest first, at most ?2: database, profile, its
-- revision, what is stored of the subscription.
SELECT subscriptions.database_id, subscriptions.profile, profiles.revision, subscriptions.body
FROM subscriptions INDEXED BY subscriptions_waking
CROSS JOIN profiles ON profiles.pk = subscriptions.profile
WHERE subscriptions.wakes_at IS NOT NULL AND subscriptions.wakes_at <= ?1
ORDER BY subscriptions.wakes_at
LIMIT ?2 + 0;
