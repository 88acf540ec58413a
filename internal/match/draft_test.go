package match

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func (w *world) subscribe(b Bank, form string) (s Subscription) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) (err error) {
		secret := map[bool]string{true: "name:password"}[form == FormHashList]
		s, err = Subscribe(tx, keeper, Subscription{Bank: b.ID, Form: form, URL: "https://feed.example/list", Secret: secret, Every: time.Hour})
		return err
	})
	return s
}

// deleted is an entry that its source deleted.
func deleted(e Entry) Entry { e.RetractedAt = day(1); return e }

// compare tells the source's entries to a Drafting.
func (w *world) compare(x *Index, b Bank, s Subscription, told ...Entry) (Consequences, string) {
	w.Helper()
	if err := x.Refresh(w.Context()); err != nil {
		w.Fatal(err)
	}
	var changes bytes.Buffer
	d := NewDrafting(x, w.again(b), s, &changes)
	for i, e := range told {
		line := EntryLine{Number: i + 1, Entry: e}
		if e.Kind == "" {
			line.Err, line.Input = problem.New(problem.Invalid, "a bad line"), "bad"
		}
		if err := d.Line(w.Context(), line); err != nil {
			w.Fatal(err)
		}
	}
	c, err := d.Finish(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return c, changes.String()
}

// draft opens a draft and, as the job does, takes it piece by piece.
func (w *world) draft(b Bank, s Subscription, changes, checkpoint string, size int) (d Draft) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) (err error) {
		d, err = OpenDraft(tx, audit.System, Draft{Bank: b.ID, Subscription: s.ID, Changes: strings.Repeat("0", 64), Checkpoint: checkpoint, Consequences: Consequences{New: 1}})
		return err
	})
	w.audited(func(tx *sqldb.Tx) error { _, err := TakeDraft(tx, keeper, d.ID); return err })
	var lines []EntryLine
	if err := ReadEntries(formJSONL, strings.NewReader(changes), func(l EntryLine) error { lines = append(lines, l); return l.Err }); err != nil {
		w.Fatal(err)
	}
	for at := 0; at < len(lines); at += size {
		for _, want := range []bool{true, false} { // the second run of a job finds the place passed
			w.write(func(tx *sqldb.Tx) error {
				ok, _, _, err := TakePiece(tx, keeper, d.ID, at, lines[at:min(at+size, len(lines))])
				if ok != want {
					w.Errorf("piece %d: %v, want %v", at, ok, want)
				}
				return err
			})
		}
	}
	w.audited(func(tx *sqldb.Tx) error { return FinishDraft(tx, keeper, d.ID) })
	return d
}

func counts(c Consequences) string {
	return fmt.Sprintf("lines %d new %d back %d retracted %d repeated %d bad %d", c.Lines, c.New, c.Back, c.Retracted, c.Repeated, c.Bad)
}

func TestDraftOfAWholeList(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("FEED", 31, sum(1))
		s := w.subscribe(b, FormJSONL)
		x := w.open()
		c, changes := w.compare(x, b, s, sum(1), sum(2), sum(3), Entry{}, sum(2), deleted(sum(4)))
		if got := counts(c); got != "lines 6 new 2 back 0 retracted 0 repeated 3 bad 1" || len(c.BadLines) != 1 || c.BadLines[0].Line != 4 || len(c.Examples) != 2 {
			w.Errorf("%s, %+v", got, c)
		}
		w.draft(b, s, changes, "", 1)
		if diff := cmp.Diff([]string{"1 0001 1", "2 0002 2", "3 0003 3"}, w.entriesOf(b)); diff != "" {
			w.Errorf("taken (-want +got):\n%s", diff)
		}
		// 2 is gone there, 1 was never theirs; 3 is what a person takes out here.
		w.audited(func(tx *sqldb.Tx) error {
			list, err := Named(tx, b.ID, []string{sum(3).Value})
			if err == nil {
				_, err = Retract(tx, keeper, b.ID, "a test", list...)
			}
			return err
		})
		c, changes = w.compare(x, b, s, sum(3))
		if got := counts(c); got != "lines 1 new 0 back 0 retracted 1 repeated 1 bad 0" {
			w.Error(got)
		}
		w.draft(b, s, changes, "", 10)
		c, changes = w.compare(x, b, s, sum(3), sum(2))
		if got := counts(c); got != "lines 2 new 0 back 1 retracted 0 repeated 1 bad 0" {
			w.Error(got)
		}
		w.draft(b, s, changes, "", 10)
		if diff := cmp.Diff([]string{"1 0001 1", "2 0002 6", "3 0003 4 person"}, w.entriesOf(b)); diff != "" {
			w.Errorf("in the end (-want +got):\n%s", diff)
		}
		if c, changes = w.compare(x, b, s, sum(3), sum(2)); c.Changes() != 0 || changes != "" {
			w.Errorf("nothing is new, and it says %+v %s", c, changes)
		}
	})
}

