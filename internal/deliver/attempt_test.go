package deliver

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var person = audit.Actor{User: "usr_01", Unit: "unt_01"}

// office is a database with a clock that the test owns.
type office struct {
	t   *testing.T
	db  *sqldb.DB
	now time.Time
}

func eachOffice(t *testing.T, fn func(t *testing.T, o *office)) {
	o := &office{now: approved}
	dbtest.EachAt(t, func() time.Time { return o.now }, func(t *testing.T, db *sqldb.DB) {
		o.t, o.db, o.now = t, db, approved
		fn(t, o)
	})
}

// in runs a record function in a transaction of its own.
func in[T any](o *office, fn func(*sqldb.Tx) (T, error)) (out T) {
	o.t.Helper()
	if err := o.db.Update(o.t.Context(), func(tx *sqldb.Tx) (err error) { out, err = fn(tx); return err }); err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *office) create(referral, transport string) id.Delivery {
	o.t.Helper()
	return in(o, func(tx *sqldb.Tx) (id.Delivery, error) {
		return Create(tx, person, New{Subject: referral, Kind: Referral, Platform: "plf_01", Transport: transport})
	})
}

func (o *office) begin(d id.Delivery) Attempt {
	o.t.Helper()
	return o.beginAs(Job{Delivery: d, Claim: o.get(d).Claim})
}

func (o *office) beginAs(j Job) Attempt {
	o.t.Helper()
	return in(o, func(tx *sqldb.Tx) (Attempt, error) { return Begin(tx, audit.System, j) })
}

func (o *office) finish(a Attempt, r Result) Delivery {
	o.t.Helper()
	return in(o, func(tx *sqldb.Tx) (Delivery, error) { return Finish(tx, audit.System, a, r) })
}

func (o *office) get(d id.Delivery) Delivery {
	o.t.Helper()
	return in(o, func(tx *sqldb.Tx) (Delivery, error) { return Get(tx, d) })
}

