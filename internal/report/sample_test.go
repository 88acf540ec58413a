package report

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var sample = flag.String("sample", "", "write the report of a made-up action of the size of April 2017 to this file")

// rows gathers the rows of one table, to be written at once.
type pile map[sqldb.SQL][][]any

func (t pile) add(q sqldb.SQL, args ...any) { t[q] = append(t[q], args) }

var order = []sqldb.SQL{insertUnit, insertInvited, insertPlatform, insertItem, insertPlaced, insertHanded, insertCapture, insertMedium, insertCarried, insertMatch,
	insertAssessed, insertClearance, insertBlock, insertReferral, insertReferred, insertDelivery, insertAttempt, insertRecheck, insertProbe, insertAnswer, insertReupload}

// large is a made-up action with n items: random, and the same each time.
type large struct {
	rng   *rand.Rand
	rows  pile
	n     int
	gone  []int
	held  []audit.Entry
	units []string
	seq   int
}

func (l *large) id(prefix string) string { l.seq++; return fmt.Sprintf("%s_%026d", prefix, l.seq) }

var (
	cities    = []string{"Brussels", "Athens", "Warsaw", "Lisbon", "Washington"}
	tongues   = []string{"fr", "en", "ar", "de", "pl", "el"}
	firstHalf = []string{"Pebble", "Harbour", "Willow", "Copper", "Meadow", "Lantern", "Quarry", "Orchard", "Thistle", "Ferry", "Saddle", "Kettle", "Marble"}
	lastHalf  = []string{"board", "share", "video", "pages"}
	complaint = []string{"The account is run by a local history society and the clip is part of a lecture.", "Satire; the author is known for it.", "We could not find any call to violence in this post. Please point us to the passage.", "Outside our terms of service: the file has been replaced by its owner since."}
)

func makeLarge(items int) *large {
	l := &large{rng: rand.New(rand.NewPCG(1, 2)), rows: pile{}, n: items}
	for i, c := range cities {
		l.units = append(l.units, fmt.Sprintf("unt_%d", i))
		l.rows.add(insertUnit, l.units[i], "Referral Unit "+c, []string{"BE", "GR", "PL", "PT", "US"}[i])
		l.rows.add(insertInvited, theAction, l.units[i])
	}
	for p := range 52 {
		platform := fmt.Sprintf("plf_%d", p)
		l.rows.add(insertPlatform, platform, firstHalf[p%13]+lastHalf[p/13])
		ref, state, at := fmt.Sprintf("ref_%d", p), "delivered", any(delivery.UnixMicro())
		if p%17 == 11 {
			state, at = "undeliverable", nil
		}
		l.rows.add(insertReferral, ref, theAction, platform, fmt.Sprintf("AR-2027-%06d", p+1), "approved", "usr_y")
		attempts := 1
		if p%17 == 11 {
			attempts = 5
			l.rows.add(insertAttempt, l.id("atm"), "dlv_"+ref, 5, "undeliverable", "550 5.1.1 the mailbox does not exist")
		} else if p%9 == 4 {
			attempts = 3
			l.rows.add(insertAttempt, l.id("atm"), "dlv_"+ref, 2, "failed", "the webhook answered 500")
		}
		l.rows.add(insertDelivery, "dlv_"+ref, ref, platform, state, attempts, at)
	}
	for i := range items {
		l.item(i)
	}
	return l
}

func (l *large) item(i int) {
	p := int(52 * l.rng.Float64() * l.rng.Float64())
	if i < 52 {
		p = i
	}
	x := thing{n: i + 1, platform: fmt.Sprintf("plf_%d", p), language: tongues[min(l.rng.IntN(6), l.rng.IntN(6))], captured: "captured", assessments: 2, clearance: "clear", referral: fmt.Sprintf("ref_%d", p)}
	switch roll := l.rng.IntN(100); {
	case roll < 3:
		x.stage, x.captured, x.block, x.referral = "blocked", "unreachable", "no_capture", ""
	case roll < 6:
		x.stage, x.block, x.referral = "blocked", []string{"home_page", "search_page", "protected_host", "existing_order"}[l.rng.IntN(4)], ""
	case roll < 11:
		x.stage, x.clearance, x.referral = "rejected", "", ""
	case roll < 13:
		x.stage, x.clearance, x.referral = "disputed", "", ""
	case roll < 15:
		x.stage, x.clearance, x.wasHeld, x.referral = "held", "hold", true, ""
	case p%17 == 11:
		x.stage = "undeliverable"
	default:
		x.stage = "delivered"
		x.wasHeld = roll == 99
		l.fate(&x, p)
	}
	for range l.rng.IntN(4) {
		x.media = append(x.media, fmt.Sprintf("sha_%d", int(float64(l.n)*l.rng.Float64()*l.rng.Float64())))
	}
	x.matched = len(x.media) > 0 && l.rng.IntN(3) == 0
	l.write(x)
}

