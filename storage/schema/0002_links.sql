-- Accounts that were linked by us, what somebody took away for good, whose suspension is ours, how often somebody was asked
-- in again and who is due an invitation, and when we last changed something.
ALTER TABLE owned_user ADD COLUMN link TEXT;
ALTER TABLE owned_user ADD COLUMN link_scim TEXT;
ALTER TABLE owned_user ADD COLUMN invite_due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE owned_user ADD COLUMN changed_at_ms INTEGER;
ALTER TABLE owned_user ADD COLUMN role_declined TEXT;
ALTER TABLE owned_user ADD COLUMN invited_again INTEGER NOT NULL DEFAULT 0;
ALTER TABLE owned_user ADD COLUMN user_declined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE owned_user ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;

CREATE TABLE declined_group (
    key        TEXT NOT NULL,
    group_eid  TEXT NOT NULL,
    PRIMARY KEY (key, group_eid)
) STRICT, WITHOUT ROWID;

-- Roles in groups.
CREATE TABLE owned_group_role (
    key        TEXT NOT NULL,
    group_eid  TEXT NOT NULL,
    role       TEXT NOT NULL,
    PRIMARY KEY (key, group_eid)
) STRICT, WITHOUT ROWID;
CREATE TABLE declined_group_role (
    key        TEXT NOT NULL,
    group_eid  TEXT NOT NULL,
    PRIMARY KEY (key, group_eid)
) STRICT, WITHOUT ROWID;

-- Whom we suspended and did not reactivate since: the ledger knows.
UPDATE owned_user SET suspended = 1 WHERE user = 1 AND key IN (
    SELECT employee FROM (
        SELECT employee, kind, max(id) FROM ledger
        WHERE outcome IN ('done', 'already_so') AND kind IN ('create_user', 'reactivate_user', 'suspend_user')
        GROUP BY employee)
    WHERE kind = 'suspend_user');
