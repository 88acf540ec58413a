package report

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/sqldb"
)

const (
	insertUnit      = "INSERT INTO unit (id, name, country, kind, created_at) VALUES ($1, $2, $3, 'authority', 0)"
	insertAction    = "INSERT INTO action (id, name, theme, unit_id, opens_at, closes_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $5)"
	insertInvited   = "INSERT INTO action_unit (action_id, unit_id) VALUES ($1, $2)"
	insertPlatform  = "INSERT INTO platform (id, name, country, language, transport, contact_email, webhook_url, webhook_secret, rules, verified_by, created_at) VALUES ($1, $2, 'IE', 'en', 'smtp', '', '', '', '{}', '', 0)"
	insertItem      = "INSERT INTO item (id, platform_id, url, url_sum, host, kind, page, language, title, stage, answer, verdict, ideology, created_at, moved_at) VALUES ($1, $2, $3, $4, 'one.example', 'post', 'item', $5, '', $6, $7, $8, $9, 0, 0)"
	insertPlaced    = "INSERT INTO action_item (action_id, item_id, url_key, platform_id, language, stage, answer, verdict, ideology) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	insertHanded    = "INSERT INTO contribution (id, action_id, unit_id, user_id, item_id, url, url_sum, source, note, at) VALUES ($1, $2, $3, 'usr_x', $4, $5, $6, '', '', $7)"
	insertCapture   = "INSERT INTO capture (id, item_id, at, outcome, fault, status, final_url, vantage, warc, size, title, language, text) VALUES ($1, $2, $3, $4, '', 200, '', '', '', 0, '', '', '')"
	insertMedium    = "INSERT INTO medium (sha256, md5, mime, size, width, height, pdq, quality, fault, at) VALUES ($1, '', 'image/png', 1, 1, 1, '', 0, '', 0)"
	insertCarried   = "INSERT INTO item_medium (item_id, sha256, capture_id, url, at) VALUES ($1, $2, '', '', 0)"
	insertOwnMatch  = "INSERT INTO match (id, item_id, sha256, bank_id, entry_id, kind, distance, label, own, at) VALUES ($1, $2, $3, 'bnk_own', 'ent_own', 'pdq', 4, '', TRUE, 0)"
	insertMatch     = "INSERT INTO match (id, item_id, sha256, bank_id, entry_id, kind, distance, label, at) VALUES ($1, $2, $3, 'bnk_x', 'ent_x', 'pdq', 4, '', 0)"
	insertAssessed  = "INSERT INTO assessment (id, item_id, step, user_id, unit_id, decision, limbs, purpose, purpose_reasons, confidence, reasons, edition, at) VALUES ($1, $2, $3, $4, 'unt_a', 'terrorist', 'a', 'none', '', 90, '', '', 0)"
	insertClearance = "INSERT INTO clearance (id, item_id, state, interest_id, contact, until, at) VALUES ($1, $2, $3, '', '', $4, $5)"
	insertBlock     = "INSERT INTO preflight_block (item_id, rule, reason, remedy, at) VALUES ($1, $2, $3, $4, 0)"
	insertReferral  = "INSERT INTO referral (id, action_id, platform_id, unit_id, track, reference, language, state, drafted_by, drafted_at, approved_by) VALUES ($1, $2, $3, 'unt_a', 'referral', $4, 'en', $5, 'usr_x', 0, $6)"
	insertReferred  = "INSERT INTO referral_item (referral_id, item_id, url, limbs, reasons) VALUES ($1, $2, '', 'a', '')"
	insertDelivery  = "INSERT INTO delivery (id, subject_id, kind, platform_id, address, transport, state, attempts, delivered_at, receipt, created_at) VALUES ($1, $2, 'referral', $3, '', 'smtp', $4, $5, $6, '', 0)"
	insertAttempt   = "INSERT INTO delivery_attempt (id, delivery_id, number, started_at, outcome, detail) VALUES ($1, $2, $3, 0, $4, $5)"
	insertRecheck   = "INSERT INTO recheck (item_id, referral_id, delivered_at, step, verdict) VALUES ($1, $2, $3, 0, '')"
	insertProbe     = "INSERT INTO probe (id, item_id, step, at, verdict, status, final_url, vantage, proof, reason) VALUES ($1, $2, $3, $4, $5, 200, '', '', '', '')"
	insertAnswer    = "INSERT INTO answer (id, referral_id, item_id, kind, reason, user_id, at) VALUES ($1, $2, $3, $4, $5, 'usr_p', 0)"
	insertReupload  = "INSERT INTO reupload (item_id, earlier_id, sha256, earlier_sha256, distance, gone_at, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
)

