package flow

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// feed is a source of entries on a loopback address, that says what it was told to.
type feed struct {
	*httptest.Server
	answer atomic.Pointer[http.HandlerFunc]
}

func newFeed(t testing.TB) *feed {
	f := &feed{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*f.answer.Load())(w, r) }))
	t.Cleanup(f.Close)
	return f
}

func (f *feed) set(h http.HandlerFunc) { f.answer.Store(&h) }

func (f *feed) says(status int, body string) {
	f.set(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); fmt.Fprint(w, body) })
}

func csvOf(numbers ...int) string {
	out := "kind,value\n"
	for _, n := range numbers {
		out += fmt.Sprintf("sha256,%064x\n", n)
	}
	return out
}

// fetchNow runs a subscription's job and tells how it stands then.
func (d *bankDesk) fetchNow(s match.Subscription) (now match.Subscription, draft match.Draft) {
	d.Helper()
	d.must(d.fetchSubscription(d.Context(), match.FetchJob{Subscription: s.ID}))
	d.must(d.DB.View(d.Context(), func(tx *sqldb.Tx) (err error) {
		if now, err = match.GetSubscription(tx, s.ID); err == nil {
			draft, _, err = match.OpenDraftOf(tx, s.ID)
		}
		return err
	}))
	return now, draft
}

func (d *bankDesk) subscription(bank, form, url, secret string) match.Subscription {
	d.Helper()
	s, err := d.Subscribe(d.Context(), d.north, bank, match.Subscription{Form: form, URL: url, Secret: secret, Every: time.Hour})
	d.must(err)
	return s
}

// take takes a draft and runs its job.
func (d *bankDesk) take(draft match.Draft) {
	d.Helper()
	_, err := d.TakeDraft(d.Context(), d.north, draft.ID)
	d.must(err)
	d.must(d.takeDraft(d.Context(), match.TakeJob{Draft: draft.ID, User: d.north.User, Unit: d.north.Unit}))
}

func TestASubscriptionFromEndToEnd(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		source := newFeed(d.TB)
		b := d.bank("FEED")
		s := d.subscription("FEED", match.FormCSV, source.URL+"/list.csv", "sesame")
		source.set(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer sesame" || r.URL.Path != "/list.csv" {
				w.WriteHeader(http.StatusForbidden)
			}
			fmt.Fprint(w, csvOf(1, 2, 3)+"sha256,bad\n")
		})
		now, draft := d.fetchNow(s)
		if c := draft.Consequences; draft.State != match.DraftOpen || c.New != 3 || c.Bad != 1 || !now.NextAt.IsZero() || now.Fault != "" || d.now("FEED").Entries != 0 {
			d.Fatalf("%+v, %+v; the bank has %d entries", draft, now, d.now("FEED").Entries)
		}
		if _, again := d.fetchNow(s); again.ID != draft.ID {
			d.Errorf("a second draft beside one that waits: %+v", again)
		}
		if _, err := d.TakeDraft(d.Context(), d.south, draft.ID); !problem.Is(err, problem.Forbidden) {
			d.Errorf("another unit takes it: %v", err)
		}
		d.take(draft)
		if n := d.now("FEED").Entries; n != 3 || d.count(sqlWaiting, "match.retro") != 1 {
			d.Errorf("%d entries, %d jobs look back", n, d.count(sqlWaiting, "match.retro"))
		}
		source.says(200, csvOf(2, 3, 4))
		if _, draft = d.fetchNow(s); draft.Consequences.New != 1 || draft.Consequences.Retracted != 1 {
			d.Errorf("%+v", draft.Consequences)
		}
		_, err := d.DiscardDraft(d.Context(), d.north, draft.ID)
		d.must(err)
		if d.now("FEED").Entries != 3 {
			d.Error("a discarded draft changed something")
		}
		_, draft = d.fetchNow(s)
		d.take(draft)
		if now := d.now("FEED"); now.Entries != 3 || now.Retracted != 1 {
			d.Errorf("%+v", now)
		}
		if now, draft := d.fetchNow(s); draft.ID != "" || now.NextAt.IsZero() {
			d.Errorf("nothing is new: %+v %+v", now, draft)
		}
		want := "[bank.added subscription.added draft.opened draft.taken bank.imported draft.finished draft.opened draft.discarded draft.opened draft.taken bank.imported bank.entry_retracted draft.finished]"
		if got := d.events(b.ID); fmt.Sprint(got) != want {
			d.Errorf("events %q", got)
		}
	})
}

