package desk

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// board3 is an action of one unit with three items that are ready, and two reviewers.
type board3 struct {
	desk   *Desk
	action id.Action
	items  []id.Item
	people [2]auth.Principal
}

func newBoard(t *testing.T, db *sqldb.DB) (b board3) {
	t.Helper()
	store, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b.desk = &Desk{DB: db, Store: store}
	err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
		unit, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: "Unit North", Country: "BE", Kind: "authority"})
		if err != nil {
			return err
		}
		for i, name := range []string{"ana", "bea"} {
			u, err := auth.AddUser(tx, audit.System, auth.User{Unit: unit.ID, Name: name, Email: name + "@desk.test", Roles: []auth.Role{auth.Reviewer}})
			if err != nil {
				return err
			}
			if b.people[i], err = auth.PrincipalOf(tx, u.ID); err != nil {
				return err
			}
		}
		a, err := action.Open(tx, audit.System, action.Action{Name: "Example Action", Unit: unit.ID, Units: []id.Unit{unit.ID}, OpensAt: tx.Now, ClosesAt: tx.Now.Add(time.Hour)})
		if err != nil {
			return err
		}
		b.action = a.ID
		return b.fill(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *board3) fill(tx *sqldb.Tx) error {
	var news []item.New
	for _, n := range []string{"1", "2", "3"} {
		u := "https://clips.example/v/" + n
		news = append(news, item.New{Canonical: link.Canonical{URL: u, Host: "clips.example", Kind: "post", Page: "item"}, Seen: u})
	}
	added, err := item.Add(tx, audit.System, b.action, news)
	for _, a := range added {
		b.items = append(b.items, a.ID)
	}
	if err != nil {
		return err
	}
	_, err = item.Move(tx, audit.System, item.Ready, []item.Stage{item.Contributed}, b.items...)
	return err
}

// assess records what one of the reviewers decides on an item.
func (b *board3) assess(t *testing.T, who auth.Principal, it id.Item) {
	t.Helper()
	err := b.desk.DB.Update(t.Context(), func(tx *sqldb.Tx) error {
		_, outcome, err := assess.Record(tx, who.Actor(), assess.New{Item: it, Decision: assess.NotTerrorist, Purpose: "none", PurposeReasons: "no context", Confidence: 70, Reasons: "made up"})
		if err != nil {
			return err
		}
		_, err = item.Move(tx, who.Actor(), item.Stage(outcome), []item.Stage{item.Ready, item.Assessed}, it)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTheSecondPersonSeesWhatSomebodyElseAssessed, and nothing of what that person thought.
func TestTheSecondPersonSeesWhatSomebodyElseAssessed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b := newBoard(t, db)
		ana, bea := b.people[0], b.people[1]
		b.assess(t, ana, b.items[0])
		b.assess(t, bea, b.items[1])
		for _, c := range []struct {
			who  auth.Principal
			step int
			want []id.Item
		}{{ana, 1, b.items[2:]}, {bea, 1, b.items[2:]}, {ana, 2, b.items[1:2]}, {bea, 2, b.items[:1]}} {
			tasks, err := b.desk.Worklist(t.Context(), c.who, b.action, c.step, 10)
			if err != nil || len(tasks) != 1 || tasks[0].Item.ID != string(c.want[0]) {
				t.Fatalf("step %d of %s: %v, %+v, want %v", c.step, c.who.Name, err, tasks, c.want)
			}
			if tasks[0].Assessments != nil || tasks[0].Step != c.step {
				t.Errorf("step %d of %s shows %+v", c.step, c.who.Name, tasks[0].Assessments)
			}
		}
	})
}

func TestTheBoardCountsEveryItemOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b := newBoard(t, db)
		b.assess(t, b.people[0], b.items[0])
		s, err := b.desk.Status(t.Context(), b.people[0], b.action)
		if err != nil {
			t.Fatal(err)
		}
		total, stages := 0, map[string]int{}
		for _, c := range s.Stages {
			total += c.Count
			stages[c.Name] = c.Count
		}
		if s.Items != 3 || total != 3 || stages["ready"] != 2 || stages["assessed"] != 1 || len(s.Stages) != len(item.Stages()) {
			t.Errorf("%+v", s)
		}
		if len(s.Platforms) != 1 || s.Platforms[0].Items != 3 || s.Platforms[0].Platform != "" {
			t.Errorf("items without a platform: %+v", s.Platforms)
		}
	})
}

// TestReadsNeedTheirPermission: a token whose scopes leave it out reads nothing.
func TestReadsNeedTheirPermission(t *testing.T) {
	b := newBoard(t, dbtest.SQLite(t))
	who := b.people[0]
	who.Scopes = []auth.Permission{auth.ActionContribute}
	ctx := t.Context()
	for name, read := range map[string]func() error{
		"actions":   func() error { _, err := b.desk.Actions(ctx, who); return err },
		"status":    func() error { _, err := b.desk.Status(ctx, who, b.action); return err },
		"item":      func() error { _, err := b.desk.Item(ctx, who, b.items[0]); return err },
		"search":    func() error { _, err := b.desk.Search(ctx, who, "x"); return err },
		"worklist":  func() error { _, err := b.desk.Worklist(ctx, who, b.action, 1, 1); return err },
		"medium":    func() error { _, err := b.desk.Medium(ctx, who, "x"); return err },
		"referrals": func() error { _, err := b.desk.Referrals(ctx, who, b.action, ""); return err },
		"report":    func() error { _, err := b.desk.Report(ctx, who, b.action); return err },
		"users":     func() error { _, err := b.desk.Users(ctx, who); return err },
		"tokens":    func() error { _, err := b.desk.Tokens(ctx, who); return err },
		"activity":  func() error { _, err := b.desk.Activity(ctx, who); return err },
	} {
		if err := read(); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestATextIsCutBetweenLetters(t *testing.T) {
	const text = "añ☃𝄞 end"
	for n := range len(text) + 2 {
		got := beginning(text, n)
		if len(got) > n || !utf8.ValidString(got) || text[:len(got)] != got || (n-len(got) > 3) {
			if n <= len(text) {
				t.Errorf("%d bytes: %q", n, got)
			}
		}
	}
}
