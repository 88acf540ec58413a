package host

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/prints"
	"github.com/argine/argine/internal/host/service"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// planLooks has the service asked for copies of what a case names, so that the same content at
// another address is known before anybody decides. Only where the service offers that, and only
// for a sender who is proven: nobody else makes us look.
func (h *Host) planLooks(tx *sqldb.Tx, c cases.Case) error {
	if !h.service.Copies() || !c.Trusted() {
		return nil
	}
	items, err := cases.Items(tx, c.ID)
	if err != nil {
		return err
	}
	var tasks []prints.Task
	for _, it := range items {
		if it.Content == cases.Up {
			tasks = append(tasks, prints.Task{Canonical: it.Canonical, URL: it.URL, Case: c.ID})
		}
	}
	return prints.Plan(tx, tasks)
}

// fewLooks is how many places are looked at before the timer looks around again.
const fewLooks = 20

// look asks the service for copies of what is due, one after another, beside the acts that an
// hour waits for, and erases fingerprints that were kept long enough. A crash in between asks
// again, which changes nothing at the service.
func (h *Host) look(ctx context.Context) error {
	var tasks []prints.Task
	var old []string
	err := h.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		if old, err = prints.Old(tx); err != nil {
			return err
		}
		tasks, err = prints.Due(tx, fewLooks)
		return err
	})
	if err != nil {
		return err
	}
	if err := h.forget(ctx, old); err != nil {
		return err
	}
	for _, t := range tasks {
		if err := h.lookAt(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (h *Host) lookAt(ctx context.Context, t prints.Task) error {
	out := h.service.Do(ctx, service.Task{ID: "look-" + string(t.Case) + "-" + shortSum(t.Canonical), Action: "copy", Case: string(t.Case), URL: t.URL}, h.DB.Now())
	if out.Close != nil {
		defer out.Close()
	}
	failure := ""
	var seen []prints.Print
	switch {
	case !out.Done:
		failure = out.Detail
		if failure == "" {
			failure = "the service gave no copy"
		}
	case len(out.Copies) == 0:
		failure, out.Again = "the service handed over no file", false
	default:
		var err error
		if seen, err = h.fingerprint(ctx, out.Copies); err != nil {
			failure, out.Again = problem.Message(err), true
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if failure == "" {
		if err := h.learn(ctx, t.Canonical, prints.Look, seen); err != nil {
			return err
		}
	}
	return h.DB.Housekeeping(ctx, "what a look came to", func(tx *sqldb.Tx) error { return prints.Settle(tx, t, failure, out.Again) })
}

// fingerprint makes the fingerprints of copies before they are sealed: what is in the vault is
// opened for the two purposes of Article 6(1), and finding duplicates is neither.
func (h *Host) fingerprint(ctx context.Context, copies []service.Copy) (list []prints.Print, err error) {
	for _, f := range copies {
		body, err := f.Open()
		if err != nil {
			return nil, err
		}
		p, err := prints.Of(ctx, h.vault.Scratch(), body)
		body.Close()
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// hurried is how long fingerprints may take of what was just disabled: its answer waits.
const hurried = 20 * time.Second

// fingerprintSoon is fingerprint within that time. What it cannot make is left out: that the
// content is down is noted all the same.
func (h *Host) fingerprintSoon(ctx context.Context, copies []service.Copy) []prints.Print {
	ctx, cancel := context.WithTimeout(ctx, hurried)
	defer cancel()
	list, err := h.fingerprint(ctx, copies)
	if err != nil {
		h.Log.Warn("no fingerprint was made of what was disabled; the same content elsewhere is not found by it", "why", problem.Message(err))
	}
	return list
}

// learn keeps the fingerprints of a place with what they are near to. One at a time compares, so
// that of two places that become known at once the later one sees the other.
func (h *Host) learn(ctx context.Context, canonical, way string, list []prints.Print) error {
	if canonical == "" || len(list) == 0 {
		return nil
	}
	h.learning.Lock()
	defer h.learning.Unlock()
	var near []prints.Likeness
	if err := h.DB.View(ctx, func(tx *sqldb.Tx) (err error) { near, err = prints.Compare(tx, canonical, list); return err }); err != nil {
		return err
	}
	return h.DB.Update(ctx, func(tx *sqldb.Tx) error { return prints.Keep(tx, audit.System, canonical, way, list, near) })
}

// learnItem is learn for an item that was disabled.
func (h *Host) learnItem(ctx context.Context, target id.Case, place int, list []prints.Print) error {
	if len(list) == 0 {
		return nil
	}
	var it cases.Item
	if err := h.DB.View(ctx, func(tx *sqldb.Tx) (err error) { it, err = cases.OneItem(tx, target, place); return err }); err != nil {
		return err
	}
	return h.learn(ctx, it.Canonical, prints.Disable, list)
}

// learnUpload is learn for an upload that a bank knows.
func (h *Host) learnUpload(ctx context.Context, url string, body []byte) error {
	place, err := h.book.Canonical(url)
	if err != nil {
		return nil // it is told where the service has it, in whatever words
	}
	list, err := h.fingerprint(ctx, []service.Copy{{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }}})
	if err != nil {
		return err
	}
	return h.learn(ctx, place.URL, prints.Upload, list)
}

// forget erases fingerprints that have been kept long enough.
func (h *Host) forget(ctx context.Context, old []string) error {
	if len(old) == 0 {
		return nil
	}
	return h.DB.Update(ctx, func(tx *sqldb.Tx) error { return prints.Forget(tx, audit.System, old) })
}
