-- owner: host/reinstatements
-- Content that is to come back, at the hosting service and at the desk that asked.

-- +goose Up
-- A duty to bring content back: somebody asked, or the order that it was removed under lost its effect.
CREATE TABLE host_reinstatement (
    id          TEXT PRIMARY KEY,
    basis       TEXT NOT NULL, -- asked; withdrawn, infringing, appeal_won: the order is without effect
    message_id  TEXT NOT NULL, -- that says so; empty: a person noted it
    case_id     TEXT NOT NULL, -- in which it was removed; empty: none here is meant
    place       BIGINT NOT NULL, -- of the item in it; 0: none
    url         TEXT NOT NULL,
    canonical   TEXT NOT NULL,
    sender      TEXT NOT NULL, -- its name in the settings; empty: nobody that is known
    authority   TEXT NOT NULL, -- who it is from
    subject     TEXT NOT NULL, -- what the sender calls it
    reference   TEXT NOT NULL,
    language    TEXT NOT NULL,
    reasons     TEXT NOT NULL, -- why it is to come back
    answer_url  TEXT NOT NULL,
    answer_mail TEXT NOT NULL,
    trust       TEXT NOT NULL, -- verified, unverified, forged
    findings    TEXT NOT NULL, -- JSON: what was looked at, and what was found
    vouched_by  TEXT NOT NULL, -- who made sure of it by another way; empty: nobody
    vouched_why TEXT NOT NULL,
    asked_at    BIGINT NOT NULL,
    due_at      BIGINT NOT NULL, -- at once for an order without effect, Article 4(7); else recommended
    state       TEXT NOT NULL, -- open, under_way, decided
    outcome     TEXT NOT NULL, -- reinstated, kept_down, not_down, set_aside; empty while it is not decided
    why         TEXT NOT NULL, -- the service's reasons for keeping it down
    decided_by  TEXT NOT NULL,
    decided_at  BIGINT
);
CREATE INDEX host_reinstatement_open ON host_reinstatement (state, due_at, id);
CREATE INDEX host_reinstatement_case ON host_reinstatement (case_id, place);
CREATE INDEX host_reinstatement_canonical ON host_reinstatement (canonical);

-- Content that came back, and whether its provider was told. Each time it comes back is told once.
CREATE TABLE host_return (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL,
    place      BIGINT NOT NULL,
    url        TEXT NOT NULL,
    canonical  TEXT NOT NULL,
    path       TEXT NOT NULL, -- complaint, void, asked, own
    removed_at BIGINT,
    back_at    BIGINT NOT NULL,
    state      TEXT NOT NULL, -- secret: non-disclosure holds; unknown: no address is known; sent: the letter is an act; told: by hand; overtaken: taken down anew
    act_id     TEXT NOT NULL, -- that carries the letter; empty: none yet
    next_at    BIGINT,        -- when it is looked at again
    told_how   TEXT NOT NULL  -- of told
);
CREATE INDEX host_return_next ON host_return (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX host_return_case ON host_return (case_id, place);

-- owner: redress
-- What a hosting service says to a request to reinstate. The newest counts.
CREATE TABLE reinstatement_answer (
    item_id      TEXT NOT NULL,
    number       BIGINT NOT NULL, -- from 1
    complaint_id TEXT NOT NULL,   -- by which the decision fell; empty: not known
    outcome      TEXT NOT NULL,   -- reinstated, kept_down, not_down
    reasons      TEXT NOT NULL,
    acted_at     BIGINT,          -- when it did so, by its own word
    channel      TEXT NOT NULL,
    source       TEXT NOT NULL,   -- the message
    proof        TEXT NOT NULL,   -- by what it is known to be the service's
    user_id      TEXT NOT NULL,   -- who read it in; empty where it came by itself
    told_at      BIGINT NOT NULL, -- when we learned of it
    PRIMARY KEY (item_id, number)
);
