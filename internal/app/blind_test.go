package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestBlindInTheConfiguration: with blind = true in argine.toml the second person sees nothing of
// the first in an action that is not blind itself; without it, the same person sees it. What was
// not there to be captured is assessed as what people have seen elsewhere.
func TestBlindInTheConfiguration(t *testing.T) {
	for _, blind := range []bool{true, false} {
		t.Run(fmt.Sprintf("blind = %v", blind), func(t *testing.T) {
			admin, desk := configured(t, fmt.Sprintf("listen = \"127.0.0.1:0\"\nblind = %v\n", blind))
			p := &pair{hosted: &hosted{T: t}, desk: desk, admin: admin, people: map[string]*client.Client{}}
			p.persons(admin)
			now := time.Now()
			action, err := p.people["drafter"].AddAction(t.Context(), client.NewAction{Name: "Example Action", OpensAt: now, ClosesAt: now.Add(time.Hour)})
			p.must(err)
			p.action = action.ID
			if action.Blind {
				t.Error("the action is blind itself: the test looks at nothing")
			}
			got, err := p.people["analyst"].Contribute(t.Context(), p.action, "text/uri-list", []byte("https://clips.example/v/1"))
			if err != nil || got.Taken != 1 {
				t.Fatalf("%+v %v", got, err)
			}
			var it client.Item
			p.staged("unreachable", func(found client.Item) bool { it = found; return true })
			rows, err := p.people["analyst"].Assess(t.Context(), client.NewAssessments{Assessments: []client.NewAssessment{{ItemID: it.ID, Decision: "terrorist", Limbs: []string{"a"}, Purpose: "none",
				PurposeReasons: "Nothing on the page reports, teaches or argues.", Confidence: 90, Reasons: "It is made up and calls for nothing."}}})
			if err != nil || rows.Failed > 0 {
				t.Fatalf("%+v %v", rows, err)
			}
			seen := map[bool]int{true: 0, false: 1}[blind]
			if d, err := p.people["reviewer"].Item(t.Context(), it.ID); err != nil || d.Hidden != blind || len(d.Assessments) != seen {
				t.Errorf("the second person: %v, hidden %v, %d assessments, want %d", err, d.Hidden, len(d.Assessments), seen)
			}
			if d, err := p.people["analyst"].Item(t.Context(), it.ID); err != nil || len(d.Assessments) != 1 {
				t.Errorf("the first, who knows the own: %v, %d assessments", err, len(d.Assessments))
			}
		})
	}
}

// configured starts a desk from a data directory with this argine.toml.
func configured(t *testing.T, file string) (admin *client.Client, desk string) {
	t.Helper()
	data := t.TempDir()
	dbtest.SQLiteFile(t, data)
	if err := os.WriteFile(filepath.Join(data, "argine.toml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := app.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Quick, cfg.Fetch = true, app.Fetch{AllowLoopback: true, Interval: "0s", Hosts: map[string]string{"clips.example:443": "127.0.0.1:1"}}
	a, token := running(t, cfg)
	desk = "http://" + a.Address()
	return client.New(desk, token), desk
}