func (o *office) claim(limit int) (list []id.Delivery) {
	o.t.Helper()
	if err := o.db.Housekeeping(o.t.Context(), "test", func(tx *sqldb.Tx) (err error) {
		jobs, err := Claim(tx, tx.Now, limit)
		for _, j := range jobs {
			list = append(list, j.Delivery)
		}
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	return list
}

func (o *office) verbs(d id.Delivery) (verbs []string) {
	o.t.Helper()
	events := in(o, func(tx *sqldb.Tx) ([]audit.Event, error) { return audit.History(tx, string(d)) })
	for _, e := range events {
		verbs = append(verbs, e.Verb)
	}
	return verbs
}

func (o *office) outcomes(d id.Delivery) []string {
	o.t.Helper()
	return in(o, func(tx *sqldb.Tx) ([]string, error) {
		return sqldb.Column[string](tx, "SELECT outcome FROM delivery_attempt WHERE delivery_id = $1 ORDER BY number", d)
	})
}

func TestDeliveredAtTheFirstAttempt(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		d := o.create("ref_01", SMTP)
		if again := o.create("ref_01", SMTP); again != d {
			t.Errorf("a second delivery %s of one referral", again)
		}
		want := Delivery{ID: d, Subject: "ref_01", Kind: Referral, Platform: "plf_01", Transport: SMTP, State: Due, CreatedAt: approved}
		if diff := cmp.Diff(want, o.get(d)); diff != "" {
			t.Error(diff)
		}
		a := o.begin(d)
		if !a.Go || a.Delivery != d || a.Subject != "ref_01" || a.Transport != SMTP || a.Number != 1 || a.ID == "" {
			t.Errorf("attempt %+v", a)
		}
		o.now = o.now.Add(time.Second)
		want.State, want.Attempts, want.DeliveredAt, want.Receipt = Delivered, 1, o.now, "250 queued"
		if diff := cmp.Diff(want, o.finish(a, Result{Outcome: Sent, Receipt: "250\x00 queued\r\n"})); diff != "" {
			t.Error(diff)
		}
		// The job runs again, and the note is made again.
		if again := o.begin(d); again.Go {
			t.Errorf("sent twice: %+v", again)
		}
		o.finish(a, Result{Outcome: Sent, Receipt: "other"})
		o.finish(a, Result{Outcome: Failed})
		if diff := cmp.Diff(want, o.get(d)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"deliver.created", "deliver.begun", "deliver.sent"}, o.verbs(d)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBackOffAndItsEnd(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		d := o.create("ref_01", Webhook)
		for n, wait := range []time.Duration{5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour} {
			got := o.finish(o.begin(d), Result{Outcome: Failed, Detail: "HTTP 500"})
			if got.State != Due || !got.NextAt.Equal(o.now.Add(wait)) || got.Attempts != n+1 {
				t.Fatalf("after failure %d: %+v", n+1, got)
			}
			if a := o.begin(d); a.Go {
				t.Fatal("an attempt before its time")
			}
			o.now = got.NextAt.Add(-time.Microsecond)
			if list := o.claim(5); list != nil {
				t.Fatalf("claimed too early: %v", list)
			}
			o.now = got.NextAt
			if diff := cmp.Diff([]id.Delivery{d}, o.claim(5)); diff != "" {
				t.Fatal(diff)
			}
			if list := o.claim(5); list != nil {
				t.Fatalf("claimed twice: %v", list)
			}
		}
		if got := o.finish(o.begin(d), Result{Outcome: Failed, Detail: "HTTP 500"}); got.State != Undeliverable || !got.NextAt.IsZero() || got.Attempts != 5 {
			t.Errorf("at the end: %+v", got)
		}
		verbs := o.verbs(d)
		if verbs[len(verbs)-1] != "deliver.undeliverable" || verbs[len(verbs)-3] != "deliver.failed" {
			t.Errorf("events %v", verbs)
		}
	})
}

// The process dies after Begin. A webhook goes out again under the same identifier.
func TestDeathInAWebhook(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		d := o.create("ref_01", Webhook)
		first := o.begin(d)
		second := o.begin(d)
		if !second.Go || second.Delivery != d || second.Number != 2 || second.ID == first.ID {
			t.Fatalf("second attempt %+v", second)
		}
		if diff := cmp.Diff([]string{"interrupted", "started"}, o.outcomes(d)); diff != "" {
			t.Error(diff)
		}
		// Deaths are no failures of the platform: the back-off begins at its beginning.
		if got := o.finish(second, Result{Outcome: Failed}); got.State != Due || !got.NextAt.Equal(o.now.Add(5*time.Minute)) {
			t.Errorf("got %+v", got)
		}
		// The first was not dead at all, and got through.
		if got := o.finish(first, Result{Outcome: Sent, Receipt: "HTTP 204"}); got.State != Delivered || !got.NextAt.IsZero() {
			t.Errorf("got %+v", got)
		}
		if diff := cmp.Diff([]string{"deliver.created", "deliver.begun", "deliver.interrupted", "deliver.begun", "deliver.failed", "deliver.sent"}, o.verbs(d)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTwoAttemptsThatBothGetThrough(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		d := o.create("ref_01", Webhook)
		first, second := o.begin(d), o.begin(d)
		o.finish(first, Result{Outcome: Sent, Receipt: "one"})
		if got := o.finish(second, Result{Outcome: Sent, Receipt: "two"}); got.State != Delivered || got.Receipt != "one" {
			t.Errorf("got %+v", got)
		}
		if diff := cmp.Diff([]string{"delivered", "delivered"}, o.outcomes(d)); diff != "" {
			t.Error(diff)
		}
	})
}

// The process dies while a mail is sent. Nobody sends it again before a person has asked.
func TestDeathInAMail(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		d := o.create("ref_01", SMTP)
		o.begin(d)
		for range 2 {
			if a := o.begin(d); a.Go {
				t.Fatalf("a mail was sent again blindly: %+v", a)
			}
		}
		if got := o.get(d); got.State != Uncertain || !got.NextAt.IsZero() || o.claim(5) != nil {
			t.Errorf("got %+v", got)
		}
		if _, err := o.resolve(d, true, " \n"); !problem.Is(err, problem.Invalid) {
			t.Errorf("resolved by nobody: %v", err)
		}
		got, err := o.resolve(d, false, "their desk has nothing (Ms Sample, by telephone)")
		if err != nil || got.State != Due || !got.NextAt.Equal(o.now) {
			t.Fatalf("%+v, %v", got, err)
		}
		if diff := cmp.Diff([]id.Delivery{d}, o.claim(5)); diff != "" {
			t.Fatal(diff)
		}
		a := o.begin(d)
		if !a.Go || a.Number != 2 {
			t.Fatalf("attempt %+v", a)
		}
		if got := o.finish(a, Result{Outcome: Unknown, Detail: "cut"}); got.State != Uncertain {
			t.Errorf("got %+v", got)
		}
		o.now = o.now.Add(time.Hour)
		got, err = o.resolve(d, true, "they have it")
		if err != nil || got.State != Delivered || !got.DeliveredAt.Equal(o.now) || got.Receipt != "they have it" {
			t.Errorf("%+v, %v", got, err)
		}
		if again, err := o.resolve(d, true, "they have it"); err != nil || !cmp.Equal(again, got) {
			t.Errorf("resolved again: %+v, %v", again, err)
		}
		if _, err := o.resolve(d, false, "or not"); !problem.Is(err, problem.Conflict) {
			t.Errorf("taken back: %v", err)
		}
		want := []string{"deliver.created", "deliver.begun", "deliver.uncertain", "deliver.resolved", "deliver.begun", "deliver.uncertain", "deliver.resolved"}
		if diff := cmp.Diff(want, o.verbs(d)); diff != "" {
			t.Error(diff)
		}
	})
}

