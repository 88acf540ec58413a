package platform_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var by = audit.Actor{User: "usr_sample", Unit: "unt_sample"}

func tube() platform.Platform {
	return platform.Platform{
		Name: "Example Tube", Country: "ie", Language: "pt-br", Transport: platform.SMTP, ContactEmail: "tco@tube.example",
		Rules: link.Rules{
			Hosts: []string{"tube.example", "*.tube.example"}, HostPrefixes: []string{"www", "m"}, KeepQuery: []string{"v"},
			Paths: []link.PathRule{{Host: "tu.example", Match: "/{id}", To: "//tube.example/watch?v={id}"}, {Match: "/watch?v={id}"}},
		},
	}
}

func add(t *testing.T, db *sqldb.DB, p platform.Platform) (out platform.Platform, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
		out, err = platform.Add(tx, by, p)
		return err
	})
	return out, err
}

func TestAddVerifyAndRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		made, err := add(t, db, tube())
		if err != nil {
			t.Fatal(err)
		}
		want := tube()
		want.ID, want.Country, want.Language = made.ID, "IE", "pt-BR"
		if diff := cmp.Diff(want, made); diff != "" {
			t.Error(diff)
		}
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return platform.Verify(tx, by, made.ID) }); err != nil {
			t.Fatal(err)
		}
		err = db.View(t.Context(), func(tx *sqldb.Tx) error {
			got, err := platform.Get(tx, made.ID)
			if err != nil {
				return err
			}
			if got.VerifiedAt.IsZero() || got.VerifiedBy != by.User {
				t.Errorf("verified at %v by %q", got.VerifiedAt, got.VerifiedBy)
			}
			want.VerifiedAt, want.VerifiedBy = got.VerifiedAt, by.User
			list, err := platform.List(tx)
			if diff := cmp.Diff([]platform.Platform{want}, list); diff != "" {
				t.Error(diff)
			}
			events, _ := audit.History(tx, string(made.ID))
			if len(events) != 2 || strings.Contains(string(events[0].Detail), "secret") {
				t.Errorf("%d events, want 2: %s", len(events), events[0].Detail)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(t.Context(), func(tx *sqldb.Tx) error { return platform.Verify(tx, by, "plf_none") })
		if !problem.Is(err, problem.NotFound) {
			t.Errorf("verifying nothing gave %v", err)
		}
	})
}

func TestReadBookNamesPlatformsByIdentifier(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		made, err := add(t, db, tube())
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(t.Context(), func(tx *sqldb.Tx) error {
			book, err := platform.ReadBook(tx)
			if err != nil {
				return err
			}
			for raw, want := range map[string]id.Platform{"hxxps://www.tube[.]example/watch?v=a&x=1": made.ID, "https://tu.example/a": made.ID, "https://else.example/a": ""} {
				c, err := book.Canonical(raw)
				if err != nil || id.Platform(c.Platform) != want {
					t.Errorf("%s: %+v, %v; want platform %q", raw, c, err, want)
				}
				if want != "" && c.URL != "https://tube.example/watch?v=a" {
					t.Errorf("%s became %s", raw, c.URL)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAHostBelongsToOnePlatform(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		if _, err := add(t, db, tube()); err != nil {
			t.Fatal(err)
		}
		for _, host := range []string{"tube.example", "TUBE.example.", "tu.example"} {
			p := tube()
			p.Name, p.Rules = "Sample Share", link.Rules{Hosts: []string{"share.example", host}}
			if _, err := add(t, db, p); !problem.Is(err, problem.Conflict) || !strings.Contains(err.Error(), "Example Tube") {
				t.Errorf("%s: %v, want a conflict that names Example Tube", host, err)
			}
		}
		p := tube()
		p.Rules = link.Rules{Hosts: []string{"share.example"}}
		if _, err := add(t, db, p); !problem.Is(err, problem.Conflict) {
			t.Errorf("the same name gave %v", err)
		}
	})
}

func TestAddRefusesWhatCannotWork(t *testing.T) {
	good := tube()
	good.Transport, good.ContactEmail = platform.Webhook, ""
	good.WebhookURL, good.WebhookSecret = "https://hooks.tube.example/in", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
	db := dbtest.SQLite(t)
	for path, spoil := range map[string]func(*platform.Platform){
		"name":                 func(p *platform.Platform) { p.Name = " " },
		"country":              func(p *platform.Platform) { p.Country = "IRL" },
		"language":             func(p *platform.Platform) { p.Language = "klingon!" },
		"transport":            func(p *platform.Platform) { p.Transport = "fax" },
		"contact_email":        func(p *platform.Platform) { p.Transport, p.ContactEmail = platform.SMTP, "Desk <desk@tube.example>" },
		"webhook_url":          func(p *platform.Platform) { p.WebhookURL = "tube.example/in" },
		"webhook_secret":       func(p *platform.Platform) { p.WebhookSecret = "whsec_c2hvcnQ=" },
		"rules.hosts":          func(p *platform.Platform) { p.Rules.Hosts = nil },
		"rules.paths[0].match": func(p *platform.Platform) { p.Rules.Paths[0].Match = "no slash" },
	} {
		p := good
		p.Rules.Paths = append([]link.PathRule(nil), good.Rules.Paths...)
		spoil(&p)
		_, err := add(t, db, p)
		if !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), "; "+path) {
			t.Errorf("%s: got %v", path, err)
		}
	}
	if _, err := add(t, db, good); err != nil {
		t.Error(err)
	}
}

func TestProtectedHosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		protect := func(host, reason string) error {
			return db.Update(t.Context(), func(tx *sqldb.Tx) error { return platform.Protect(tx, by, host, reason) })
		}
		for _, h := range [][2]string{{"Library.Example", "library"}, {"*.press.example.", "news"}, {"archive.press.example", "news"}, {"archive.press.example", "archive"}, {"library.example", "library"}} {
			if err := protect(h[0], h[1]); err != nil {
				t.Fatal(err)
			}
		}
		for _, h := range [][2]string{{"example", "news"}, {"https://press.example/", "news"}, {"press.example:80", "news"}, {"", "news"}, {"ok.example", "because"}} {
			if err := protect(h[0], h[1]); !problem.Is(err, problem.Invalid) {
				t.Errorf("protecting %q as %q gave %v", h[0], h[1], err)
			}
		}
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			for host, want := range map[string]string{
				"library.example": "library", "a.b.library.example": "library", "notlibrary.example": "",
				"press.example": "news", "archive.press.example": "archive", "x.archive.press.example": "archive", "example": "", "": "",
			} {
				if got, err := platform.ProtectedReason(tx, host); err != nil || got != want {
					t.Errorf("%q: %q, %v; want %q", host, got, err, want)
				}
			}
			events, err := audit.History(tx, "library.example")
			if len(events) != 1 {
				t.Errorf("protecting twice made %d events", len(events))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
