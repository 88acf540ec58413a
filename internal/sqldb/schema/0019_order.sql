-- owner: order

-- +goose Up
CREATE TABLE removal_order (
    id            TEXT PRIMARY KEY,
    origin        TEXT NOT NULL, -- own: issued here; copy: another authority's, here for scrutiny (Article 4)
    item_id       TEXT NOT NULL, -- one subject each; empty for a copy of what nobody here has
    action_id     TEXT NOT NULL, -- empty outside an action
    platform_id   TEXT NOT NULL, -- empty for a copy about a host that nobody has registered
    unit_id       TEXT NOT NULL, -- that issues it, or that scrutinises the copy
    authority_id  TEXT NOT NULL, -- of a copy: the issuing authority in the register; empty of our own
    authority     TEXT NOT NULL, -- name of the issuing authority, as the order gives it
    reference     TEXT NOT NULL,
    url           TEXT NOT NULL, -- the exact one
    language      TEXT NOT NULL,
    filled        TEXT NOT NULL, -- Annex I, law.Filled as JSON
    emergency     TEXT NOT NULL, -- why the twelve hours of Article 3(2) could not be waited for; empty when they were
    cross_border  BOOLEAN NOT NULL,
    home_id       TEXT NOT NULL, -- authority of the host's member state, in the register; empty within the country
    secret        TEXT NOT NULL, -- why the content provider must not be told, Article 11(3); empty when it may
    supersedes    TEXT NOT NULL, -- the order that this one corrects
    proof         TEXT NOT NULL, -- of a copy: how its sender was made sure of, or what could not be
    state         TEXT NOT NULL, -- draft, approved, withdrawn
    drafted_by    TEXT NOT NULL, -- empty for a copy
    drafted_at    BIGINT NOT NULL,
    approved_by   TEXT NOT NULL, -- empty while nobody has, and for a copy
    approved_at   BIGINT,        -- when it was issued
    -- What its events come to, repeated for lists and reports.
    received_at   BIGINT,
    executed_at   BIGINT,
    voided_at     BIGINT,
    final_at      BIGINT,
    owes          TEXT NOT NULL, -- issuer, home, host; empty when the case is closed
    duty          TEXT NOT NULL, -- law.Duty.Name
    due_at        BIGINT,        -- the first end of a running clock; in the past when it is overdue
    wake_at       BIGINT,        -- when the picture changes although nothing happens
    attention     TEXT NOT NULL, -- what people must look at now, words of order.Attention; empty mostly
    undelivered   TEXT NOT NULL, -- what became of a delivery that did not arrive
    contradicted_at BIGINT,      -- the host says removed and our own look found it up
    CHECK (approved_by = '' OR approved_by <> drafted_by),
    UNIQUE (reference, authority, origin) -- issuer and home authority may be units of one installation
);
CREATE INDEX removal_order_list ON removal_order (state, owes, due_at, id);
CREATE INDEX removal_order_platform ON removal_order (platform_id, id);
CREATE INDEX removal_order_action ON removal_order (action_id, id);
CREATE INDEX removal_order_of ON removal_order (item_id, id);
CREATE INDEX removal_order_wake ON removal_order (wake_at) WHERE wake_at IS NOT NULL;
CREATE UNIQUE INDEX removal_order_item ON removal_order (item_id) WHERE origin = 'own' AND state = 'approved' AND item_id <> '' AND voided_at IS NULL;

-- What happened in the case of an order, law.Event by law.Event. The case is their fold in the
-- order of at, and of place where they happened at once. Retracted ones are no part of it.
CREATE TABLE order_event (
    order_id     TEXT NOT NULL REFERENCES removal_order (id),
    place        BIGINT NOT NULL, -- from 1, in the order of recording
    kind         TEXT NOT NULL,   -- law.Kind
    at           BIGINT NOT NULL, -- when it happened
    emergency    TEXT NOT NULL,   -- of issued, as in law.Event
    cross_border BOOLEAN NOT NULL,
    detail       TEXT NOT NULL,   -- JSON: order.Detail
    retracted    TEXT NOT NULL,   -- why it did not happen after all (the mail came back); empty: it did
    user_id      TEXT NOT NULL,   -- who recorded it
    recorded_at  BIGINT NOT NULL,
    PRIMARY KEY (order_id, place)
);
CREATE INDEX order_event_kind ON order_event (kind, at);

-- Every answer to an order, also one that changed nothing.
CREATE TABLE order_answer (
    order_id TEXT NOT NULL REFERENCES removal_order (id),
    sum      TEXT NOT NULL, -- SHA-256 of form and values: the same answer again is a repetition
    form     TEXT NOT NULL, -- annex-2, annex-3
    filled   TEXT NOT NULL, -- law.Filled as JSON
    channel  TEXT NOT NULL, -- portal, api, webhook, mail, person
    source   TEXT NOT NULL, -- identifier of the mail or message
    proof    TEXT NOT NULL, -- how its sender was made sure of
    refused  TEXT NOT NULL, -- why it had no effect; empty when it had
    user_id  TEXT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (order_id, sum)
);

-- What leaves, or restricts rights, takes two people: one proposes it, another agrees.
CREATE TABLE order_step (
    id          TEXT PRIMARY KEY,
    order_id    TEXT NOT NULL REFERENCES removal_order (id),
    kind        TEXT NOT NULL,   -- law.Kind that it leads to
    reasons     TEXT NOT NULL,
    particulars TEXT NOT NULL,   -- JSON: what the document says besides, law.Filled
    state       TEXT NOT NULL,   -- open, agreed, dropped
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    decided_by  TEXT NOT NULL,
    decided_at  BIGINT,
    CHECK (state <> 'agreed' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX order_step_open ON order_step (order_id, kind) WHERE state = 'open';

-- The information of Article 3(2), once for each hosting service before its first order.
CREATE TABLE host_information (
    platform_id TEXT PRIMARY KEY,
    informed_at BIGINT, -- when the hosting service had it
    sent_at     BIGINT NOT NULL,
    user_id     TEXT NOT NULL
);

-- Decisions of a home authority that a hosting service is exposed, and their end, Article 5(4) and (7).
CREATE TABLE exposure (
    id           TEXT PRIMARY KEY,
    platform_id  TEXT NOT NULL,
    authority    TEXT NOT NULL, -- that decided
    decision     TEXT NOT NULL, -- exposed, revoked
    reasons      TEXT NOT NULL,
    decided_at   BIGINT NOT NULL,
    user_id      TEXT NOT NULL,
    recorded_at  BIGINT NOT NULL
);
CREATE INDEX exposure_platform ON exposure (platform_id, decided_at);

-- The number that the newest reference of a year ends in.
CREATE TABLE order_counter (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);
