-- Who is to leave and by what evidence, whom a person holds, what a person rejected, and whether the tenant stands still.
CREATE TABLE removal (
    key             TEXT PRIMARY KEY NOT NULL,
    evidence        TEXT NOT NULL CHECK (evidence IN ('absent', 'end_date', 'leaver_status', 'on_leave')),
    first_snapshot  INTEGER NOT NULL,
    first_seen_ms   INTEGER NOT NULL,
    snapshots       INTEGER NOT NULL,  -- complete ones in a row that say so
    counted         INTEGER NOT NULL,  -- the newest of them; 0: none
    suspended_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE removal_hold (
    key      TEXT PRIMARY KEY NOT NULL,
    held_by  TEXT NOT NULL,
    reason   TEXT NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A rejected plan is a superseded one that somebody did not want.
ALTER TABLE plan ADD COLUMN rejected_at_ms INTEGER;
ALTER TABLE plan ADD COLUMN rejected_by TEXT NOT NULL DEFAULT '';
ALTER TABLE plan ADD COLUMN rejected_why TEXT NOT NULL DEFAULT '';

CREATE TABLE pause (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    since_ms  INTEGER NOT NULL,
    paused_by TEXT NOT NULL,
    reason    TEXT NOT NULL
) STRICT;
