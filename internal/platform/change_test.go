package platform_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

func set(t *testing.T, db *sqldb.DB, p id.Platform, c platform.Change) (out platform.Platform, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
		out, err = platform.Set(tx, by, p, c)
		return err
	})
	return out, err
}

func ptr[T any](v T) *T { return &v }

// TestAnotherContactPointIsVerifiedNoMore, and whatever else changes leaves it as it is.
func TestAnotherContactPointIsVerifiedNoMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		made, err := add(t, db, tube())
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name   string
			change platform.Change
			stays  bool
		}{
			{"name", platform.Change{Name: ptr("Sample Tube")}, true},
			{"hours", platform.Change{Hours: ptr("Mo-Fr 09:00-17:00"), TimeZone: ptr("Europe/Dublin")}, true},
			{"representative", platform.Change{Representative: ptr("Sample Rep"), RepresentativeState: ptr("fr")}, true},
			{"languages", platform.Change{Languages: &[]string{"fr", "pt-br", "fr", "de"}}, true},
			{"the same address", platform.Change{ContactEmail: ptr(" tco@tube.example ")}, true},
			{"another address", platform.Change{ContactEmail: ptr("new@tube.example")}, false},
			{"other domains of its mail", platform.Change{MailDomains: &[]string{"mail.tube.example"}}, false},
			{"another transport", platform.Change{Transport: ptr(platform.Webhook), WebhookURL: ptr("https://hooks.tube.example/in"), WebhookSecret: ptr("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz")}, false},
			{"another secret", platform.Change{WebhookSecret: ptr("whsec_MTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz")}, false},
		} {
			if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return platform.Verify(tx, by, made.ID) }); err != nil {
				t.Fatal(err)
			}
			p, err := set(t, db, made.ID, tt.change)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			err = db.View(t.Context(), func(tx *sqldb.Tx) error {
				read, err := platform.Get(tx, made.ID)
				if diff := cmp.Diff(p, read); diff != "" {
					t.Errorf("%s: %s", tt.name, diff)
				}
				return err
			})
			if err != nil || p.VerifiedAt.IsZero() == tt.stays || (p.VerifiedBy == "") == tt.stays {
				t.Errorf("%s: verified at %v by %q, %v", tt.name, p.VerifiedAt, p.VerifiedBy, err)
			}
		}
		err = db.View(t.Context(), func(tx *sqldb.Tx) error {
			p, err := platform.Get(tx, made.ID)
			if p.Representative != (platform.Representative{Name: "Sample Rep", MemberState: "FR"}) || !cmp.Equal(p.Languages, []string{"fr", "de"}) || !p.Accepts("de") || !p.Accepts("pt-BR") || p.Accepts("es") {
				t.Errorf("%+v", p)
			}
			events, _ := audit.History(tx, string(made.ID))
			for _, e := range events {
				if strings.Contains(string(e.Detail), "whsec") {
					t.Errorf("the log tells the secret: %s", e.Detail)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestChangesThatAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		made, err := add(t, db, tube())
		if err != nil {
			t.Fatal(err)
		}
		other := tube()
		other.Name, other.Rules.Hosts, other.Rules.Paths = "Other", []string{"other.example"}, nil
		if _, err := add(t, db, other); err != nil {
			t.Fatal(err)
		}
		for path, c := range map[string]platform.Change{
			"hours":                {Hours: ptr("9 to 5"), TimeZone: ptr("UTC")},
			"representative":       {RepresentativeState: ptr("FR")},
			"representative_state": {Representative: ptr("Sample Rep"), RepresentativeState: ptr("CH")},
			"languages":            {Languages: &[]string{"klingon!"}},
			"contact_email":        {ContactEmail: ptr("")},
			"transport":            {Transport: ptr("fax")},
		} {
			if _, err := set(t, db, made.ID, c); !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), "; "+path+":") {
				t.Errorf("%s: %v", path, err)
			}
		}
		if _, err := set(t, db, made.ID, platform.Change{Name: ptr("Other")}); !problem.Is(err, problem.Conflict) {
			t.Errorf("the name of another: %v", err)
		}
		if _, err := set(t, db, "plf_none", platform.Change{}); !problem.Is(err, problem.NotFound) {
			t.Errorf("nobody: %v", err)
		}
	})
}

// TestJurisdiction: with neither establishment nor representative, every member state has it.
func TestJurisdiction(t *testing.T) {
	p := tube()
	p.Country = "US"
	if !p.Jurisdiction().All() {
		t.Errorf("%+v", p.Jurisdiction())
	}
	p.Representative = platform.Representative{Name: "Sample Rep", MemberState: "FR"}
	if j := p.Jurisdiction(); j.State != "FR" {
		t.Errorf("%+v", j)
	}
}
