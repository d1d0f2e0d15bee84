-- Of those who hold very common match keys, the ones that are meant: in the
-- database ?1 the profiles that hold all of the keys ?2 ([[kind, value], …], the
-- rarest first), or where the resource ?3 is given, those that hold one of them
-- by a live subscription to it (long contacts are kept as digests among the
-- keys: of those any subscription of the channel will do). At most ?4, each with
-- the place of the key that it holds, or NULL for all: [[pk, place], …].
SELECT json_group_array(json_array(pk, place))
FROM (
    SELECT held.profile AS pk, NULL AS place
    FROM match_keys AS held
    WHERE ?3 IS NULL
      AND held.database_id = ?1
      AND held.kind = ?2 ->> '$[0][0]'
      AND held.value = ?2 ->> '$[0][1]'
      AND NOT EXISTS (
          SELECT 1
          FROM json_each(?2) AS other
          WHERE NOT EXISTS (
              SELECT 1
              FROM match_keys AS too
              WHERE too.database_id = ?1
                AND too.kind = other.value ->> 0
                AND too.value = other.value ->> 1
                AND too.slot = held.profile
          )
      )
    UNION ALL
    SELECT held.profile, asked.key
    FROM json_each(?2) AS asked
    CROSS JOIN match_keys AS held
        ON held.database_id = ?1
       AND held.kind = asked.value ->> 0
       AND held.value = asked.value ->> 1
    WHERE ?3 IS NOT NULL
      AND EXISTS (
          SELECT 1
          FROM subscriptions
          WHERE subscriptions.profile = held.profile
            AND subscriptions.resource_id = ?3
            AND subscriptions.channel = (asked.value ->> 0) - 50
            AND (subscriptions.contact = asked.value ->> 1 OR held.value < char(2))
            AND NOT subscriptions.deleted
      )
    LIMIT ?4 + 0
);