var (
	theAction = id.Action("act_" + fmt.Sprintf("%026d", 1))
	delivery  = time.Date(2027, 4, 26, 12, 0, 0, 0, time.UTC)
	now       = time.Date(2027, 5, 6, 9, 30, 0, 0, time.UTC)
)

// builder writes rows of a made-up world, with what each stage leaves behind.
type builder struct {
	t  testing.TB
	tx *sqldb.Tx
	n  int // of identifiers
}

func (b *builder) run(q sqldb.SQL, args ...any) {
	b.t.Helper()
	if _, err := b.tx.Exec(q, args...); err != nil {
		b.t.Fatalf("%s: %v", q, err)
	}
}

func (b *builder) id(prefix string) string {
	b.n++
	return fmt.Sprintf("%s_%026d", prefix, b.n)
}

func itemNo(n int) string { return fmt.Sprintf("itm_%026d", n) }

// thing is an item with what happened to it.
type thing struct {
	n                         int
	platform, language, stage string
	answer, reason, verdict   string
	ideology                  string
	by                        []string // units that handed it in, once for each link
	captured                  string   // outcome; "" without
	assessments               int
	clearance                 string
	wasHeld                   bool
	block, referral           string
	looks                     []look
	media                     []string
	matched                   bool
}

type look struct {
	after   time.Duration
	verdict string
}

// put writes a thing.
func (b *builder) put(x thing) {
	if x.ideology == "" && x.assessments == 2 && x.stage != "disputed" {
		x.ideology = "not_specified"
	}
	item := itemNo(x.n)
	url := fmt.Sprintf("https://one.example/%d", x.n)
	b.run(insertItem, item, x.platform, url, []byte(url), x.language, x.stage, x.answer, x.verdict, x.ideology)
	b.run(insertPlaced, theAction, item, []byte(url), x.platform, x.language, x.stage, x.answer, x.verdict, x.ideology)
	for i, unit := range x.by {
		seen := fmt.Sprintf("%s?from=%d", url, i)
		b.run(insertHanded, b.id("ctb"), theAction, unit, item, seen, []byte(seen), sqldb.At(delivery))
	}
	if x.captured != "" {
		b.run(insertCapture, b.id("cap"), item, sqldb.At(delivery), x.captured)
	}
	for step := range x.assessments {
		b.run(insertAssessed, b.id("ass"), item, step+1, fmt.Sprintf("usr_%d", step))
	}
	b.evidence(item, x)
	b.sent(item, x)
}

func (b *builder) evidence(item string, x thing) {
	for _, m := range x.media {
		if ok, _ := b.tx.Exists("SELECT 1 FROM medium WHERE sha256 = $1", m); !ok {
			b.run(insertMedium, m)
		}
		b.run(insertCarried, item, m)
	}
	if x.matched {
		b.run(insertMatch, b.id("mat"), item, x.media[0])
	}
	if x.wasHeld {
		if err := audit.Append(b.tx, audit.System, audit.Entry{Verb: "deconflict.held", Subject: item}); err != nil {
			b.t.Fatal(err)
		}
	}
	if x.clearance != "" {
		var until time.Time
		if x.clearance == "hold" {
			until = now.Add(48 * time.Hour)
		}
		b.run(insertClearance, b.id("clr"), item, x.clearance, sqldb.At(until), sqldb.At(now.Add(5*time.Hour)))
	}
	if x.block != "" {
		b.run(insertBlock, item, x.block, "the reason of "+x.block, "the remedy of "+x.block)
	}
}

