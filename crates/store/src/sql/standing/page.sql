-- How contacts stand, after the entry of hash ?1, database ?2 and resource ?3, at most ?4:
-- [[hash, key, database, resource, status, weight, party, at, noted_at, how, told_in], …].
SELECT json_group_array(json_array(
    hash, name, database_id, resource_id, status, weight, party, at, noted_at, how, told_in
))
FROM (
    SELECT hex(standing.hash) AS hash, standing_keys.name AS name, standing.database_id, standing.resource_id,
           standing.status, standing.weight, standing.party, standing.at, standing.noted_at, standing.how,
           standing.told_in
    FROM standing
    CROSS JOIN standing_keys ON standing_keys.id = standing.key_id
    WHERE (standing.hash, standing.database_id, standing.resource_id) > (unhex(?1), ?2, ?3)
    ORDER BY standing.hash, standing.database_id, standing.resource_id
    LIMIT ?4 + 0
);
