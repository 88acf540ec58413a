package sim

import (
	"bytes"
	"encoding/json"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
)

// Worlds do not change, so tests share them: a small one for mechanics, and the one of the
// default size for numbers.
var (
	smallWorld   = sync.OnceValue(func() *World { return New(Config{Seed: 7, Items: 250}) })
	defaultWorld = sync.OnceValue(func() *World { return New(Config{Seed: 1}) })
)

func small(*testing.T) *World { return smallWorld() }

func TestSameSeedSameWorld(t *testing.T) {
	a, b, other := New(Config{Seed: 3, Items: 120}), New(Config{Seed: 3, Items: 120}), New(Config{Seed: 4, Items: 120})
	for wave := 1; wave <= 2; wave++ {
		if diff := cmp.Diff(a.Files(wave), b.Files(wave)); diff != "" {
			t.Errorf("files of wave %d differ:\n%s", wave, diff)
		}
	}
	if diff := cmp.Diff(a.Truth(), b.Truth()); diff != "" {
		t.Errorf("truth differs:\n%s", diff)
	}
	if !bytes.Equal(a.BankCSV(3000), b.BankCSV(3000)) {
		t.Error("the banks differ")
	}
	for f := range a.families[:20] {
		if !bytes.Equal(render(3, medium{family: f}), b.media.bytes(medium{family: f})) {
			t.Errorf("medium %d differs", f)
		}
	}
	if bytes.Equal(a.Files(1)[0].Body, other.Files(1)[0].Body) || cmp.Equal(a.Truth(), other.Truth()) {
		t.Error("another seed gives the same world")
	}
}

func TestSizes(t *testing.T) {
	for _, n := range []int{minItems, 61, 137, 300} {
		w := New(Config{Seed: int64(n), Items: n})
		truth := w.Truth()
		if truth.Items != n || len(w.items) != n {
			t.Errorf("%d items wanted, %d made", n, truth.Items)
		}
		if want := min(maxPlatforms, n/5); truth.Platforms != want {
			t.Errorf("%d items on %d platforms, want %d", n, truth.Platforms, want)
		}
		if truth.Languages != len(languages) || truth.Units != unitCount {
			t.Errorf("%d items in %d languages, from %d units", n, truth.Languages, truth.Units)
		}
	}
}

func TestDefaultWorldIsTheActionOfTheIssue(t *testing.T) {
	w := defaultWorld()
	truth := w.Truth()
	text, _ := json.MarshalIndent(truth, "", " ")
	t.Logf("%s", text)
	if truth.Items != 2068 || truth.Platforms != 52 || truth.Languages != 6 || truth.Units != 5 {
		t.Errorf("got %d items, %d platforms, %d languages, %d units", truth.Items, truth.Platforms, truth.Languages, truth.Units)
	}
	same, variants := w.doubles()
	if same < 300 || variants < 300 {
		t.Errorf("%d duplicates and %d variants are not several hundred of each", same, variants)
	}
	if truth.Lost != 0 || truth.Contributions != truth.Items+truth.Duplicates || truth.Duplicates != same+variants {
		t.Errorf("%d contributions, %d duplicates, %d same and %d variants do not add up", truth.Contributions, truth.Duplicates, same, variants)
	}
}

// doubles counts what is handed in beyond the first time: in the same letters, in others.
func (w *World) doubles() (same, variants int) {
	seen, links := map[int]bool{}, map[string]bool{}
	for _, h := range w.handed {
		switch {
		case links[h.url]:
			same++
		case seen[h.item]:
			variants++
		}
		seen[h.item], links[h.url] = true, true
	}
	return same, variants
}

func TestNumbersAddUpAndEveryCategoryIsThere(t *testing.T) {
	for _, w := range []*World{smallWorld(), defaultWorld(), New(Config{Seed: 100, Items: 300}), New(Config{Seed: 101, Items: 250})} {
		w.addsUp(t)
		w.hasAll(t)
	}
}

