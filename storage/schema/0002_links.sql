-- Accounts that were linked by us, what somebody took away for good, and how often somebody was asked in again.
ALTER TABLE owned_user ADD COLUMN link TEXT;
ALTER TABLE owned_user ADD COLUMN role_declined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE owned_user ADD COLUMN invited_again INTEGER NOT NULL DEFAULT 0;

CREATE TABLE declined_group (
    key        TEXT NOT NULL,
    group_eid  TEXT NOT NULL,
    PRIMARY KEY (key, group_eid)
) STRICT, WITHOUT ROWID;
