-- How fast the network lets us call, by class of calls, as learnt from its refusals.
CREATE TABLE learnt_rate (
    class            TEXT PRIMARY KEY NOT NULL,
    calls_per_second REAL NOT NULL CHECK (calls_per_second > 0),
    learnt_at_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For whom something was refused in the newest run that tried it; the ledger says what and how often.
CREATE TABLE failing (
    employee       TEXT PRIMARY KEY NOT NULL,
    forgiven_at_ms INTEGER
) STRICT, WITHOUT ROWID;
