-- What relations a profile has or had: [the field of each change, …].
SELECT json_group_array(DISTINCT changes ->> '$[0][0]')
FROM history INDEXED BY history_by_profile
WHERE profile = ?1 AND kind = 'relation.changed';
