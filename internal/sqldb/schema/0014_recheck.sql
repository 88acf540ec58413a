-- owner: recheck

-- +goose Up
CREATE TABLE recheck (
    item_id      TEXT PRIMARY KEY,
    referral_id  TEXT NOT NULL,
    delivered_at BIGINT NOT NULL,
    step         BIGINT NOT NULL, -- of the schedule at the newest look; 0 before the first
    next_step    BIGINT NOT NULL DEFAULT 1, -- of the schedule at the next look
    next_at      BIGINT,          -- NULL while a job has it and when the schedule is at its end
    verdict      TEXT NOT NULL,
    gone_at      BIGINT           -- first look at which it was gone; NULL again if it came back
);
CREATE INDEX recheck_next ON recheck (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX recheck_referral ON recheck (referral_id);

CREATE TABLE probe (
    id      TEXT PRIMARY KEY,
    item_id TEXT NOT NULL,
    step    BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    status  BIGINT NOT NULL,
    final_url TEXT NOT NULL,
    vantage TEXT NOT NULL,
    proof   TEXT NOT NULL, -- SHA-256 of the WARC of the look
    reason  TEXT NOT NULL, -- what told the verdict
    UNIQUE (item_id, step)
);
