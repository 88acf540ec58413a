-- owner: assess

-- +goose Up
CREATE TABLE assessment (
    id         TEXT PRIMARY KEY,
    item_id    TEXT NOT NULL,
    step       BIGINT NOT NULL, -- 1 the first person, 2 the second
    user_id    TEXT NOT NULL,
    unit_id    TEXT NOT NULL,
    decision   TEXT NOT NULL,   -- terrorist, not_terrorist
    limbs      TEXT NOT NULL,   -- of Article 2(7), space-separated: a b c d e
    purpose    TEXT NOT NULL,   -- protected purpose of Article 1(3) that was found, or none
    purpose_reasons TEXT NOT NULL,
    confidence BIGINT NOT NULL, -- per cent
    reasons    TEXT NOT NULL,
    edition    TEXT NOT NULL,   -- CELEX number of the version of the law that limbs and purpose belong to
    at         BIGINT NOT NULL,
    UNIQUE (item_id, step),
    UNIQUE (item_id, user_id)
);