func TestDraftOfWhatChanged(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("FEED", 31, sum(9))
		s := w.subscribe(b, FormHashList)
		x := w.open()
		c, changes := w.compare(x, b, s, sum(1), sum(2), sum(3), deleted(sum(3)), deleted(sum(8)), deleted(sum(9)))
		if got := counts(c); got != "lines 6 new 3 back 0 retracted 1 repeated 2 bad 0" {
			w.Error(got)
		}
		w.draft(b, s, changes, "1704085200,124", 3)
		want := []string{"1 0009 1", "2 0001 2", "3 0002 2", "4 0003 3 source"}
		if diff := cmp.Diff(want, w.entriesOf(b)); diff != "" {
			w.Errorf("taken (-want +got):\n%s", diff)
		}
		w.write(func(tx *sqldb.Tx) error {
			now, err := GetSubscription(tx, s.ID)
			if now.Checkpoint != "1704085200,124" || !now.NextAt.Equal(tx.Now.Add(time.Hour)) {
				w.Errorf("%+v", now)
			}
			return err
		})
		c, _ = w.compare(x, b, s, sum(2))
		if got := counts(c); got != "lines 1 new 0 back 0 retracted 0 repeated 1 bad 0" {
			w.Errorf("what such a list does not tell is not gone: %s", got)
		}
	})
}

func TestConsequencesForWhatIsStored(t *testing.T) {
	each(t, func(w *world) {
		seen, other := picture(1, hash), picture(2, flip(hash, 100))
		w.item("one", seen)
		rejected := w.item("two", seen, other)
		w.exec("UPDATE item SET stage = 'rejected' WHERE id = $1", rejected)
		b := w.bank("FEED", 8)
		s := w.subscribe(b, FormCSV)
		x := w.open()
		for _, tt := range []struct {
			e                      Entry
			media, items, rejected int
		}{
			{Entry{Kind: KindPDQ, Value: text(flip(hash, 8))}, 1, 2, 1},
			{Entry{Kind: KindPDQ, Value: text(flip(hash, 9))}, 0, 0, 0},
			{Entry{Kind: KindSHA256, Value: other.sha256}, 1, 1, 1},
			{Entry{Kind: KindMD5, Value: seen.md5}, 1, 2, 1},
			{Entry{Kind: KindMD5, Value: strings.Repeat("f", 32)}, 0, 0, 0},
		} {
			c, _ := w.compare(x, b, s, tt.e)
			if c.Checked != 1 || c.Media != tt.media || c.Items != tt.items || c.Rejected != tt.rejected {
				w.Errorf("%+v: %+v", tt, c)
			}
		}
	})
}

func TestSubscriptionsAndTheirDrafts(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("FEED", 31)
		s := w.subscribe(b, FormCSV)
		due := func() (n int) {
			w.write(func(tx *sqldb.Tx) error {
				jobs, err := ClaimDue(tx, tx.Now, 10)
				n = len(jobs)
				return err
			})
			return n
		}
		if a, b := due(), due(); a != 1 || b != 0 {
			w.Errorf("%d due, then %d", a, b)
		}
		w.write(func(tx *sqldb.Tx) error { return Fetched(tx, s, "x", "no answer") })
		w.clock.at = day(1).Add(time.Hour)
		if due() != 1 {
			w.Error("a fetch that failed is not made again")
		}
		var d Draft
		w.audited(func(tx *sqldb.Tx) (err error) {
			d, err = OpenDraft(tx, audit.System, Draft{Bank: b.ID, Subscription: s.ID, Consequences: Consequences{New: 2}})
			if second, err := OpenDraft(tx, audit.System, Draft{Bank: b.ID, Subscription: s.ID}); second.ID != d.ID || err != nil {
				w.Errorf("a second draft beside one that waits: %+v, %v", second, err)
			}
			return err
		})
		w.clock.at = day(9)
		if due() != 0 {
			w.Error("a subscription is fetched while a draft of it waits")
		}
		w.audited(func(tx *sqldb.Tx) error { _, err := DiscardDraft(tx, keeper, d.ID); return err })
		w.write(func(tx *sqldb.Tx) error {
			if _, err := TakeDraft(tx, keeper, d.ID); !problem.Is(err, problem.Conflict) {
				w.Errorf("a discarded draft is taken: %v", err)
			}
			list, err := Drafts(tx, b.ID, DraftDiscarded)
			if len(list) != 1 || list[0].DecidedBy != keeper.User || list[0].Consequences.New != 2 {
				w.Errorf("%+v", list)
			}
			if _, err := GetDraft(tx, "dft_none"); !problem.Is(err, problem.NotFound) {
				w.Errorf("an unknown draft: %v", err)
			}
			return err
		})
		if due() != 0 {
			w.Error("a subscription is fetched at once after its draft was discarded")
		}
		w.clock.at = day(9).Add(time.Hour)
		if due() != 1 {
			w.Error("a subscription is not fetched again after its draft was discarded")
		}
		w.end(s)
		if got := w.events(string(b.ID)); fmt.Sprint(got) != "[bank.added subscription.added draft.opened draft.discarded draft.opened draft.discarded subscription.ended]" {
			w.Errorf("events %q", got)
		}
	})
}

