-- Everything that one tenant's sync must remember. Times are milliseconds since 1970 in UTC.

-- The original bytes of every delivery, zstd-compressed; the same bytes are kept once.
CREATE TABLE delivery (
    fingerprint   BLOB PRIMARY KEY NOT NULL,
    size_bytes    INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE delivery_piece (
    delivery   BLOB NOT NULL REFERENCES delivery (fingerprint),
    place      INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    bytes      BLOB NOT NULL,
    PRIMARY KEY (delivery, place)
) STRICT;

-- One row per snapshot: what is known about it besides its people.
CREATE TABLE snapshot (
    id             INTEGER PRIMARY KEY,
    content        BLOB NOT NULL,
    delivery       BLOB NOT NULL REFERENCES delivery (fingerprint),
    delivery_name  TEXT NOT NULL,
    taken_at_ms    INTEGER NOT NULL,
    completeness   TEXT NOT NULL CHECK (completeness IN ('complete', 'doubtful', 'partial')),
    reasons        TEXT NOT NULL,  -- JSON
    columns        TEXT NOT NULL,  -- JSON: names, and in how many rows each is filled
    row_count      INTEGER NOT NULL,
    ending         TEXT NOT NULL CHECK (ending IN ('whole', 'line_break', 'no_line_break')),
    employee_count INTEGER NOT NULL,
    frozen_count   INTEGER NOT NULL,
    issues         TEXT NOT NULL,  -- JSON
    frozen         TEXT NOT NULL,  -- JSON
    confirmed      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX snapshot_delivery ON snapshot (delivery);

-- The people of the newest snapshot, each with the snapshot since which they are as they are.
CREATE TABLE employee (
    key    TEXT PRIMARY KEY NOT NULL,
    since  INTEGER NOT NULL,
    bytes  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What tells an unchanged row of the next record from a changed one: about 64 people each, in the order of keys.
CREATE TABLE known_block (
    first_key TEXT PRIMARY KEY NOT NULL,
    people    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How rows were read when they became known: with another mapping the same row says something else.
CREATE TABLE known_reading (
    reading BLOB NOT NULL
) STRICT;

-- How people were before: true in every snapshot from `since` to the one before `until`. The key begins with
-- `until`, so that a save only appends, an older snapshot is one range and forgetting the oldest is another.
CREATE TABLE employee_history (
    until INTEGER NOT NULL,
    key   TEXT NOT NULL,
    since INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (until, key)
) STRICT, WITHOUT ROWID;

-- Every version of the rules that was ever used, and the files it was read from. A row never changes.
CREATE TABLE rule_version (
    place         INTEGER PRIMARY KEY,
    fingerprint   BLOB NOT NULL UNIQUE,
    first_used_ms INTEGER NOT NULL,
    author        TEXT NOT NULL,  -- empty: nobody said
    comment       TEXT NOT NULL,
    state         TEXT NOT NULL   -- concept, feedback, final
) STRICT;
CREATE TABLE rule_file (
    version    BLOB NOT NULL REFERENCES rule_version (fingerprint),
    name       TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    bytes      BLOB NOT NULL,  -- zstd-compressed
    PRIMARY KEY (version, name)
) STRICT;

CREATE TABLE run (
    id               INTEGER PRIMARY KEY,
    trigger          TEXT NOT NULL,
    started_at_ms    INTEGER NOT NULL,
    ended_at_ms      INTEGER,
    ending           TEXT NOT NULL,
    snapshot         INTEGER NOT NULL,  -- 0: none
    plan             TEXT NOT NULL,     -- empty: none
    failure_code     TEXT NOT NULL,
    failure_sentence TEXT NOT NULL,
    people_open      INTEGER NOT NULL
) STRICT;

-- `place` says which plan is the newest: a plan that is made again moves to the end.
CREATE TABLE plan (
    place          INTEGER PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    run            INTEGER NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('held', 'allowed', 'applied', 'superseded')),
    created_at_ms  INTEGER NOT NULL,
    approved_at_ms INTEGER,
    approved_by    TEXT NOT NULL,
    applied_once   INTEGER NOT NULL DEFAULT 0,  -- stays 1 when the same plan is made and held again later
    verdict        TEXT NOT NULL,               -- JSON
    size_bytes     INTEGER NOT NULL,
    bytes          BLOB NOT NULL                -- JSON, zstd-compressed
) STRICT;

-- One row per operation of a run: written before the call, completed after it.
CREATE TABLE ledger (
    id             INTEGER PRIMARY KEY,
    run            INTEGER NOT NULL,
    operation      TEXT NOT NULL,  -- its key
    kind           TEXT NOT NULL,
    employee       TEXT NOT NULL,
    intent         TEXT NOT NULL,  -- the whole operation, JSON
    intended_at_ms INTEGER,        -- NULL: nothing was sent
    settled_at_ms  INTEGER,
    outcome        TEXT CHECK (outcome IN ('done', 'already_so', 'rejected', 'gave_up', 'skipped')),
    code           TEXT,
    attempts       INTEGER,
    took_ms        INTEGER,
    UNIQUE (run, operation),
    CHECK ((outcome IS NULL) = (settled_at_ms IS NULL))
) STRICT;
CREATE INDEX ledger_unsettled ON ledger (id) WHERE outcome IS NULL;
CREATE INDEX ledger_employee ON ledger (employee);

-- What is ours: accounts and the role we gave, and memberships. Changes only together with a ledger row.
CREATE TABLE owned_user (
    key  TEXT PRIMARY KEY NOT NULL,
    user INTEGER NOT NULL,
    role TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE owned_group (
    key        TEXT NOT NULL,
    group_eid  TEXT NOT NULL,
    PRIMARY KEY (key, group_eid)
) STRICT, WITHOUT ROWID;
