package refer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/sqldb"
)

func good() Facts {
	return Facts{Page: "item", Captured: true, Seen: true, Platform: "plf_1", Verified: true, Text: "calls for joining Example Front {in three words}; 5 << 6 [sic]"}
}

func TestPreflight(t *testing.T) {
	worst := Facts{Page: "home", Protected: "library", Gone: "removed", Order: "XA-1", Hold: "Duty officer", Text: "{{reasons}}", Opens: "Monday"}
	for _, tt := range []struct {
		name   string
		change func(*Facts)
		want   string
	}{
		{"nothing against it", func(*Facts) {}, ""},
		{"home page", func(f *Facts) { f.Page = "home" }, RuleHomePage},
		{"search page", func(f *Facts) { f.Page = "search" }, RuleSearchPage},
		{"listing page", func(f *Facts) { f.Page = "listing" }, RuleListingPage},
		{"protected host", func(f *Facts) { f.Protected = "library" }, RuleProtectedHost},
		{"protected host, justified", func(f *Facts) { f.Protected, f.Justification = "library", "uploaded by a visitor" }, ""},
		{"no capture", func(f *Facts) { f.Captured = false }, RuleNoCapture},
		{"nobody has seen it", func(f *Facts) { f.Seen = false }, RuleUnseen},
		{"hold", func(f *Facts) { f.Hold = "Duty officer" }, RuleHold},
		{"out of hours", func(f *Facts) { f.Opens = "Monday" }, RuleContactHours},
		{"gone", func(f *Facts) { f.Gone = "removed" }, RuleGone},
		{"existing order", func(f *Facts) { f.Order = "XA-1" }, RuleExistingOrder},
		{"no platform", func(f *Facts) { f.Platform = "" }, RuleNoPlatform},
		{"contact point not verified", func(f *Facts) { f.Verified = false }, RuleNoContact},
		{"{{name}}", func(f *Facts) { f.Text = "by {{.Author}}" }, RulePlaceholder},
		{"${name}", func(f *Facts) { f.Text = "by ${author}" }, RulePlaceholder},
		{"[[name]]", func(f *Facts) { f.Text = "by [[author]]" }, RulePlaceholder},
		{"<<name>>", func(f *Facts) { f.Text = "by <<author>>" }, RulePlaceholder},
		{"{name}", func(f *Facts) { f.Text = "by {author}" }, RulePlaceholder},

		// What applies first is named, in the order of the rules.
		{"all of them", func(f *Facts) { *f = worst }, RuleHomePage},
		{"all but the page", func(f *Facts) { *f = worst; f.Page = "item" }, RuleProtectedHost},
		{"all from the capture on", func(f *Facts) { *f = worst; f.Page, f.Protected = "item", "" }, RuleNoCapture},
		{"all from seeing on", func(f *Facts) { *f = worst; f.Page, f.Protected, f.Captured = "item", "", true }, RuleUnseen},
		{"all from the look on", func(f *Facts) { *f = worst; f.Page, f.Protected, f.Captured, f.Seen = "item", "", true, true }, RuleGone},
		{"all from the order on", func(f *Facts) {
			*f = worst
			f.Page, f.Protected, f.Captured, f.Seen, f.Gone = "item", "", true, true, ""
		}, RuleExistingOrder},
		{"all from the hold on", func(f *Facts) {
			*f = worst
			f.Page, f.Protected, f.Captured, f.Seen, f.Gone, f.Order = "item", "", true, true, "", ""
		}, RuleHold},
		{"all from the platform on", func(f *Facts) { *f = Facts{Page: "item", Captured: true, Seen: true, Text: "{{x}}", Opens: "Monday"} }, RuleNoPlatform},
		{"all from the contact on", func(f *Facts) {
			*f = Facts{Page: "item", Captured: true, Seen: true, Platform: "plf_1", Text: "{{x}}", Opens: "Monday"}
		}, RuleNoContact},
		{"all from the placeholder on", func(f *Facts) { f.Text, f.Opens = "{{x}}", "Monday" }, RulePlaceholder},
	} {
		f := good()
		tt.change(&f)
		got := Preflight(f)
		switch {
		case tt.want == "" && got != nil:
			t.Errorf("%s: stopped by %+v", tt.name, *got)
		case tt.want != "" && (got == nil || got.Rule != tt.want || got.Reason == "" || got.Remedy == ""):
			t.Errorf("%s: %+v, want %s", tt.name, got, tt.want)
		}
	}
}

func TestBlocksAreSavedOnce(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		order, capture := Block{RuleExistingOrder, "order XA-1", "leave it"}, Block{RuleNoCapture, "no capture", "capture it"}
		for _, step := range []struct {
			block Block
			news  bool
		}{{order, true}, {order, false}, {capture, true}} {
			update(t, db, func(tx *sqldb.Tx) error {
				news, err := SaveBlock(tx, audit.System, "itm_1", step.block)
				if news != step.news {
					t.Errorf("%s: news %v", step.block.Rule, news)
				}
				return err
			})
		}
		view(t, db, func(tx *sqldb.Tx) error {
			got, found, err := BlockOf(tx, "itm_1")
			if diff := cmp.Diff(capture, got); !found || diff != "" {
				t.Errorf("%v %s", found, diff)
			}
			return err
		})
		if got := verbs(t, db, "itm_1"); len(got) != 2 {
			t.Errorf("events %q", got)
		}
	})
}