func TestASourceThatFails(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		source := newFeed(d.TB)
		d.bank("FEED")
		s := d.subscription("FEED", match.FormCSV, source.URL, "")
		for name, c := range map[string]struct {
			status     int
			body, want string
		}{
			"error":      {500, "", "HTTP 500"},
			"forbidden":  {403, "", "check the secret"},
			"no header":  {200, "a,b\n", "first line"},
			"UTF-16":     {200, "\xff\xfek\x00", "UTF-16"},
			"bad lines":  {200, "kind,value\nsha256,bad\n", "cannot be used"},
			"too large":  {200, csvOf(1) + strings.Repeat("x", 5<<20), "larger"},
			"empty file": {200, "", "first line"},
		} {
			source.says(c.status, c.body)
			now, draft := d.fetchNow(s)
			if !strings.Contains(now.Fault, c.want) || draft.ID != "" || now.NextAt.IsZero() || now.FetchedAt.IsZero() {
				d.Errorf("%s: %+v %+v", name, now, draft)
			}
		}
		source.Close()
		if now, _ := d.fetchNow(s); !strings.Contains(now.Fault, "no server") {
			d.Errorf("nobody there: %+v", now)
		}
		d.must(d.Unsubscribe(d.Context(), d.north, s.ID))
		d.must(d.fetchSubscription(d.Context(), match.FetchJob{Subscription: s.ID}))
		if n := d.count("SELECT COUNT(*) FROM draft"); n != 0 {
			d.Errorf("%d drafts", n)
		}
	})
}

func TestAHashListIsRead(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		source := newFeed(d.TB)
		d.bank("LIST")
		s := d.subscription("LIST", match.FormHashList, source.URL+"/base", "name:pass:word")
		rows := func(from, n int, deleted bool) string {
			var list []string
			for i := range n {
				list = append(list, fmt.Sprintf(`{"hash_digest":"%064x","algorithm":"SHA256","ideology":"example","file_type":"mp4","deleted":%v,"id":%d}`, from+i, deleted, from+i))
			}
			return strings.Join(list, ",")
		}
		source.set(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/base/token-auth/tcap/" && r.Method == "POST" && r.FormValue("username") == "name" && r.FormValue("password") == "pass:word":
				fmt.Fprint(w, `{"user":{},"token":"jwt"}`)
			case r.URL.Path != "/base/api/hash-list/v2/all" || r.Header.Get("Authorization") != "Bearer jwt":
				w.WriteHeader(http.StatusUnauthorized)
			case r.FormValue("after") == "":
				fmt.Fprintf(w, `{"count":5,"next":"x","previous":null,"checkpoint":"1,3","results":[%s]}`, rows(1, 3, false))
			case r.FormValue("after") == "1,3":
				fmt.Fprintf(w, `{"count":5,"next":null,"previous":"x","checkpoint":"1,5","results":[%s]}`, rows(4, 2, false))
			case r.FormValue("after") == "1,5":
				fmt.Fprintf(w, `{"count":1,"next":null,"checkpoint":"2,6","results":[%s]}`, rows(2, 1, true))
			default:
				fmt.Fprint(w, `{"count":0,"next":null,"checkpoint":"","results":[]}`)
			}
		})
		_, draft := d.fetchNow(s)
		if draft.Consequences.New != 5 || draft.Checkpoint != "1,5" {
			d.Fatalf("%+v", draft)
		}
		d.take(draft)
		if _, draft = d.fetchNow(s); draft.Consequences.Retracted != 1 || draft.Consequences.New != 0 {
			d.Errorf("%+v", draft.Consequences)
		}
		d.take(draft)
		if now := d.now("LIST"); now.Entries != 4 || now.Retracted != 1 {
			d.Errorf("%+v", now)
		}
		if now, draft := d.fetchNow(s); draft.ID != "" || now.Checkpoint != "2,6" || now.Fault != "" {
			d.Errorf("%+v %+v", now, draft)
		}
		source.says(200, `{}`)
		if now, _ := d.fetchNow(s); !strings.Contains(now.Fault, "no token") || now.Checkpoint != "2,6" {
			d.Errorf("%+v", now)
		}
	})
}

