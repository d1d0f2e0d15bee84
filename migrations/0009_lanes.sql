-- Messages to watchers go in lanes, one for each recipient.

-- Questions are found by when they are due, changes by their lane: a lane that is long,
-- or whose receiver is slow or down, costs the others nothing. A row is in one of the
-- two, as it was in one before.
DROP INDEX outbox_due;

CREATE INDEX outbox_due ON outbox (due_at) WHERE kind = 'confirmation' AND state = 'queued';

CREATE INDEX outbox_lanes ON outbox (recipient) WHERE kind = 'change' AND state = 'queued';

-- Lanes whose receiver takes nothing at the moment, and until when they are left alone.
CREATE TABLE lane_pauses (
    recipient TEXT    PRIMARY KEY,
    until     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
