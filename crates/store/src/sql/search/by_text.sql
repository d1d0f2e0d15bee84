-- Profiles whose document meets an index condition, newest first, of the
-- databases ?4 (JSON, NULL for all): those that meet each condition of ?1 before key ?2, and
-- where there are no more of them, also those that meet ?5; at most ?3 of each among the
-- first ?6 that are looked at, no more once these have ?7 bytes. Packed, with the
-- key to go on before (NULL if there is nothing more), and the version of the
-- definitions. Of documents that wait for the index those that have one of the texts of
-- each of three words (?8 or ?9, ?10 or ?11, ?12 or ?13; NULL for none) may meet both.
--
-- ?1 is [[columns, condition, letters], …]. Where all words that begin with the letters are few
-- the condition asks for one of these; where there are none nobody is looked for. No letters,
-- or a vocabulary that doesn't have all words yet: the condition as it is.
WITH
asked AS MATERIALIZED (
    SELECT group_concat(columns || '(' || condition || ')', ' AND ') AS condition,
           count(condition) = count(*) AS possible
    FROM (
        SELECT term.value ->> 0 AS columns,
               CASE
                   WHEN term.value ->> 2 IS NULL OR (SELECT unlisted FROM search_vocabulary) IS NOT NULL
                   THEN term.value ->> 1
                   ELSE (
                       SELECT CASE
                                  WHEN count(*) = 0 THEN NULL
                                  WHEN count(*) > 6 OR min(length(word)) <= length(term.value ->> 2)
                                  THEN term.value ->> 1
                                  ELSE (term.value ->> 1) || ' AND (' || group_concat(rest, ' OR ') || ')'
                              END
                       FROM (
                           SELECT word,
                                  '("' || substr(word, length(term.value ->> 2) - 1, 3)
                                      || '" AND "' || substr(word, -3) || '")' AS rest
                           FROM search_words
                           WHERE word >= term.value ->> 2
                             AND word < (term.value ->> 2) || char(1114111)
                           LIMIT 7
                       )
                   )
               END AS condition
        FROM json_each(?1) AS term
    )
),
pending AS MATERIALIZED (
    SELECT pk
    FROM search_pending
    WHERE (?8 IS NULL OR instr(profile, ?8) OR instr(contacts, ?8) OR instr(profile, ?9) OR instr(contacts, ?9))
      AND (?10 IS NULL OR instr(profile, ?10) OR instr(contacts, ?10) OR instr(profile, ?11) OR instr(contacts, ?11))
      AND (?12 IS NULL OR instr(profile, ?12) OR instr(contacts, ?12) OR instr(profile, ?13) OR instr(contacts, ?13))
),
begins_looked AS MATERIALIZED (
    SELECT pk
    FROM (
        SELECT -rowid AS pk
        FROM search
        WHERE search MATCH (SELECT condition FROM asked) AND rowid > -?2
        ORDER BY rowid
        LIMIT iif((SELECT possible FROM asked), ?6, 0)
    )
    UNION
    SELECT pk FROM pending WHERE pk < ?2
    ORDER BY pk DESC
    LIMIT ?6 + 0
),
begins AS MATERIALIZED (
    SELECT profiles.pk AS pk
    FROM begins_looked
    CROSS JOIN profiles ON profiles.pk = begins_looked.pk
    WHERE ?4 IS NULL OR profiles.database_id IN (SELECT value FROM json_each(?4))
    ORDER BY begins_looked.pk DESC
    LIMIT ?3 + 0
),
begins_sized AS MATERIALIZED (
    SELECT pk, sum(size) OVER (ORDER BY pk DESC ROWS UNBOUNDED PRECEDING) - size AS before
    FROM (
        SELECT profiles.pk AS pk,
               octet_length(data) + coalesce((
                   SELECT sum(octet_length(body)) FROM subscriptions WHERE subscriptions.profile = profiles.pk
               ), 0) AS size
        FROM begins
        CROSS JOIN profiles ON profiles.pk = begins.pk
    )
),
begins_end AS MATERIALIZED (
    SELECT CASE
               WHEN count(*) >= ?3 OR count(*) FILTER (WHERE before < ?7) < count(*)
               THEN min(pk) FILTER (WHERE before < ?7)
               ELSE (SELECT CASE WHEN count(*) >= ?6 THEN min(pk) END FROM begins_looked)
           END AS pk
    FROM begins_sized
),
inside_looked AS MATERIALIZED (
    SELECT pk
    FROM (
        SELECT -rowid AS pk
        FROM search
        WHERE search MATCH ?5
        ORDER BY rowid
        LIMIT iif(?5 IS NULL OR (SELECT pk FROM begins_end) IS NOT NULL, 0, ?6)
    )
    UNION
    SELECT pk FROM pending
    ORDER BY pk DESC
    LIMIT iif(?5 IS NULL OR (SELECT pk FROM begins_end) IS NOT NULL, 0, ?6)
),
inside AS MATERIALIZED (
    SELECT profiles.pk AS pk
    FROM inside_looked
    CROSS JOIN profiles ON profiles.pk = inside_looked.pk
    WHERE ?4 IS NULL OR profiles.database_id IN (SELECT value FROM json_each(?4))
    ORDER BY inside_looked.pk DESC
    LIMIT ?3 + 0
),
inside_sized AS MATERIALIZED (
    SELECT pk, sum(size) OVER (ORDER BY pk DESC ROWS UNBOUNDED PRECEDING) - size AS before
    FROM (
        SELECT profiles.pk AS pk,
               octet_length(data) + coalesce((
                   SELECT sum(octet_length(body)) FROM subscriptions WHERE subscriptions.profile = profiles.pk
               ), 0) AS size
        FROM inside
        CROSS JOIN profiles ON profiles.pk = inside.pk
    )
)
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM begins_sized
           CROSS JOIN packed_profiles ON packed_profiles.pk = begins_sized.pk
           WHERE before < ?7
       ),
       (SELECT pk FROM begins_end),
       (SELECT version FROM catalogue),
       (
           SELECT '[' || group_concat(packed) || ']'
           FROM inside_sized
           CROSS JOIN packed_profiles ON packed_profiles.pk = inside_sized.pk
           WHERE before < ?7
       ),
       (
           SELECT CASE
                      WHEN count(*) >= ?3 OR count(*) FILTER (WHERE before < ?7) < count(*)
                      THEN min(pk) FILTER (WHERE before < ?7)
                      ELSE (SELECT CASE WHEN count(*) >= ?6 THEN min(pk) END FROM inside_looked)
                  END
           FROM inside_sized
       );
