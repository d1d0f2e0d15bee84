-- Whether an import, an update or a schedule was asked for with a token for every
-- database: what it says of a contact that its database doesn't know holds for all of
-- them (docs/STANDING.md).
ALTER TABLE jobs ADD COLUMN speaks_for_all INTEGER NOT NULL DEFAULT 0 CHECK (speaks_for_all IN (0, 1));

ALTER TABLE schedules ADD COLUMN speaks_for_all INTEGER NOT NULL DEFAULT 0 CHECK (speaks_for_all IN (0, 1));

-- Those who asked before are known by name alone: a name that a token for some databases
-- has too says nothing.
UPDATE schedules
SET speaks_for_all = 1
WHERE (
        created_by = 'admin'
        OR EXISTS (SELECT 1 FROM tokens WHERE tokens.name = schedules.created_by AND databases IS NULL)
    )
    AND NOT EXISTS (SELECT 1 FROM tokens WHERE tokens.name = schedules.created_by AND databases IS NOT NULL);

UPDATE jobs
SET speaks_for_all = 1
WHERE state IN ('uploading', 'uploaded', 'queued', 'running', 'paused')
  AND (actor = 'admin' OR EXISTS (SELECT 1 FROM tokens WHERE tokens.name = jobs.actor AND databases IS NULL))
  AND NOT EXISTS (SELECT 1 FROM tokens WHERE tokens.name = jobs.actor AND databases IS NOT NULL);
