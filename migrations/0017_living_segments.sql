-- Segments that live, and what people did.

-- What happened to profiles, by type, profile and time: conditions ask for it, of one profile
-- after the other or of all in order of their keys.
CREATE INDEX history_events ON history (database_id, about ->> 'event', profile, about ->> 'at')
WHERE kind = 'profile.event';

-- `rule` is what makes people members: {condition, range, limit, refresh}, NULL for static
-- segments. `members` of a dynamic one is a count of the time `counted_at`.
ALTER TABLE segments ADD COLUMN kind TEXT NOT NULL DEFAULT 'static' CHECK (kind IN ('static', 'dynamic', 'updatable'));

ALTER TABLE segments ADD COLUMN rule TEXT CHECK ((rule IS NULL) = (kind = 'static'));

ALTER TABLE segments ADD COLUMN counted_at INTEGER;

-- When everybody was last looked at, the job that did or does it, and when it is done by itself again.
ALTER TABLE segments ADD COLUMN refreshed_at INTEGER;

ALTER TABLE segments ADD COLUMN refresh_job INTEGER;

ALTER TABLE segments ADD COLUMN refresh_due INTEGER;

CREATE INDEX segments_due ON segments (refresh_due) WHERE refresh_due IS NOT NULL;