func (o *office) resolve(d id.Delivery, received bool, detail string) (got Delivery, err error) {
	err = o.db.Update(o.t.Context(), func(tx *sqldb.Tx) (err error) { got, err = Resolve(tx, person, d, received, detail); return err })
	return got, err
}

func TestWhatIsNotThere(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		for name, fn := range map[string]func(tx *sqldb.Tx) error{
			"get":   func(tx *sqldb.Tx) error { _, err := Get(tx, "dlv_x"); return err },
			"begin": func(tx *sqldb.Tx) error { _, err := Begin(tx, person, Job{Delivery: "dlv_x"}); return err },
			"finish": func(tx *sqldb.Tx) error {
				_, err := Finish(tx, person, Attempt{Delivery: "dlv_x"}, Result{})
				return err
			},
			"resolve": func(tx *sqldb.Tx) error { _, err := Resolve(tx, person, "dlv_x", true, "x"); return err },
		} {
			if err := o.db.Update(t.Context(), fn); !problem.Is(err, problem.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		d := o.create("ref_01", SMTP)
		for name, fn := range map[string]func(tx *sqldb.Tx) error{
			"transport": func(tx *sqldb.Tx) error {
				_, err := Create(tx, person, New{Subject: "ref_02", Kind: Referral, Platform: "plf_01", Transport: "fax"})
				return err
			},
			"attempt": func(tx *sqldb.Tx) error {
				_, err := Finish(tx, person, Attempt{ID: "atm_x", Delivery: d}, Result{Outcome: Sent})
				return err
			},
		} {
			if err := o.db.Update(t.Context(), fn); !problem.Is(err, problem.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A platform that fails and then takes it, with everything real: 500, no answer, then 200.
func TestFromCreateToDelivered(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		var asked atomic.Int32
		ids := map[string]int{}
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ids[r.Header.Get("webhook-id")]++
			switch asked.Add(1) {
			case 1:
				w.WriteHeader(500)
			case 2:
				panic(http.ErrAbortHandler)
			}
		}))
		defer s.Close()
		way := door(t, fetch.Config{})
		d := o.create("ref_01", Webhook)
		c := content("de", 1)
		c.Delivery = d
		for range 3 {
			a := o.begin(d)
			if !a.Go {
				t.Fatal("no go")
			}
			got := o.finish(a, SendWebhook(t.Context(), way, s.URL, client.WebhookSigner{Secret: secret}, compose(t, c), o.now))
			if got.State == Due {
				o.now = got.NextAt
				o.claim(1)
			}
		}
		if got := o.get(d); got.State != Delivered || got.Attempts != 3 || got.Receipt != "HTTP 200 OK" {
			t.Errorf("got %+v", got)
		}
		if diff := cmp.Diff(map[string]int{string(d): 3}, ids); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"failed", "failed", "delivered"}, o.outcomes(d)); diff != "" {
			t.Error(diff)
		}
	})
}

