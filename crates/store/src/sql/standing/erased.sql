-- People who were erased, after the hash ?1, some ?2 and those with the last one's hash:
-- [[hash, database, kind, at], …].
SELECT json_group_array(json_array(hash, database_id, kind, at))
FROM (
    SELECT hash, database_id, kind, at
    FROM erasures
    WHERE hash > ?1
      AND hash <= coalesce((
          SELECT hash
          FROM erasures AS last
          WHERE last.hash > ?1
          ORDER BY last.hash
          LIMIT 1 OFFSET ?2 + 0 - 1
      ), 'g')
    ORDER BY hash
);
