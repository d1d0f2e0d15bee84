-- How the contacts with the hashes ?1 stand, an old link's database being -1.
SELECT json_group_array(json_array(hash, database_id, resource_id, status, party, at, noted_at, how, told_in))
FROM (
    SELECT hex(standing.hash) AS hash, standing.database_id, standing.resource_id, standing.status, standing.party,
           standing.at, standing.noted_at, standing.how, standing.told_in
    FROM json_each(?1) AS asked
    CROSS JOIN standing ON standing.hash = unhex(asked.value)
    UNION ALL
    SELECT hex(standing_links.hash), -1, 0, 1, 2, standing_links.at, standing_links.at, standing_links.how,
           standing_links.told_in
    FROM json_each(?1) AS asked
    CROSS JOIN standing_links ON standing_links.hash = unhex(asked.value)
);