// end ends a subscription of which a draft waits.
func (w *world) end(s Subscription) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) error {
		_, err := OpenDraft(tx, audit.System, Draft{Bank: s.Bank, Subscription: s.ID})
		return err
	})
	w.audited(func(tx *sqldb.Tx) error { return Unsubscribe(tx, keeper, s) })
	w.write(func(tx *sqldb.Tx) error {
		if _, err := GetSubscription(tx, s.ID); !problem.Is(err, problem.NotFound) {
			w.Errorf("an ended subscription: %v", err)
		}
		if _, open, err := OpenDraftOf(tx, s.ID); open || err != nil {
			w.Errorf("a draft of an ended subscription waits: %v", err)
		}
		return nil
	})
}

func TestWhatCannotBeSubscribedTo(t *testing.T) {
	good := Subscription{Bank: id.Bank("bnk_x"), Form: FormHashList, URL: "https://feed.example/", Secret: "name:password", Every: time.Hour}
	if err := good.check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Subscription){
		"form":     func(s *Subscription) { s.Form = "xml" },
		"scheme":   func(s *Subscription) { s.URL = "ftp://feed.example/" },
		"host":     func(s *Subscription) { s.URL = "https:///list" },
		"no URL":   func(s *Subscription) { s.URL = "" },
		"password": func(s *Subscription) { s.URL = "https://name:password@feed.example/" },
		"often":    func(s *Subscription) { s.Every = time.Second },
		"never":    func(s *Subscription) { s.Every = 1000 * 24 * time.Hour },
		"secret":   func(s *Subscription) { s.Secret = "token" },
		"lines":    func(s *Subscription) { s.Secret = "name:pass\r\nword" },
	} {
		s := good
		change(&s)
		if err := s.check(); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadHashList(t *testing.T) {
	page, err := ReadHashList([]byte(`{"count":3,"next":"https://x.example/?after=2","previous":null,"checkpoint":"1704085200,124","results":[
		{"hash_digest":"` + strings.Repeat("AB", 16) + `","algorithm":"MD5","ideology":"example","file_type":"mp4","deleted":false,"updated_on":1704085199.5,"id":2819},
		{"hash_digest":"` + strings.Repeat("cd", 32) + `","algorithm":"SHA-256","ideology":"","file_type":"","deleted":true,"id":2820},
		{"hash_digest":"123abc","algorithm":"PDQ","id":2821}]}`))
	if err != nil || page.Next == nil || page.Checkpoint != "1704085200,124" {
		t.Fatalf("%+v, %v", page, err)
	}
	lines := page.Lines("lists.example", 10)
	want := Entry{Kind: KindMD5, Value: strings.Repeat("ab", 16), Labels: []string{"example", "mp4"}, Provenance: "hash list of lists.example, 2819"}
	if diff := cmp.Diff(want, lines[0].Entry); diff != "" || lines[0].Number != 11 {
		t.Error(diff)
	}
	if lines[1].Kind != KindSHA256 || lines[1].RetractedAt.IsZero() || lines[2].Err == nil || lines[2].Number != 13 || lines[2].Input != "PDQ 123abc" {
		t.Errorf("%+v", lines[1:])
	}
	for _, bad := range []string{"", "[]", "<html>", `{"results":7}`} {
		if _, err := ReadHashList([]byte(bad)); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzReadHashList(f *testing.F) {
	f.Add([]byte(`{"next":null,"checkpoint":"1,2","results":[{"hash_digest":"aa","algorithm":"MD5","deleted":true,"id":1}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := ReadHashList(body)
		if err != nil {
			return
		}
		for i, line := range page.Lines("x.example", 0) {
			if line.Number != i+1 || (line.Err == nil && line.Value == "") {
				t.Fatalf("%+v", line)
			}
		}
	})
}
