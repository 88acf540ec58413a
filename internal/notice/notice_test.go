package notice

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var (
	ann     = audit.Actor{User: "usr_ann", Unit: "unt_one"}
	bob     = audit.Actor{User: "usr_bob", Unit: "unt_two"}
	cyd     = audit.Actor{User: "usr_cyd", Unit: "unt_one"}
	contact = audit.Actor{User: "usr_contact", Unit: "unt_platform"}
	start   = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
)

// each runs a test on both engines with a clock that the test owns.
func each(t *testing.T, fn func(t *testing.T, db *sqldb.DB, now *time.Time)) {
	at := start
	dbtest.EachAt(t, func() time.Time { return at }, func(t *testing.T, db *sqldb.DB) { at = start; fn(t, db, &at) })
}

func update(t testing.TB, db *sqldb.DB, fn func(*sqldb.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func address(item id.Item) string { return "https://video.example/watch?v=" + string(item) }

// ready takes an item the whole way to where notice can be given of it.
func ready(tx *sqldb.Tx, item id.Item) (r Ready, err error) {
	r.URL = address(item)
	if r.Confirmed, err = assess.TwoPeople(tx, item); problem.Is(err, problem.Refused) {
		for _, by := range []audit.Actor{ann, bob} {
			if _, _, err := assess.Record(tx, by, assess.New{Item: item, Decision: assess.Terrorist, Limbs: []string{"a", "c"}, Purpose: law.NoPurpose,
				PurposeReasons: "no context around it", Confidence: 90, Reasons: "calls for joining Sample Brigade"}); err != nil {
				return r, err
			}
		}
		if _, err := deconflict.Ask(tx, audit.System, deconflict.Facts{Item: item, URL: address(item), Units: []id.Unit{"unt_one"}}); err != nil {
			return r, err
		}
		r.Confirmed, err = assess.TwoPeople(tx, item)
	}
	if err != nil {
		return r, err
	}
	r.Clearance, err = deconflict.Cleared(tx, item)
	return r, err
}

func filled(track Track) law.Filled {
	if track == Article9 {
		return law.Filled{"legal_basis": "Example Act, section 3", "reasons": "The material calls for joining Sample Brigade.", "provisions": "Example Act, section 3(1)",
			"authority": "Unit One", "redress": "Example Court, within one month", "effect_to": "Unit One", "territory": "Member state XX", "language": "fr"}
	}
	return law.Filled{"explanation": "Two people assessed the items.", "notifier": "Unit One", "notifier_email": "desk@unit-one.example", "good_faith": "yes", "trusted_flagger": "yes"}
}

func drafted(t testing.TB, db *sqldb.DB, track Track, items ...id.Item) (n Notice) {
	t.Helper()
	update(t, db, func(tx *sqldb.Tx) error {
		b := Batch{Track: track, Action: "act_1", Platform: "plf_1", Unit: "unt_one", Language: "fr", Filled: filled(track)}
		for _, item := range items {
			one, err := ready(tx, item)
			if err != nil {
				return err
			}
			b.Items = append(b.Items, one)
		}
		var err error
		n, err = Draft(tx, ann, b)
		return err
	})
	return n
}

func sent(t testing.TB, db *sqldb.DB, track Track, items ...id.Item) Notice {
	t.Helper()
	n := drafted(t, db, track, items...)
	update(t, db, func(tx *sqldb.Tx) (err error) { n, err = Approve(tx, cyd, n.ID); return err })
	return n
}

func verbs(t testing.TB, db *sqldb.DB, subject id.Notice) (got []string) {
	t.Helper()
	if err := db.View(t.Context(), func(tx *sqldb.Tx) error {
		list, err := audit.History(tx, string(subject))
		for _, e := range list {
			got = append(got, e.Verb)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestAnItemIsOnceOnEachTrack: notice and order are counted by themselves, and each item is in
// one of each at most.
func TestAnItemIsOnceOnEachTrack(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, _ *time.Time) {
		first := drafted(t, db, Article16, "itm_1", "itm_2")
		second := drafted(t, db, Article16, "itm_3", "itm_1")
		order := drafted(t, db, Article9, "itm_1")
		if got := []string{first.Reference, second.Reference, order.Reference}; !cmp.Equal(got, []string{"N-2026-000001", "N-2026-000002", "A9-2026-000001"}) {
			t.Errorf("references %v", got)
		}
		if first.Count != 2 || second.Count != 1 || order.Count != 1 {
			t.Errorf("items %d, %d, %d", first.Count, second.Count, order.Count)
		}
		again := drafted(t, db, Article16, "itm_1")
		if again.ID != first.ID || len(verbs(t, db, first.ID)) != 2 {
			t.Errorf("drafted again it is %s, with the events %v", again.Reference, verbs(t, db, first.ID))
		}
		if err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			list, err := List(tx, "act_1", Article16)
			if len(list) != 2 {
				t.Errorf("%d notices of Article 16", len(list))
			}
			if len(list) > 0 && !cmp.Equal(list[0].Filled, filled(Article16)) {
				t.Errorf("the form holds %v", list[0].Filled)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFourEyesOnANotice(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, _ *time.Time) {
		n := drafted(t, db, Article16, "itm_1")
		for name, by := range map[string]audit.Actor{"who drafted": ann, "the program": audit.System, "nobody": {}} {
			if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { _, err := Approve(tx, by, n.ID); return err }); !problem.Is(err, problem.Refused) {
				t.Errorf("%s approves: %v", name, err)
			}
		}
		update(t, db, func(tx *sqldb.Tx) (err error) { n, err = Approve(tx, bob, n.ID); return err })
		if n.State != StateApproved || n.ApprovedBy != bob.User {
			t.Errorf("approved it is %s by %s", n.State, n.ApprovedBy)
		}
		if err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			list, err := ForPlatform(tx, "plf_1")
			if len(list) != 1 {
				t.Errorf("the platform sees %d", len(list))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// TestAnIncompleteFormIsNotDrafted names the article that asks for what is missing.
func TestAnIncompleteFormIsNotDrafted(t *testing.T) {
	for _, c := range []struct {
		track         Track
		without, want string
	}{{Article16, "good_faith", "DSA 16(2)(d)"}, {Article16, "notifier_email", "DSA 16(2)(c)"}, {Article16, "explanation", "DSA 16(2)(a)"},
		{Article9, "redress", "DSA 9(2)(a)(v)"}, {Article9, "territory", "DSA 9(2)(b)"}, {Article9, "legal_basis", "DSA 9(2)(a)(i)"}} {
		db := dbtest.SQLite(t)
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			one, err := ready(tx, "itm_1")
			if err != nil {
				return err
			}
			form := filled(c.track)
			delete(form, c.without)
			_, err = Draft(tx, ann, Batch{Track: c.track, Action: "act_1", Platform: "plf_1", Unit: "unt_one", Language: "fr", Filled: form, Items: []Ready{one}})
			return err
		})
		if !problem.Is(err, problem.Invalid) || !strings.Contains(problem.Message(err), c.want) {
			t.Errorf("without %s: %v", c.without, err)
		}
	}
	db := dbtest.SQLite(t)
	if err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
		_, err := Draft(tx, ann, Batch{Track: Article16, Action: "act_1", Platform: "plf_1", Unit: "unt_one", Language: "fr", Filled: filled(Article16), Items: []Ready{{URL: address("itm_1")}}})
		return err
	}); !problem.Is(err, problem.Refused) {
		t.Errorf("an item without proofs: %v", err)
	}
}

// TestWhatThePlatformSays: the confirmation of Article 16(4), then decisions, of which the newest holds.
func TestWhatThePlatformSays(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, now *time.Time) {
		draft := drafted(t, db, Article16, "itm_9")
		n := sent(t, db, Article16, "itm_1", "itm_2")
		*now = start.Add(time.Hour)
		decide := func(notice id.Notice, item id.Item, in Decision) (recorded bool, err error) {
			err = db.Update(t.Context(), func(tx *sqldb.Tx) (err error) { recorded, err = Decide(tx, contact, notice, item, in); return err })
			return recorded, err
		}
		update(t, db, func(tx *sqldb.Tx) error { return Confirm(tx, contact, n.ID, *now) })
		delivered := now.Add(-time.Second) // our own attempt comes to its end after the confirmation
		update(t, db, func(tx *sqldb.Tx) error { return Received(tx, audit.System, n.ID, delivered) })
		for name, c := range map[string]struct {
			notice id.Notice
			item   id.Item
			in     Decision
			want   problem.Kind
		}{
			"of a draft":          {draft.ID, "itm_9", Decision{Kind: KindRemoved}, problem.NotFound},
			"of another item":     {n.ID, "itm_9", Decision{Kind: KindRemoved}, problem.Invalid},
			"without a reason":    {n.ID, "itm_1", Decision{Kind: KindRefused, Reason: " "}, problem.Invalid},
			"of no known kind":    {n.ID, "itm_1", Decision{Kind: "perhaps"}, problem.Invalid},
			"from the far future": {n.ID, "itm_1", Decision{Kind: KindRemoved, DecidedAt: now.Add(48 * time.Hour)}, problem.Invalid},
		} {
			if recorded, err := decide(c.notice, c.item, c.in); recorded || !problem.Is(err, c.want) {
				t.Errorf("%s: %v %v", name, recorded, err)
			}
		}
		refused := Decision{Kind: KindRefused, DecidedAt: *now, Reason: "within our terms", Redress: "complaints@video.example", Automated: true}
		removed := Decision{Kind: KindRemoved, DecidedAt: now.Add(time.Minute)}
		for i, c := range []struct {
			in   Decision
			want bool
		}{{refused, true}, {refused, false}, {removed, true}, {removed, false}} {
			if recorded, err := decide(n.ID, "itm_1", c.in); err != nil || recorded != c.want {
				t.Errorf("%d: recorded %v, %v", i, recorded, err)
			}
		}
		if err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			items, err := Items(tx, n.ID)
			removed.ToldAt = *now
			if err == nil && (items[0].Decision != removed || items[1].Kind != "" || items[0].URL != address("itm_1")) {
				t.Errorf("%+v", items)
			}
			kept, err := Get(tx, n.ID)
			if !kept.ConfirmedAt.Equal(*now) || !kept.ReceivedAt.Equal(delivered) {
				t.Errorf("confirmed %s, received %s", kept.ConfirmedAt, kept.ReceivedAt)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"notice.drafted", "notice.holds", "notice.approved", "notice.received", "notice.confirmed", "notice.received", "notice.decided", "notice.decided"}, verbs(t, db, n.ID)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestAnOrderSaysWhenEffectWasGiven: Article 9(1), "specifying if and when".
func TestAnOrderSaysWhenEffectWasGiven(t *testing.T) {
	db := dbtest.SQLite(t)
	n := sent(t, db, Article9, "itm_1")
	decide := func(in Decision) error {
		return db.Update(t.Context(), func(tx *sqldb.Tx) error { _, err := Decide(tx, contact, n.ID, "itm_1", in); return err })
	}
	if err := decide(Decision{Kind: KindRemoved}); !problem.Is(err, problem.Invalid) || !strings.Contains(problem.Message(err), "9(1)") {
		t.Errorf("effect without its moment: %v", err)
	}
	if err := decide(Decision{Kind: KindNone, Reason: "the order names another service"}); err != nil {
		t.Error(err)
	}
}

// TestABatchOf2068 is one notice, and its events fit into the audit log.
func TestABatchOf2068(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, _ *time.Time) {
		items := make([]id.Item, 2068)
		for i := range items {
			items[i] = id.Item(fmt.Sprintf("itm_%026d", i))
		}
		n := drafted(t, db, Article16, items...)
		if n.Count != 2068 {
			t.Errorf("%d items", n.Count)
		}
		if diff := cmp.Diff([]string{"notice.drafted", "notice.holds", "notice.holds", "notice.holds"}, verbs(t, db, n.ID)); diff != "" {
			t.Error(diff)
		}
	})
}