var looks = []time.Duration{hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day}

// fate is what becomes of a delivered item.
func (l *large) fate(x *thing, p int) {
	kinds := []string{"removed", "removed", "removed", "removed", "soft_404", "account_gone", "redirected_home", "geo_blocked", "login_wall"}
	leaves := l.rng.IntN(100) < 95-(p*7)%50
	step := min(6, int(l.rng.ExpFloat64()*1.6)+(p%5)/2)
	kind := kinds[l.rng.IntN(len(kinds))]
	for i, after := range looks {
		verdict := "still_up"
		if leaves && i >= step {
			verdict = kind
		}
		x.looks = append(x.looks, look{after + 2*time.Minute, verdict})
		x.verdict = verdict
		if verdict != "still_up" {
			break
		}
	}
	if leaves && kind != "geo_blocked" && kind != "login_wall" {
		l.gone = append(l.gone, x.n)
	}
	switch roll := l.rng.IntN(10); {
	case p%6 == 5 || roll < 2:
	case leaves:
		x.answer = "removed"
	case roll < 8:
		x.answer, x.reason = "refused", complaint[l.rng.IntN(4)]
	default:
		x.answer, x.reason = "clarification", "Which of the two pictures do you mean?"
	}
}

func (l *large) write(x thing) {
	item, url := itemNo(x.n), fmt.Sprintf("https://one.example/%d", x.n)
	l.rows.add(insertItem, item, x.platform, url, []byte(url), x.language, x.stage, x.answer, x.verdict, x.ideology)
	l.rows.add(insertPlaced, theAction, item, []byte(url), x.platform, x.language, x.stage, x.answer, x.verdict, x.ideology)
	first := l.rng.IntN(len(l.units))
	for i := range 1 + max(0, l.rng.IntN(6)-3) {
		seen := fmt.Sprintf("%s?%d", url, i)
		l.rows.add(insertHanded, l.id("ctb"), theAction, l.units[(first+i*i)%5], item, seen, []byte(seen), sqldb.At(delivery))
	}
	l.rows.add(insertCapture, l.id("cap"), item, 0, x.captured)
	seen := map[string]bool{}
	for _, m := range x.media {
		if !seen[m] {
			l.rows.add(insertCarried, item, m)
		}
		seen[m] = true
	}
	if x.matched {
		l.rows.add(insertMatch, l.id("mat"), item, x.media[0])
	}
	for step := range x.assessments {
		l.rows.add(insertAssessed, l.id("ass"), item, step+1, fmt.Sprintf("usr_%d", step))
	}
	if x.clearance != "" {
		l.rows.add(insertClearance, l.id("clr"), item, x.clearance, sqldb.At(now.Add(30*hour)), sqldb.At(now.Add(7*hour)))
	}
	if x.wasHeld {
		l.held = append(l.held, audit.Entry{Verb: "deconflict.held", Subject: item})
	}
	for _, verb := range []string{"item.contributed", "item.captured", "capture.taken", "media.fingerprinted", "item.ready", "assess.decided", "assess.decided", "deconflict.cleared", "item.delivered"} {
		l.held = append(l.held, audit.Entry{Verb: verb, Subject: item, Detail: map[string]string{"url": url}})
	}
	if x.block != "" {
		l.rows.add(insertBlock, item, x.block, "what is the matter with "+x.block, "what to do about "+x.block)
	}
	if x.referral == "" {
		return
	}
	l.rows.add(insertReferred, x.referral, item)
	if x.stage == "delivered" {
		l.rows.add(insertRecheck, item, x.referral, sqldb.At(delivery))
	}
	for i, k := range x.looks {
		l.rows.add(insertProbe, l.id("prb"), item, i+1, sqldb.At(delivery.Add(k.after)), k.verdict)
	}
	if x.answer != "" {
		l.rows.add(insertAnswer, l.id("ans"), x.referral, item, x.answer, x.reason)
	}
}

