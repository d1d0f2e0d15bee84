-- Which of the merges ?1 made a profile that others have done something with since: an entry in its history that is
-- none of the merge itself, or a static segment that none of the sources was in.
SELECT json_group_array(asked.value)
FROM json_each(?1) AS asked
CROSS JOIN merges ON merges.id = asked.value
WHERE EXISTS (
          SELECT 1
          FROM history AS later
          WHERE later.profile = merges.destination
            AND later.at > merges.at
            AND later.kind NOT IN ('segment.entered', 'segment.left')
            AND later.about ->> '$.undone' IS NULL
            AND later.about ->> '$.merged_from' IS NULL
      )
   OR EXISTS (
          SELECT 1
          FROM segment_members AS held INDEXED BY segment_members_by_profile
          CROSS JOIN segments ON segments.id = held.segment_id
          WHERE held.profile = merges.destination
            AND segments.kind = 'static'
            AND held.segment_id NOT IN (SELECT value ->> 0 FROM json_each(merges.members))
      );