func (b *builder) sent(item string, x thing) {
	if x.referral == "" {
		return
	}
	b.run(insertReferred, x.referral, item)
	if x.answer != "" {
		b.run(insertAnswer, b.id("ans"), x.referral, item, x.answer, x.reason)
	}
	if x.stage == "delivered" {
		b.run(insertRecheck, item, x.referral, sqldb.At(delivery))
	}
	for i, l := range x.looks {
		b.run(insertProbe, b.id("prb"), item, i+1, sqldb.At(delivery.Add(l.after)), l.verdict)
	}
}

// referral writes one, with its delivery unless that state is "".
func (b *builder) referral(id, platform, state, delivered string, attempts int) {
	approvedBy := ""
	if state == "approved" {
		approvedBy = "usr_y"
	}
	b.run(insertReferral, id, theAction, platform, "AR-"+id, state, approvedBy)
	if delivered == "" {
		return
	}
	var at time.Time
	if delivered == "delivered" {
		at = delivery
	}
	b.run(insertDelivery, "dlv_"+id, id, platform, delivered, attempts, sqldb.At(at))
}

// toCapture is a job by which an item waits.
type queued struct {
	Items []id.Item `json:"items"`
	kind  string
}

func (q queued) Kind() string  { return q.kind }
func (q queued) Queue() string { return "capture" }

