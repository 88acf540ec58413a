package capture

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/fetch"
)

// Take captures what is at url: the page and the media that it names.
func Take(ctx context.Context, door *fetch.Door, store *blob.Store, url string, now time.Time) (Taken, error) {
	return take(ctx, door, store, url, now, itemLimits)
}

// taking is one Take under way.
type taking struct {
	door    *fetch.Door
	store   *blob.Store
	archive *archive
	limits  limits
	spent   int64         // bytes on the wire
	network time.Duration // time on the network
	out     Taken
}

func take(ctx context.Context, door *fetch.Door, store *blob.Store, target string, now time.Time, l limits) (Taken, error) {
	resp, err := door.Do(ctx, fetch.Request{URL: target, FollowRedirects: true, KeepRaw: true})
	t := &taking{door: door, store: store, limits: l, out: Taken{Outcome: Unreachable, FinalURL: shownURL(resp.Final)}}
	if err != nil {
		if fetch.Why(err) == "" || ctx.Err() != nil {
			return Taken{}, err // our side, or stopped: to be done again
		}
		t.out.Fault = string(fetch.Why(err))
		if len(resp.Hops) == 0 {
			return t.out, nil
		}
	}
	t.archive = openArchive(ctx, store, now)
	defer t.archive.abandon()
	if err := t.page(ctx, resp, err != nil); err != nil {
		return Taken{}, err
	}
	t.out.WARC, t.out.Size, err = t.archive.close()
	return t.out, err
}

// page deals with the answer for the page itself; failed says that it did not end well.
func (t *taking) page(ctx context.Context, resp *fetch.Response, failed bool) error {
	if err := t.record(resp, "", failed); err != nil {
		return err
	}
	if failed && !brokeOff(resp) {
		return nil // the redirects lead nowhere
	}
	if resp.Truncated && t.out.Fault == "" {
		t.out.Fault = string(fetch.TooLarge)
	}
	t.out.Outcome, t.out.Status = Captured, resp.Status
	if resp.Encoding != "" || len(resp.Body) == 0 {
		return nil
	}
	switch mime, contentType := sniff(resp.Body), resp.Header.Get("Content-Type"); {
	case isPage(mime, contentType):
		return t.html(ctx, resp, contentType)
	case strings.HasPrefix(mime, "text/plain"):
		text := plainText(resp.Body, contentType)
		t.out.Language = languageOf(text)
		if err := t.keepText(ctx, text); err != nil {
			return err
		}
		return t.itself(ctx, resp, mime)
	default:
		return t.itself(ctx, resp, mime)
	}
}

// brokeOff reports whether an exchange failed after part of the last answer's body had come.
func brokeOff(resp *fetch.Response) bool {
	last := resp.Hops[len(resp.Hops)-1]
	return last.URL == resp.Final && last.Status/100 != 3 && len(resp.Body) > 0
}

// itself makes a file that the link leads to directly the only medium of the capture.
func (t *taking) itself(ctx context.Context, resp *fetch.Response, mime string) error {
	if resp.Status/100 != 2 || t.out.Fault != "" {
		return nil
	}
	return t.keepMedium(ctx, t.out.FinalURL, mime, resp.Body)
}

// html reads the page, then fetches its media, one after another so that one is held at a time.
func (t *taking) html(ctx context.Context, resp *fetch.Response, contentType string) error {
	p := readPage(resp.Body, contentType)
	resp.Body, resp.Hops = nil, nil // media need the room
	t.out.Title, t.out.Language = p.title, p.language
	if t.out.Language == "" {
		t.out.Language = languageOf(p.text)
	}
	if err := t.keepText(ctx, p.text); err != nil {
		return err
	}
	if resp.Status/100 != 2 {
		return nil // the pictures of an error page are not the item's
	}
	for _, ref := range p.media(resp.Final, t.limits.media) {
		if t.spent >= t.limits.all || t.network >= t.limits.network {
			return nil
		}
		var err error
		if strings.HasPrefix(ref, "data:") {
			err = t.inline(ctx, ref)
		} else {
			err = t.medium(ctx, ref, resp.Final)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// medium fetches what a page names and keeps it if it is a medium indeed.
func (t *taking) medium(ctx context.Context, ref, page string) error {
	header := http.Header{"Accept": {"*/*"}}
	if sameHost(ref, page) {
		header.Set("Referer", page) // some hosts give pictures to their own pages only; others need not know
	}
	resp, err := t.door.Do(ctx, fetch.Request{URL: ref, Header: header, FollowRedirects: true, KeepRaw: true})
	if ctx.Err() != nil {
		return err
	}
	if err := t.record(resp, page, err != nil); err != nil {
		return err
	}
	if err != nil || resp.Status/100 != 2 || resp.Truncated || resp.Encoding != "" || t.spent > t.limits.all {
		return nil
	}
	return t.keepIfMedium(ctx, ref, resp.Body)
}

// inline keeps a medium that stands in the page itself.
func (t *taking) inline(ctx context.Context, ref string) error {
	body, ok := dataOf(ref)
	if !ok || len(body) < inlineLeast {
		return nil
	}
	return t.keepIfMedium(ctx, ref[:min(len(ref), inlineShown)], body)
}

func (t *taking) keepIfMedium(ctx context.Context, url string, body []byte) error {
	if mime := sniff(body); len(body) > 0 && int64(len(body)) <= t.limits.each && isMedium(mime) {
		return t.keepMedium(ctx, url, mime, body)
	}
	return nil
}

// keepMedium stores a medium, once however many names it has on the page.
func (t *taking) keepMedium(ctx context.Context, url, mime string, body []byte) error {
	sum, err := t.store.PutBytes(ctx, body)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(t.out.Media, func(f Found) bool { return f.Sum == sum }) {
		t.out.Media = append(t.out.Media, Found{URL: shownURL(url), MIME: mime, Sum: sum, Size: int64(len(body))})
	}
	return nil
}

func (t *taking) keepText(ctx context.Context, text string) (err error) {
	if text == "" {
		return nil
	}
	t.out.TextBytes = int64(len(text))
	t.out.Text, err = t.store.PutBytes(ctx, []byte(text))
	return err
}

// record writes an answer's exchanges into the archive and counts what they cost.
func (t *taking) record(resp *fetch.Response, via string, failed bool) error {
	t.network += resp.Duration
	for _, hop := range resp.Hops {
		t.spent += int64(len(hop.ResponseRaw))
	}
	if err := t.archive.add(resp, via, failed); err != nil {
		return err
	}
	for i := range resp.Hops {
		resp.Hops[i].RequestRaw, resp.Hops[i].ResponseRaw = nil, nil
	}
	return nil
}

func sameHost(a, b string) bool {
	first, err := url.Parse(a)
	if err != nil {
		return false
	}
	second, err := url.Parse(b)
	return err == nil && first.Host == second.Host && first.Scheme == second.Scheme
}
