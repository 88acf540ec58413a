-- owner: host/prints

-- +goose Up
-- What the service is asked for a copy of, to fingerprint it: a place that a request names.
CREATE TABLE host_look (
    canonical TEXT PRIMARY KEY,
    url       TEXT NOT NULL, -- the exact one
    case_id   TEXT NOT NULL, -- that named it last
    attempts  BIGINT NOT NULL,
    failure   TEXT NOT NULL, -- what the newest attempt came to; empty: a copy came
    next_at   BIGINT,
    looked_at BIGINT
);
CREATE INDEX host_look_next ON host_look (next_at) WHERE next_at IS NOT NULL;

-- A medium that stood at a place: its fingerprints, and nothing of the medium itself.
CREATE TABLE host_print (
    canonical TEXT NOT NULL,
    sum       TEXT NOT NULL, -- SHA-256
    type      TEXT NOT NULL,
    size      BIGINT NOT NULL,
    pdq       TEXT NOT NULL, -- of a picture; empty: none
    quality   BIGINT NOT NULL,
    film      TEXT NOT NULL, -- of a film: its distinct frames, as vpdq.Format has them
    way       TEXT NOT NULL, -- look, disable, upload
    seen_at   BIGINT NOT NULL,
    until     BIGINT NOT NULL, -- six months, as long as what was removed is kept
    PRIMARY KEY (canonical, sum)
);
CREATE INDEX host_print_sum ON host_print (sum);
CREATE INDEX host_print_until ON host_print (until);

-- Places whose media are alike without being the same file; each pair stands in both directions.
CREATE TABLE host_near (
    canonical TEXT NOT NULL,
    other     TEXT NOT NULL,
    kind      TEXT NOT NULL,   -- picture, film
    measure   BIGINT NOT NULL, -- of pictures the bits of 256 that differ; of films the percentage in common
    PRIMARY KEY (canonical, other)
);
CREATE INDEX host_near_other ON host_near (other);