func enqueue(t testing.TB, db *sqldb.DB, tx *sqldb.Tx, kind string, n int) {
	t.Helper()
	jobs, err := job.Open(db, job.Config{Node: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := jobs.Enqueue(tx, queued{Items: []id.Item{id.Item(itemNo(n))}, kind: kind}); err != nil {
		t.Fatal(err)
	}
}

func (b *builder) setting() {
	for _, u := range [][3]string{{"unt_a", "Unit Alpha", "BE"}, {"unt_b", "Unit Beta", "GR"}, {"unt_c", "Unit Gamma", "PL"}} {
		b.run(insertUnit, u[0], u[1], u[2])
	}
	b.run(insertAction, theAction, "Example Action <1>", "Manuals of the Sample Brigade", "unt_a", sqldb.At(delivery.Add(-5*time.Hour)), sqldb.At(delivery.Add(43*time.Hour)))
	for _, u := range []string{"unt_a", "unt_b", "unt_c"} {
		b.run(insertInvited, theAction, u)
	}
	b.run(insertPlatform, "plf_1", "Platform One")
	b.run(insertPlatform, "plf_2", "Platform Two")
}

const (
	hour = time.Hour
	day  = 24 * hour
)

// small is the world of the tests: each thing is there for a figure.
func (b *builder) small() {
	b.setting()
	b.referral("ref_1", "plf_1", "approved", "delivered", 2)
	b.referral("ref_2", "plf_2", "approved", "undeliverable", 5)
	b.referral("ref_3", "plf_2", "approved", "due", 0)
	b.referral("ref_4", "plf_2", "draft", "", 0)
	b.run(insertAttempt, b.id("atm"), "dlv_ref_1", 1, "failed", "451 come back later to https://mail.example/why")
	b.run(insertAttempt, b.id("atm"), "dlv_ref_1", 2, "delivered", "250 taken")
	b.run(insertAttempt, b.id("atm"), "dlv_ref_2", 5, "undeliverable", "550 no such mailbox")
	a, ab := []string{"unt_a"}, []string{"unt_a", "unt_b"}
	sent := func(n int, language, answer, verdict string, by []string, looks ...look) {
		reason := map[string]string{"refused": "lawful <b>satire</b>, see http://help.example/x", "impossible": "not ours", "clarification": "which of the two?"}[answer]
		b.put(thing{n: n, platform: "plf_1", language: language, ideology: map[string]string{"fr": "right_wing", "de": "jihadist"}[language], stage: "delivered", answer: answer, reason: reason, verdict: verdict, by: by,
			captured: "captured", assessments: 2, clearance: "clear", referral: "ref_1", looks: looks})
	}
	sent(1, "fr", "removed", "removed", []string{"unt_a", "unt_b", "unt_a"}, look{hour, "still_up"}, look{3 * hour, "removed"})
	sent(2, "fr", "", "soft_404", ab, look{hour + 5*time.Minute, "soft_404"})
	sent(3, "de", "disabled", "redirected_home", ab, look{hour, "still_up"}, look{30 * hour, "redirected_home"})
	sent(4, "de", "refused", "account_gone", a, look{hour, "account_gone"})
	sent(5, "", "impossible", "geo_blocked", a, look{hour, "geo_blocked"}, look{3 * hour, "geo_blocked"})
	sent(6, "de", "clarification", "login_wall", a, look{hour, "login_wall"})
	sent(7, "de", "removed", "still_up", a, look{hour, "still_up"}, look{7 * day, "still_up"})
	sent(8, "de", "", "unknown", a, look{hour, "unknown"})
	sent(9, "de", "", "", a)
	sent(10, "de", "refused", "still_up", a, look{hour, "removed"}, look{7 * day, "still_up"})
	known := thing{by: a, captured: "captured", platform: "plf_2", language: "el", assessments: 2, clearance: "clear"}
	with := func(n int, stage string, change func(*thing)) {
		x := known
		x.n, x.stage = n, stage
		change(&x)
		b.put(x)
	}
	with(11, "undeliverable", func(x *thing) { x.referral = "ref_2" })
	with(12, "approved", func(x *thing) { x.referral = "ref_3" })
	with(13, "drafted", func(x *thing) { x.referral = "ref_4" })
	with(14, "rejected", func(x *thing) { x.clearance, x.ideology = "", "jihadist" })
	with(15, "disputed", func(x *thing) { x.clearance = "" })
	with(16, "held", func(x *thing) { x.clearance, x.wasHeld = "hold", true })
	with(17, "cleared", func(x *thing) { x.wasHeld = true })
	with(18, "blocked", func(x *thing) { x.block = "home_page" })
	with(19, "blocked", func(x *thing) { x.block, x.captured, x.platform, x.language = "no_capture", "unreachable", "", "" })
	with(20, "ready", func(x *thing) { x.assessments, x.clearance, x.media, x.matched = 0, "", []string{"aa", "bb"}, true })
	with(21, "contributed", func(x *thing) { x.assessments, x.clearance, x.captured = 0, "", "" })
	with(22, "captured", func(x *thing) { x.assessments, x.clearance, x.media = 0, "", []string{"aa"} })
	b.run(insertOwnMatch, b.id("mat"), itemNo(22), "aa") // of a bank that filled by itself: not counted
	with(23, "unreachable", func(x *thing) { x.assessments, x.clearance, x.captured = 0, "", "unreachable" })
	with(24, "confirmed", func(x *thing) { x.clearance = "" })
	with(25, "assessed", func(x *thing) { x.assessments, x.clearance = 1, "" })
	gone := delivery.Add(3 * hour)
	b.run(insertReupload, itemNo(20), itemNo(1), "aa", "aa", 0, sqldb.At(gone), sqldb.At(gone.Add(4*hour)))
	b.run(insertReupload, itemNo(20), itemNo(2), "aa", "cc", 12, sqldb.At(gone.Add(-2*hour)), sqldb.At(gone.Add(4*hour)))
}

func build(t testing.TB, db *sqldb.DB, fn func(*builder)) {
	t.Helper()
	err := db.Housekeeping(t.Context(), "the world of a test", func(tx *sqldb.Tx) error {
		fn(&builder{t: t, tx: tx})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// buildSmall builds the small world with the jobs that its unfinished items wait in.
func buildSmall(t testing.TB, db *sqldb.DB) {
	t.Helper()
	build(t, db, func(b *builder) {
		b.small()
		enqueue(t, db, b.tx, "capture.take", 21)
		enqueue(t, db, b.tx, "match.find", 22)
		enqueue(t, db, b.tx, "deconflict.ask", 24)
	})
}
