-- The ledger's chain: one row for each intent, outcome, approval and whatever else people or rules did. Rows are added,
-- never changed: each carries the hash of its own content and of everything before it. The table `ledger` is what they
-- say, a row per operation, for quick questions.
CREATE TABLE ledger_entry (
    id        INTEGER PRIMARY KEY,  -- 1, 2, 3, ... without gaps
    at_ms     INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    run       INTEGER NOT NULL,     -- 0: none
    operation TEXT NOT NULL,        -- its key; empty: none
    employee  TEXT NOT NULL,        -- empty: nobody in particular
    bytes     TEXT NOT NULL,        -- JSON
    hash      BLOB NOT NULL
) STRICT;
CREATE INDEX ledger_entry_operation ON ledger_entry (run, operation);
CREATE INDEX ledger_entry_employee ON ledger_entry (employee);
CREATE INDEX ledger_entry_event ON ledger_entry (id) WHERE kind NOT IN ('intent', 'outcome');
CREATE INDEX ledger_settled ON ledger (settled_at_ms);

CREATE TRIGGER ledger_entry_is_not_changed BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'entries of the ledger are not changed'); END;
CREATE TRIGGER ledger_entry_is_not_removed BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'entries of the ledger are not removed'); END;