func (w *World) addsUp(t *testing.T) {
	truth := w.Truth()
	decided := truth.Disputed + truth.Rejected + truth.Held + truth.Blocked + truth.Referred
	answered := truth.Answered.Removed + truth.Answered.Refused + truth.Answered.Clarification + truth.Answered.None
	v := truth.Verified
	verified := v.Removed + v.AccountGone + v.GeoBlocked + v.LoginWall + v.StillUp + v.Unknown
	var of client.ReportIdeology
	for _, n := range truth.Ideologies {
		of = client.ReportIdeology{Decided: of.Decided + n.Decided, Confirmed: of.Confirmed + n.Confirmed, Rejected: of.Rejected + n.Rejected,
			Referred: of.Referred + n.Referred, Delivered: of.Delivered + n.Delivered, Gone: of.Gone + n.Gone}
	}
	want := client.ReportIdeology{Decided: truth.Items - truth.Disputed, Confirmed: truth.Items - truth.Disputed - truth.Rejected, Rejected: truth.Rejected,
		Referred: truth.Referred, Delivered: truth.Delivered, Gone: v.Removed + v.AccountGone}
	if of != want {
		t.Errorf("seed %d: the ideologies add up to %+v, want %+v", w.Seed(), of, want)
	}
	if decided != truth.Items || truth.Captured+truth.Unreachable != truth.Items ||
		truth.Delivered+truth.Undeliverable != truth.Referred || answered != truth.Delivered || verified != truth.Delivered {
		t.Errorf("seed %d does not add up: %+v", w.Seed(), truth)
	}
}

func (w *World) hasAll(t *testing.T) {
	truth := w.Truth()
	counts := map[string]int{"unreachable": truth.Unreachable, "matched": truth.Matched, "rejected": truth.Rejected, "disputed": truth.Disputed,
		"held": truth.Held, "undeliverable": truth.Undeliverable, "reuploads": truth.Reuploads, "removed": truth.Answered.Removed,
		"refused": truth.Answered.Refused, "clarification": truth.Answered.Clarification, "none": truth.Answered.None}
	for _, rule := range []string{"home_page", "search_page", "protected_host", "no_capture", "existing_order"} {
		counts["blocked by "+rule] = truth.Blocks[rule]
	}
	for _, cause := range causes {
		counts["delivered of "+cause] = truth.Ideologies[cause].Delivered
		counts["rejected of a cause"] += truth.Ideologies[cause].Rejected
	}
	for _, verdict := range verdicts {
		counts["verdict "+verdict] = truth.Verdicts[verdict]
	}
	for name, n := range counts {
		if n < 3 {
			t.Errorf("seed %d: %s: %d, want at least 3", w.Seed(), name, n)
		}
	}
}

func TestTruthHasTheReportsNames(t *testing.T) {
	report := reflect.TypeFor[client.Report]()
	truth := reflect.TypeFor[Truth]()
	byName := map[string]reflect.StructField{}
	for i := range truth.NumField() {
		byName[truth.Field(i).Tag.Get("json")] = truth.Field(i)
	}
	for i := range report.NumField() {
		name := report.Field(i).Tag.Get("json")
		if name == "action" || name == "audit" || name == "rules" {
			continue // the product's own
		}
		if f, ok := byName[name]; !ok || f.Type != report.Field(i).Type {
			t.Errorf("the report's %q is missing in the truth, or of another type", name)
		}
		delete(byName, name)
	}
	for name := range byName {
		t.Errorf("the truth has %q, the report does not", name)
	}
}

func TestLooksKeepClearOfChanges(t *testing.T) {
	w := defaultWorld()
	const clear = 10 * time.Minute
	for i := range w.items {
		o := w.items[i].outcome
		for _, step := range schedule {
			if o.at(step-clear) != o.at(step+clear-time.Second) {
				t.Errorf("item %d changes within ten minutes of the look at %v: %+v", i, step, o)
			}
		}
	}
}