// TestAnotherArgineIsReadInPieces: also where it hides an endless list.
func TestAnotherArgineIsReadInPieces(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		source := newFeed(d.TB)
		d.bank("THEIRS")
		s := d.subscription("THEIRS", match.FormArgine, source.URL+"/v1/banks/X/export", "token")
		whole := small.fetch + 5
		source.set(func(w http.ResponseWriter, r *http.Request) {
			after, _ := strconv.Atoi(r.FormValue("after"))
			if r.FormValue("form") != "jsonl" || r.FormValue("limit") != strconv.Itoa(small.fetch) {
				w.WriteHeader(http.StatusBadRequest)
			}
			for n := after + 1; n <= min(after+small.fetch, whole); n++ {
				fmt.Fprintf(w, "{\"number\":%d,\"kind\":\"sha256\",\"value\":\"%064x\"}\n", n, n)
			}
		})
		_, draft := d.fetchNow(s)
		if draft.Consequences.New != whole {
			d.Fatalf("%+v", draft.Consequences)
		}
		d.killed(draft, whole)
		source.set(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "{\"kind\":\"sha256\",\"value\":\""+strings.Repeat("a", 64)+"\"}\n")
		})
		if now, _ := d.fetchNow(s); !strings.Contains(now.Fault, "order of their numbers") {
			d.Errorf("a file that is no export: %+v", now)
		}
	})
}

// killed takes a draft with a process that dies in the middle, after a piece and a part.
func (d *bankDesk) killed(draft match.Draft, whole int) {
	d.Helper()
	_, err := d.TakeDraft(d.Context(), d.north, draft.ID)
	d.must(err)
	j := match.TakeJob{Draft: draft.ID, User: d.north.User, Unit: d.north.Unit}
	sum, err := blob.Parse(draft.Changes)
	d.must(err)
	changes, err := d.Store.Get(d.Context(), sum)
	d.must(err)
	defer changes.Close()
	died := errors.New("the process died")
	first := taking{flow: d.Flow, job: j, draft: draft, until: time.Now().Add(time.Hour)}
	err = match.ReadEntries("application/jsonl", changes, func(line match.EntryLine) error {
		if first.read == small.change+10 {
			return died
		}
		return first.line(d.Context(), line)
	})
	if !errors.Is(err, died) || d.now("THEIRS").Entries != small.change {
		d.Fatalf("%v, %d entries", err, d.now("THEIRS").Entries)
	}
	d.must(d.takeDraft(d.Context(), j))
	d.must(d.takeDraft(d.Context(), j)) // the queue may run it once more
	now := d.now("THEIRS")
	if n := d.count("SELECT COUNT(*) FROM bank_entry WHERE bank_id = $1", now.ID); now.Entries != whole || n != whole {
		d.Errorf("%d entries, %d rows", now.Entries, n)
	}
	finished := 0
	for _, verb := range d.events(now.ID) {
		if verb == "draft.finished" {
			finished++
		}
	}
	if finished != 1 {
		d.Errorf("finished %d times", finished)
	}
}

