-- What is counted as rows change, so that a counter never scans a big table.
CREATE TRIGGER profiles_counted_in AFTER INSERT ON profiles BEGIN
    INSERT INTO profile_counts (database_id, status, count)
    VALUES (new.database_id, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
    INSERT INTO day_counts (database_id, day, what, count)
    VALUES (new.database_id, unixepoch() / 86400, 'created', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER profiles_counted_out AFTER DELETE ON profiles BEGIN
    UPDATE profile_counts SET count = count - 1
    WHERE database_id = old.database_id AND status = old.status;
    INSERT INTO day_counts (database_id, day, what, count)
    VALUES (old.database_id, unixepoch() / 86400, 'deleted', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER profiles_recounted AFTER UPDATE OF status ON profiles
WHEN old.status <> new.status BEGIN
    UPDATE profile_counts SET count = count - 1
    WHERE database_id = old.database_id AND status = old.status;
    INSERT INTO profile_counts (database_id, status, count)
    VALUES (new.database_id, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER leavers_counted AFTER UPDATE OF status ON profiles
WHEN old.status = 0 AND new.status BETWEEN 1 AND 3 BEGIN
    INSERT INTO day_counts (database_id, day, what, count)
    VALUES (new.database_id, unixepoch() / 86400, 'left', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

-- What became of messages, on the day when it happened; no day that nobody looks at any more.
CREATE TRIGGER message_events_counted AFTER INSERT ON history
WHEN new.kind = 'profile.event'
 AND new.about ->> 'event' IN (
         'delivered', 'undelivered', 'soft_bounce', 'hard_bounce', 'opened', 'read', 'clicked', 'confirmed',
         'unsubscribed', 'complained'
     )
 AND unixepoch(new.about ->> 'at') > unixepoch() - 34560000 BEGIN
    INSERT INTO day_counts (database_id, day, what, count)
    VALUES (new.database_id, unixepoch(new.about ->> 'at') / 86400, new.about ->> 'event', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER subscriptions_counted_in AFTER INSERT ON subscriptions
WHEN NOT new.deleted BEGIN
    INSERT INTO subscription_counts (resource_id, database_id, channel, status, count)
    VALUES (new.resource_id, new.database_id, new.channel, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER subscriptions_counted_out AFTER DELETE ON subscriptions
WHEN NOT old.deleted BEGIN
    UPDATE subscription_counts SET count = count - 1
    WHERE resource_id = old.resource_id AND database_id = old.database_id
      AND channel = old.channel AND status = old.status;
END;

CREATE TRIGGER subscriptions_recounted_out AFTER UPDATE OF status, deleted ON subscriptions
WHEN NOT old.deleted AND (new.deleted OR old.status <> new.status) BEGIN
    UPDATE subscription_counts SET count = count - 1
    WHERE resource_id = old.resource_id AND database_id = old.database_id
      AND channel = old.channel AND status = old.status;
END;

CREATE TRIGGER subscriptions_recounted_in AFTER UPDATE OF status, deleted ON subscriptions
WHEN NOT new.deleted AND (old.deleted OR old.status <> new.status) BEGIN
    INSERT INTO subscription_counts (resource_id, database_id, channel, status, count)
    VALUES (new.resource_id, new.database_id, new.channel, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER members_counted_in AFTER INSERT ON segment_members BEGIN
    UPDATE segments SET members = members + 1 WHERE id = new.segment_id;
END;

CREATE TRIGGER members_counted_out AFTER DELETE ON segment_members BEGIN
    UPDATE segments SET members = members - 1 WHERE id = old.segment_id;
END;

CREATE TRIGGER suppressed_counted_in AFTER INSERT ON suppression_entries BEGIN
    UPDATE suppression_lists SET entries = entries + 1 WHERE id = new.list_id;
END;

CREATE TRIGGER suppressed_counted_out AFTER DELETE ON suppression_entries BEGIN
    UPDATE suppression_lists SET entries = entries - 1 WHERE id = old.list_id;
END;

CREATE TRIGGER relations_counted_in AFTER INSERT ON relations BEGIN
    UPDATE relation_types SET relations = relations + 1 WHERE id = new.type_id;
END;

CREATE TRIGGER relations_counted_out AFTER DELETE ON relations BEGIN
    UPDATE relation_types SET relations = relations - 1 WHERE id = old.type_id;
END;

CREATE TRIGGER control_counted_in AFTER INSERT ON control_members
WHEN new.left_at IS NULL BEGIN
    UPDATE control_sets SET members = members + 1 WHERE id = new.set_id;
END;

CREATE TRIGGER control_counted_out AFTER DELETE ON control_members
WHEN old.left_at IS NULL BEGIN
    UPDATE control_sets SET members = members - 1 WHERE id = old.set_id;
END;

CREATE TRIGGER control_recounted AFTER UPDATE OF left_at ON control_members
WHEN (old.left_at IS NULL) <> (new.left_at IS NULL) BEGIN
    UPDATE control_sets
    SET members = members + CASE WHEN new.left_at IS NULL THEN 1 ELSE -1 END
    WHERE id = new.set_id;
END;
