-- owner: notice

-- +goose Up
CREATE TABLE notice (
    id          TEXT PRIMARY KEY,
    track       TEXT NOT NULL, -- notice: Article 16 of Regulation (EU) 2022/2065; act_order: its Article 9
    action_id   TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    unit_id     TEXT NOT NULL,
    reference   TEXT NOT NULL UNIQUE,
    language    TEXT NOT NULL,
    filled      TEXT NOT NULL, -- law.Notice or law.ActOrder, law.Filled as JSON, without the links: they are the items'
    state       TEXT NOT NULL, -- draft, approved, withdrawn
    drafted_by  TEXT NOT NULL,
    drafted_at  BIGINT NOT NULL,
    approved_by TEXT NOT NULL, -- empty while nobody has
    approved_at BIGINT,
    received_at BIGINT,        -- when the platform had it
    confirmed_at BIGINT,       -- the platform's confirmation of receipt, Article 16(4)
    CHECK (approved_by = '' OR approved_by <> drafted_by)
);
CREATE INDEX notice_platform ON notice (platform_id, id);
CREATE INDEX notice_action ON notice (action_id, id);
CREATE INDEX notice_unit ON notice (unit_id, id);

CREATE TABLE notice_item (
    notice_id TEXT NOT NULL REFERENCES notice (id),
    track     TEXT NOT NULL,
    item_id   TEXT NOT NULL,
    url       TEXT NOT NULL, -- the exact one
    limbs     TEXT NOT NULL,
    reasons   TEXT NOT NULL,
    -- The newest of what the platform said of it.
    decision  TEXT NOT NULL, -- Articles 9(1) and 16(5): removed, disabled, restricted, refused, none; empty while it has not
    decided_at BIGINT,       -- when it decided or gave effect, by its own word
    told_at   BIGINT,        -- when we learned of it
    reason    TEXT NOT NULL,
    redress   TEXT NOT NULL, -- possibilities for redress, Article 16(5)
    automated BOOLEAN NOT NULL, -- decided by automated means, Article 16(6)
    PRIMARY KEY (notice_id, item_id)
);
CREATE UNIQUE INDEX notice_item_item ON notice_item (track, item_id);
CREATE INDEX notice_item_of ON notice_item (item_id);

-- The number that the newest reference of a track and year ends in.
CREATE TABLE notice_counter (
    track TEXT NOT NULL,
    year  BIGINT NOT NULL,
    last  BIGINT NOT NULL,
    PRIMARY KEY (track, year)
);
