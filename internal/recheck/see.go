package recheck

import (
	"bytes"
	"compress/gzip"
	"context"
	"strings"
	"time"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/warc"
)

// Before is what the newest capture had.
type Before struct {
	URL, Title string
	Text       blob.Sum // visible text; zero when there was none
	Status     int
	Media      []string // URLs
}

// direct names the way out without a proxy.
const direct = "direct"

// maxText bounds the old text that is held in memory.
const maxText = 8 << 20

// See looks whether what was captured is still there, and keeps the exchange as a WARC. It
// returns an error only where nothing was seen because of us: then it is to be tried again.
func See(ctx context.Context, door *fetch.Door, store *blob.Store, before Before, now time.Time) (Look, error) {
	was, err := before.load(ctx, store)
	if err != nil {
		return Look{}, err
	}
	resp, err := door.Do(ctx, fetch.Request{URL: before.URL, FollowRedirects: true, KeepRaw: true})
	if fetch.Why(err) == fetch.Cancelled {
		return Look{}, err
	}
	look := Look{At: now, FinalURL: resp.Final, Vantage: direct}
	seen := Seen{URL: before.URL, Final: resp.Final, Fault: string(fetch.Why(err))}
	if err == nil {
		seen.Status, seen.ContentType, seen.Body = resp.Status, resp.Header.Get("Content-Type"), resp.Body
		if resp.Encoding != "" {
			seen.Body = nil // a content coding that nobody here can undo
		}
		look.Status = resp.Status
	}
	look.Verdict, look.Reason = Classify(seen, was)
	// A redirect may lead to bytes that are no text, which no database takes.
	look.FinalURL, look.Reason = strings.ToValidUTF8(look.FinalURL, "%EF%BF%BD"), strings.ToValidUTF8(look.Reason, "\uFFFD")
	look.Proof, err = keep(ctx, store, resp, look)
	return look, err
}

// load reads the old text. That it cannot be read is no reason not to look.
func (b Before) load(ctx context.Context, store *blob.Store) (Was, error) {
	was := Was{Title: b.Title, Media: b.Media}
	if b.Text.IsZero() {
		return was, nil
	}
	text, err := store.Bytes(ctx, b.Text, maxText)
	switch {
	case err == nil:
		was.Text = string(text)
	case ctx.Err() != nil:
		return was, ctx.Err()
	case problem.Is(err, problem.NotFound), problem.Is(err, problem.Tampered), problem.Is(err, problem.TooLarge):
	default:
		return was, err
	}
	return was, nil
}

// keep puts the exchanges into the store. Where there were none, there is nothing to keep.
func keep(ctx context.Context, store *blob.Store, resp *fetch.Response, look Look) (blob.Sum, error) {
	if len(resp.Hops) == 0 {
		return blob.Sum{}, nil
	}
	var out bytes.Buffer
	w := warc.NewWriter(&out)
	w.Level = gzip.BestSpeed // there are many looks, each small
	if err := w.WriteInfo("probe.warc.gz", look.At, warc.Header{{Name: "software", Value: "Argine"}, {Name: "description", Value: "a look whether an item is still there"}}); err != nil {
		return blob.Sum{}, err
	}
	for i, hop := range resp.Hops {
		x := warc.Exchange{URL: hop.URL, Time: hop.Time, IP: hop.RemoteIP, Request: hop.RequestRaw, Response: hop.ResponseRaw}
		if i == len(resp.Hops)-1 {
			x.Notes = warc.Header{{Name: "vantage", Value: look.Vantage}, {Name: "verdict", Value: string(look.Verdict)}}
			if resp.Truncated {
				x.Truncated = "length"
			}
		}
		if err := w.WriteExchange(x); err != nil {
			return blob.Sum{}, err
		}
	}
	return store.PutBytes(ctx, out.Bytes())
}