// buildLarge writes it, with re-uploads and an audit log with a head.
func buildLarge(t testing.TB, db *sqldb.DB, items int) {
	t.Helper()
	l := makeLarge(items)
	for i := range l.n {
		l.rows.add(insertMedium, fmt.Sprintf("sha_%d", i))
	}
	for k := 0; k < len(l.gone)-40; k += 19 {
		later, earlier := l.gone[k+1+l.rng.IntN(30)], l.gone[k]
		at := delivery.Add(time.Duration(1+l.rng.IntN(72)) * hour)
		l.rows.add(insertReupload, itemNo(later), itemNo(earlier), "x", []string{"x", "y"}[k%2], (k*7)%31*(k%2), sqldb.At(at), sqldb.At(at.Add(time.Duration(l.rng.ExpFloat64()*20*float64(hour)))))
	}
	build(t, db, func(b *builder) {
		b.run(insertAction, theAction, "Joint action of April 2027", "Manuals and calls of the Sample Brigade and the Example Front, in six languages", "unt_0", sqldb.At(delivery.Add(-5*hour)), sqldb.At(delivery.Add(43*hour)))
		for _, q := range order {
			if q == insertReupload {
				l.rows[q] = distinct(l.rows[q])
			}
			for some := range slices.Chunk(l.rows[q], 50) {
				if _, err := b.tx.InsertRows(q, some); err != nil {
					t.Fatalf("%s: %v", q, err)
				}
			}
		}
		for some := range slices.Chunk(l.held, 50) {
			if err := audit.Append(b.tx, audit.Actor{User: id.User("usr_x")}, some...); err != nil {
				t.Fatal(err)
			}
		}
	})
	log, err := audit.Open(db, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for {
		n, err := log.Sequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// distinct keeps one re-upload of each pair.
func distinct(rows [][]any) (out [][]any) {
	seen := map[string]bool{}
	for _, r := range rows {
		key := fmt.Sprint(r[0], r[1])
		if !seen[key] {
			out = append(out, r)
		}
		seen[key] = true
	}
	return out
}

func TestALargeActionAddsUp(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, db *sqldb.DB) {
		buildLarge(t, db, 2068)
		r := compute(t, db)
		if r.Items != 2068 || r.Platforms != 52 || r.Languages != 6 || r.Units != 5 || r.Lost != 0 || r.Audit.Events == 0 || r.Audit.Root == "" {
			t.Errorf("items %d, platforms %d, languages %d, units %d, lost %d, audit %+v", r.Items, r.Platforms, r.Languages, r.Units, r.Lost, r.Audit)
		}
		a, v, sum := r.Answered, r.Verified, 0
		for _, n := range r.Verdicts {
			sum += n
		}
		if r.Delivered != sum || r.Delivered != a.Removed+a.Refused+a.Clarification+a.None || r.Delivered != v.Removed+v.AccountGone+v.GeoBlocked+v.LoginWall+v.StillUp+v.Unknown {
			t.Errorf("delivered %d; verdicts %v, answered %+v, verified %+v", r.Delivered, r.Verdicts, a, v)
		}
		if *sample == "" || db.Engine() != sqldb.SQLite {
			return
		}
		if err := os.WriteFile(*sample, pageOf(t, db), 0o644); err != nil {
			t.Fatal(err)
		}
	})
}

func pageOf(t testing.TB, db *sqldb.DB) (out []byte) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) {
		out, err = HTML(tx, theAction)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// BenchmarkReport makes the figures and the page of an action with 20,000 items.
func BenchmarkReport(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			cfg := sqldb.Config{Path: filepath.Join(b.TempDir(), "argine.db"), Now: clock}
			if engine == "postgres" {
				cfg = sqldb.Config{Now: clock, URL: dbtest.PostgresURL(b)}
			}
			db, err := sqldb.Open(b.Context(), cfg)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(db.Close)
			buildLarge(b, db, 20_000)
			b.Run("figures", func(b *testing.B) {
				for b.Loop() {
					compute(b, db)
				}
			})
			b.Run("page", func(b *testing.B) {
				for b.Loop() {
					pageOf(b, db)
				}
			})
		})
	}
}
