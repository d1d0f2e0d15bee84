-- What a write has to say to others, in its own statement: marks of what was heard, messages of the outbox, entries
-- of the global suppression list, deliveries of webhooks, and how contacts stand. What is empty is passed over, as in
-- profile_writes.
CREATE VIEW profile_tellings AS
SELECT NULL AS at,
       NULL AS deleted,
       NULL AS marks,
       NULL AS messages,
       NULL AS banned,
       NULL AS deliveries,
       NULL AS standing,
       NULL AS touched;

CREATE TRIGGER profile_tellings_applied INSTEAD OF INSERT ON profile_tellings BEGIN
    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE new.marks <> '[]' AND EXISTS (
        SELECT 1
        FROM json_each(new.marks) AS mark
        CROSS JOIN seen ON seen.scope = mark.value ->> 0 AND seen.key = mark.value ->> 1
        WHERE mark.value ->> 3 OR seen.at > mark.value ->> 2
    );

    DELETE FROM outbox
    WHERE new.deleted <> '[]' AND profile IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM deliveries
    WHERE new.deleted <> '[]' AND profile IN (SELECT value FROM json_each(new.deleted));

    -- What was merged into somebody goes with them.
    DELETE FROM merges
    WHERE new.deleted <> '[]' AND id IN (
        SELECT merged.merge_id
        FROM json_each(new.deleted) AS gone
        CROSS JOIN merged_profiles AS merged ON merged.into_pk = gone.value
    );

    DELETE FROM merged_profiles
    WHERE new.deleted <> '[]' AND into_pk IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM distinct_profiles
    WHERE new.deleted <> '[]' AND a IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM distinct_profiles
    WHERE new.deleted <> '[]' AND (a, b) IN (
        SELECT held.a, held.b
        FROM json_each(new.deleted) AS gone
        CROSS JOIN distinct_profiles AS held INDEXED BY distinct_profiles_by_b ON held.b = gone.value
    );

    INSERT INTO seen (scope, key, at, noted_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at
    FROM json_each(new.marks)
    WHERE new.marks <> '[]'
    ON CONFLICT (scope, key) DO UPDATE SET at = excluded.at, noted_at = excluded.noted_at;

    -- Nobody gets more than so many confirmations a day, whoever asks for them. A message
    -- names those who get it, and is written down for each; a question has one.
    INSERT INTO outbox (kind, database_id, profile, recipient, state, detail, body, created_at, due_at)
    SELECT kind,
           database_id,
           profile,
           recipient.value,
           CASE WHEN why <> '' OR crowded THEN 'held' ELSE 'queued' END,
           CASE WHEN why = '' AND crowded THEN 'contact_limit' ELSE why END,
           body,
           created_at,
           due_at
    FROM (
        SELECT value ->> 0 AS kind,
               value ->> 1 AS database_id,
               value ->> 2 AS profile,
               value -> 3 AS recipients,
               value ->> 4 AS body,
               value ->> 5 AS created_at,
               value ->> 6 AS due_at,
               value ->> 7 AS why,
               CASE
                   WHEN value ->> 8 IS NULL THEN 0
                   ELSE (
                       SELECT count(*)
                       FROM outbox
                       WHERE recipient = value ->> '$[3][0]'
                         AND kind = 'confirmation'
                         AND created_at > new.at - 86400000
                         AND due_at <= created_at
                   ) >= value ->> 8
               END AS crowded
        FROM json_each(new.messages)
        WHERE new.messages <> '[]'
        -- Without a limit it would be read again for each who gets it.
        LIMIT -1
    )
    CROSS JOIN json_each(recipients) AS recipient;

    UPDATE catalogue
    SET version = version + 1
    WHERE new.banned <> '[]' AND EXISTS (
        SELECT 1
        FROM suppression_lists
        CROSS JOIN json_each(new.banned) AS ban
        WHERE suppression_lists.id = 1 AND forms & (1 << ban.value ->> 2) = 0
    );

    UPDATE suppression_lists
    SET forms = forms | (SELECT sum(DISTINCT 1 << value ->> 2) FROM json_each(new.banned))
    WHERE id = 1 AND new.banned <> '[]';

    INSERT INTO suppression_entries (list_id, key, kind, form, subdomains, at, reason, source)
    SELECT 1, value ->> 0, value ->> 1, 0, 0, new.at, value ->> 3, 'event'
    FROM json_each(new.banned)
    WHERE new.banned <> '[]'
    ON CONFLICT (list_id, key) DO NOTHING;

    INSERT INTO deliveries (hook_id, sender_id, received_at, outcome, profile, detail, request)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.deliveries)
    WHERE new.deliveries <> '[]'
    ON CONFLICT (hook_id, sender_id) DO UPDATE
    SET outcome = excluded.outcome,
        profile = excluded.profile,
        detail = excluded.detail,
        request = excluded.request,
        times = times + 1;

    -- From the first entry on, instances ask how contacts stand.
    UPDATE catalogue
    SET version = version + 1
    WHERE new.standing <> '[]' AND NOT EXISTS (SELECT 1 FROM standing);

    -- Of an end and what lifted it the one that was told last counts, of two ends the
    -- one that weighs more. An end that is told again after something was lifted stands
    -- from then on (model::ending).
    INSERT INTO standing
        (hash, database_id, resource_id, key_id, status, weight, party, at, noted_at, how, told_in)
    SELECT unhex(value ->> 0), value ->> 2, value ->> 3, value ->> 1, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9, value ->> 10
    FROM json_each(new.standing) AS told
    WHERE new.standing <> '[]'
      AND (
          told.value ->> 11 IS NULL
          OR (
              EXISTS (
                  SELECT 1
                  FROM standing AS known
                  WHERE known.hash = unhex(told.value ->> 0)
                    AND known.database_id = told.value ->> 2
                    AND known.resource_id = told.value ->> 3
              )
              AND NOT EXISTS (
                  SELECT 1
                  FROM standing AS heavier
                  WHERE heavier.hash IN (SELECT unhex(one.value) FROM json_each(told.value -> 12) AS one)
                    AND heavier.database_id IN (0, told.value ->> 2)
                    AND heavier.resource_id = 0
                    AND heavier.weight > told.value ->> 11
              )
          )
      )
    ON CONFLICT (hash, database_id, resource_id) DO UPDATE
    SET key_id = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.key_id, excluded.key_id),
        status = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.status, excluded.status),
        weight = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.weight, excluded.weight),
        party = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.party, excluded.party),
        at = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.at, excluded.at),
        noted_at = iif(
            excluded.weight > 0 AND standing.weight > 0,
            max(excluded.noted_at, standing.noted_at),
            excluded.noted_at
        ),
        how = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.how, excluded.how),
        told_in = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.told_in, excluded.told_in)
    WHERE (
            (excluded.weight = 0 OR standing.weight = 0)
            AND excluded.noted_at >= standing.noted_at
        )
        OR (standing.weight > 0 AND excluded.weight > standing.weight)
        OR (
            excluded.weight BETWEEN 1 AND standing.weight
            AND excluded.noted_at > standing.noted_at
            AND EXISTS (
                SELECT 1
                FROM standing AS lifted
                WHERE lifted.hash = excluded.hash AND lifted.weight = 0 AND lifted.noted_at >= standing.noted_at
            )
        );

    -- Live subscriptions of those contacts, whoever has them, say what stands
    -- against them.
    UPDATE subscriptions
    SET ended = coalesce((
        SELECT max(entry.status)
        FROM json_each(touched.value ->> 4) AS hash
        CROSS JOIN standing AS entry ON entry.hash = unhex(hash.value)
        WHERE entry.weight > 0
          AND entry.database_id IN (0, subscriptions.database_id)
          AND entry.resource_id IN (0, subscriptions.resource_id)
          AND NOT EXISTS (
              SELECT 1
              FROM json_each(touched.value ->> 4) AS other
              CROSS JOIN standing AS lifted ON lifted.hash = unhex(other.value)
              WHERE lifted.weight = 0
                AND lifted.database_id IN (0, subscriptions.database_id)
                AND lifted.resource_id IN (0, subscriptions.resource_id)
                AND (lifted.resource_id > 0 OR entry.resource_id = 0)
                AND lifted.noted_at >= entry.noted_at
          )
    ), 0)
    FROM json_each(new.touched) AS touched
    CROSS JOIN databases
    CROSS JOIN match_keys
        ON match_keys.database_id = databases.id
       AND match_keys.kind = touched.value ->> 0
       AND match_keys.value = touched.value ->> 1
    WHERE new.touched <> '[]'
      AND subscriptions.profile = match_keys.profile
      AND subscriptions.channel = touched.value ->> 2
      AND subscriptions.contact = touched.value ->> 3;
END;
