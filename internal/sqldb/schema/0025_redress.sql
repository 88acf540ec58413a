-- owner: redress

-- +goose Up
CREATE TABLE complaint (
    id          TEXT PRIMARY KEY,
    reference   TEXT NOT NULL UNIQUE,
    item_id     TEXT NOT NULL,
    platform_id TEXT NOT NULL, -- that the item stands on
    unit_id     TEXT NOT NULL, -- whose decision is complained of
    subject_id  TEXT NOT NULL, -- the referral, order or notice that it is about; empty when it does not say
    complainant TEXT NOT NULL, -- provider, platform
    contact     TEXT NOT NULL, -- where the outcome is told to; of a content provider it is personal
    reasons     TEXT NOT NULL, -- the complainant's
    received_at BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    filed_by    TEXT NOT NULL,
    filed_at    BIGINT NOT NULL,
    state       TEXT NOT NULL, -- open, decided
    outcome     TEXT NOT NULL, -- upheld: the decision stands; reversed: it does not; empty while open
    decided_at  BIGINT,
    told_at     BIGINT,        -- when the complainant was told
    told_how    TEXT NOT NULL
);
CREATE INDEX complaint_list ON complaint (state, due_at, id);
CREATE INDEX complaint_item ON complaint (item_id);
CREATE INDEX complaint_platform ON complaint (platform_id, id);
CREATE UNIQUE INDEX complaint_open ON complaint (item_id, complainant) WHERE state = 'open';

CREATE TABLE reassessment (
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    step         BIGINT NOT NULL, -- 1 the first person, 2 the second, 3 the third where they disagree
    user_id      TEXT NOT NULL,
    unit_id      TEXT NOT NULL,
    decision     TEXT NOT NULL, -- terrorist, not_terrorist
    limbs        TEXT NOT NULL,
    purpose      TEXT NOT NULL,
    reasons      TEXT NOT NULL,
    edition      TEXT NOT NULL, -- CELEX number of the version of the law that limbs and purpose belong to
    at           BIGINT NOT NULL,
    PRIMARY KEY (complaint_id, step),
    UNIQUE (complaint_id, user_id)
);

-- The number that the newest reference of a year ends in.
CREATE TABLE complaint_counter (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);
