-- owner: order

-- +goose Up
-- The two authorities of a cross-border order tell each other what happened in its case, Article
-- 14(1). course_at is since when something is to be told; acknowledged_at is when the home
-- authority's program told that it has the copy: one that never did is sent no courses.
ALTER TABLE removal_order ADD COLUMN course_at BIGINT;
ALTER TABLE removal_order ADD COLUMN acknowledged_at BIGINT;
CREATE INDEX removal_order_course ON removal_order (course_at) WHERE course_at IS NOT NULL;

-- Each telling, the subject of its delivery. What it says are the events that are known when it leaves.
CREATE TABLE order_course (
    id       TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES removal_order (id),
    made_at  BIGINT NOT NULL
);
