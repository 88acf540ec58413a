-- owner: refer

-- +goose Up
CREATE TABLE referral (
    id          TEXT PRIMARY KEY,
    action_id   TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    unit_id     TEXT NOT NULL,
    track       TEXT NOT NULL, -- referral, order, notice
    reference   TEXT NOT NULL UNIQUE,
    language    TEXT NOT NULL,
    state       TEXT NOT NULL, -- draft, approved, withdrawn
    drafted_by  TEXT NOT NULL,
    drafted_at  BIGINT NOT NULL,
    approved_by TEXT NOT NULL, -- empty while nobody has
    approved_at BIGINT,
    CHECK (approved_by <> drafted_by)
);
CREATE INDEX referral_action ON referral (action_id, id);
CREATE INDEX referral_platform ON referral (platform_id, id);

CREATE TABLE referral_item (
    referral_id TEXT NOT NULL REFERENCES referral (id),
    item_id     TEXT NOT NULL,
    url         TEXT NOT NULL, -- the exact URL that was seen
    limbs       TEXT NOT NULL,
    reasons     TEXT NOT NULL,
    PRIMARY KEY (referral_id, item_id)
);
CREATE UNIQUE INDEX referral_item_item ON referral_item (item_id);

-- The number that the newest reference of a year ends in.
CREATE TABLE referral_counter (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE preflight_block (
    item_id TEXT PRIMARY KEY,
    rule    TEXT NOT NULL, -- home_page, search_page, listing_page, protected_host, no_capture, existing_order, no_platform, no_contact, placeholder
    reason  TEXT NOT NULL,
    remedy  TEXT NOT NULL,
    at      BIGINT NOT NULL
);

CREATE TABLE answer (
    id          TEXT PRIMARY KEY,
    referral_id TEXT NOT NULL,
    item_id     TEXT NOT NULL,
    kind        TEXT NOT NULL, -- removed, disabled, refused, impossible, clarification
    reason      TEXT NOT NULL,
    acted_at    BIGINT,        -- when the platform says it acted
    user_id     TEXT NOT NULL, -- the platform contact who answered
    at          BIGINT NOT NULL,
    UNIQUE (referral_id, item_id, kind)
);
CREATE INDEX answer_item ON answer (item_id, id);