// Whatever happens in whatever order, a mail is only sent again when the last sending is
// known to have failed or a person said so, and what is delivered stays so.
func TestMailsAreNeverRepeatedBlindly(t *testing.T) {
	db := dbtest.SQLite(t)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		o := &office{t: t, db: db}
		d := o.create("ref_"+time.Unix(int64(run), 0).UTC().Format("150405"), SMTP)
		mayBeThere, delivered := false, false
		var open *Attempt
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"begin", "finish", "die", "resolve", "wake"}).Draw(rt, "step") {
			case "begin", "die":
				a := o.begin(d)
				if a.Go && (mayBeThere || delivered) {
					rt.Fatalf("attempt %d goes out although the mail may be there", a.Number)
				}
				if a.Go {
					open, mayBeThere = &a, true
				}
			case "finish":
				if open == nil {
					continue
				}
				outcome := rapid.SampledFrom([]Outcome{Sent, Failed, Rejected, Unknown, Interrupted}).Draw(rt, "outcome")
				before := o.get(d).State
				o.finish(*open, Result{Outcome: outcome})
				if before == Sending && outcome != Unknown {
					mayBeThere = false
				}
				delivered = delivered || outcome == Sent
				open = nil
			case "resolve":
				received := rapid.Bool().Draw(rt, "received")
				if _, err := o.resolve(d, received, "asked"); err == nil {
					mayBeThere, delivered, open = false, delivered || received, nil
				} else if !problem.Is(err, problem.Conflict) {
					rt.Fatal(err)
				}
			case "wake":
				if err := db.Housekeeping(t.Context(), "test", func(tx *sqldb.Tx) error {
					_, err := Claim(tx, tx.Now.Add(1000*time.Hour), 100)
					return err
				}); err != nil {
					rt.Fatal(errors.Join(err))
				}
			}
			if state := o.get(d).State; delivered != (state == Delivered) {
				rt.Fatalf("state %s, delivered %v", state, delivered)
			}
		}
	})
}

// A job that runs again after its delivery was handed to another, because the process died
// before it was noted that it is done, must not send.
func TestAnOlderJobDoesNotSend(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		d := o.create("ref_01", SMTP)
		old := Job{Delivery: d}
		o.finish(o.beginAs(old), Result{Outcome: Failed})
		o.now = o.now.Add(backOff[0])
		if got := o.claim(10); len(got) != 1 {
			t.Fatalf("claimed %v", got)
		}
		if a := o.beginAs(old); a.Go {
			t.Error("the older job sends")
		}
		newer := Job{Delivery: d, Claim: o.get(d).Claim}
		if a := o.beginAs(newer); !a.Go {
			t.Error("the newer job does not send")
		}
		if a := o.beginAs(old); a.Go || o.get(d).State != Sending {
			t.Errorf("the older job took the newer one's attempt for its own: %+v", o.get(d))
		}
	})
}