// TestWhatComesDue: the timer moves subscriptions into jobs and retracts what has expired.
func TestWhatComesDue(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		b := d.bank("DUE")
		d.must(d.DB.Update(d.Context(), func(tx *sqldb.Tx) error {
			_, err := match.AddEntries(tx, d.north.Actor(), b.ID, []match.Entry{{Kind: "md5", Value: strings.Repeat("d4", 16), ExpiresAt: tx.Now}, {Kind: "md5", Value: strings.Repeat("d5", 16), ExpiresAt: tx.Now.Add(time.Hour)},
				{Kind: "md5", Value: strings.Repeat("d6", 16)}, {Kind: "md5", Value: strings.Repeat("d7", 16)}})
			return err
		}))
		d.must(d.DB.Update(d.Context(), func(tx *sqldb.Tx) error {
			named, err := match.Named(tx, b.ID, []string{strings.Repeat("d6", 16)})
			if err == nil {
				_, err = match.OffUntil(tx, d.north.Actor(), b.ID, tx.Now.Add(time.Microsecond), named...)
			}
			return err
		}))
		if n, err := d.SwitchOffEntries(d.Context(), d.north, "DUE", time.Now().Add(55*time.Minute), []string{strings.Repeat("d7", 16)}); n != 1 || err != nil {
			d.Errorf("%d entries are off, %v", n, err)
		}
		d.subscription("DUE", match.FormCSV, "https://feed.example/", "")
		due := func() (n int, next time.Time) {
			d.must(d.DB.View(d.Context(), func(tx *sqldb.Tx) (err error) {
				if n, err = CountDue(tx); err == nil {
					next, err = NextDue(tx)
				}
				return err
			}))
			return n, next
		}
		if n, _ := due(); n != 3 {
			d.Errorf("%d are due", n)
		}
		d.must(d.tick(d.Context()))
		if n, next := due(); n != 0 || time.Until(next) < 50*time.Minute || time.Until(next) > 55*time.Minute {
			d.Errorf("%d are due, the next at %s", n, next)
		}
		if now := d.now("DUE"); now.Entries != 3 || now.Retracted != 1 || d.count(sqlWaiting, "match.retro") != 1 || d.count(sqlWaiting, "match.fetch") != 1 {
			d.Errorf("%+v, %d fetches", now, d.count(sqlWaiting, "match.fetch"))
		}
	})
}

// TestASecretIsNotKept: neither with the answer to a call that has a key, nor in the log.
func TestASecretIsNotKept(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		d.bank("FEED")
		ctx := WithKey(d.Context(), "key")
		sub := match.Subscription{Form: match.FormCSV, URL: "https://feed.example/", Secret: "sesame", Every: time.Hour}
		first, err := d.Subscribe(ctx, d.north, "FEED", sub)
		d.must(err)
		again, err := d.Subscribe(ctx, d.north, "FEED", sub)
		d.must(err)
		if first != again || first.Secret != "" {
			d.Errorf("%+v, then %+v", first, again)
		}
		for _, q := range []sqldb.SQL{"SELECT COUNT(*) FROM idempotency WHERE answer LIKE '%sesame%'", "SELECT COUNT(*) FROM audit_event WHERE CAST(body AS TEXT) LIKE '%sesame%'"} {
			if d.DB.Engine() == sqldb.Postgres {
				q = sqldb.SQL(strings.Replace(string(q), "CAST(body AS TEXT)", "convert_from(body, 'UTF8')", 1))
			}
			if n := d.count(q); n != 0 {
				d.Errorf("%d rows of %s", n, q)
			}
		}
	})
}

func TestAnOwnBankIsFilledByNothingElse(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		d.bank("PLAIN")
		if n, err := d.DB.Writer().ExecContext(d.Context(), "UPDATE bank SET own = TRUE"); err != nil || n == nil {
			d.Fatal(err)
		}
		ctx := d.Context()
		for name, do := range map[string]func() error{
			"import": func() error {
				_, err := d.ImportEntries(ctx, d.north, "PLAIN", "text/csv", strings.NewReader("kind,value\n"))
				return err
			},
			"subscribe": func() error {
				_, err := d.Subscribe(ctx, d.north, "PLAIN", match.Subscription{Form: "csv", URL: "https://feed.example/", Every: time.Hour})
				return err
			},
		} {
			if err := do(); !problem.Is(err, problem.Refused) {
				d.Errorf("%s: %v", name, err)
			}
		}
		var none auth.Principal
		for name, err := range map[string]error{"take": second(d.TakeDraft(ctx, none, id.Draft("x"))), "discard": second(d.DiscardDraft(ctx, none, id.Draft("x")))} {
			if !problem.Is(err, problem.Forbidden) {
				d.Errorf("%s by nobody: %v", name, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
