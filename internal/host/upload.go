package host

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/uploads"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Ask asks the trusted banks whether they know a file that was uploaded to the service. Only
// where one does is anything kept of it, and put before a person.
func (h *Host) Ask(ctx context.Context, who auth.Principal, at, provider, contentType string, body []byte) (uploads.Upload, error) {
	if err := who.Require(auth.HostAct); err != nil {
		return uploads.Upload{}, err
	}
	u := uploads.Upload{URL: at, Provider: provider, Sum: inbox.SumOf(body)}
	for _, bank := range h.Settings.Banks {
		hits, err := h.lookup(ctx, bank, contentType, body)
		if err != nil {
			return u, err
		}
		u.Hits = append(u.Hits, hits...)
	}
	if len(u.Hits) == 0 {
		return u, nil
	}
	if err := h.learnUpload(ctx, at, body); err != nil {
		return u, err
	}
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (uploads.Upload, error) { return uploads.Add(tx, who.Actor(), u) })
}

// lookup asks one Argine (POST /m/lookup, the API of Hasher-Matcher-Actioner): by signal type, then by bank.
func (h *Host) lookup(ctx context.Context, bank Bank, contentType string, body []byte) (hits []uploads.Hit, err error) {
	kind := "photo"
	if len(contentType) > 5 && contentType[:5] == "video" {
		kind = "video"
	}
	resp, err := h.Door.Do(ctx, fetch.Request{Method: http.MethodPost, URL: bank.URL + "/m/lookup?bypass_coinflip=true&content_type=" + url.QueryEscape(kind), Body: body,
		Header: http.Header{"Content-Type": {contentType}, "Accept": {"application/json"}, "Authorization": {"Bearer " + bank.Token}}})
	if err != nil && resp.Status == 0 {
		return nil, problem.Wrap(err, problem.Unavailable, "the banks at %s do not answer; ask again", bank.Name)
	}
	var found map[string]map[string][]struct {
		Distance json.RawMessage `json:"distance"`
	}
	if resp.Status != http.StatusOK || json.Unmarshal(resp.Body, &found) != nil {
		return nil, problem.New(problem.Unavailable, "the banks at %s answered HTTP %d: %.200s", bank.Name, resp.Status, resp.Body)
	}
	for signal, banks := range found {
		for name, entries := range banks {
			for _, e := range entries {
				hits = append(hits, uploads.Hit{At: bank.Name, Bank: name, Signal: signal, Distance: string(e.Distance)})
			}
		}
	}
	return hits, nil
}

// Uploads lists what banks know, what waits for a person first.
func (h *Host) Uploads(ctx context.Context, who auth.Principal) ([]uploads.Upload, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) ([]uploads.Upload, error) { return uploads.List(tx, manyOf) })
}

// DecideUpload is a person's decision on a hit; disabling it is done by the service.
func (h *Host) DecideUpload(ctx context.Context, who auth.Principal, target id.Upload, state, reason string) (uploads.Upload, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (uploads.Upload, error) {
		u, err := uploads.Decide(tx, who.Actor(), target, state, reason)
		if err != nil || state != uploads.Removed || !h.service.Set() {
			return u, err
		}
		canonical, err := h.book.Canonical(u.URL)
		if err != nil {
			return u, err
		}
		c, err := cases.Add(tx, who.Actor(), cases.Case{Track: cases.Own, Authority: h.Settings.Name, Reference: string(u.ID), Trust: inbox.Verified, ReceivedAt: u.AskedAt,
			Provider: cases.Provider{Account: u.Provider}}, []cases.Item{{URL: u.URL, Canonical: canonical.URL, Reasons: reason}})
		if err != nil {
			return u, err
		}
		if _, err := cases.Refresh(tx, who.Actor(), c.ID); err != nil {
			return u, err
		}
		_, err = acts.Add(tx, who.Actor(), acts.Act{Case: c.ID, Place: 1, Kind: acts.Disable, Way: acts.Service, Target: u.URL, Payload: "{}"})
		return u, err
	})
}
