package auth_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func (b *bench) token(user auth.User, life time.Duration, scopes ...auth.Permission) (t auth.Token, secret string) {
	b.Helper()
	b.must(func(tx *sqldb.Tx) (err error) {
		t, secret, err = auth.AddToken(tx, by, auth.Token{User: user.ID, Name: "sample", Scopes: scopes, ExpiresAt: tx.Now.Add(life)})
		return err
	})
	return t, secret
}

func (b *bench) byToken(secret string) (p auth.Principal, err error) {
	viewed := b.db.View(b.Context(), func(tx *sqldb.Tx) error { p, err = auth.ByToken(tx, secret); return nil })
	if viewed != nil {
		b.Fatal(viewed)
	}
	return p, err
}

// refused looks that a secret opens nothing and the message has a word of why.
func (b *bench) refused(secret, why string) {
	b.Helper()
	p, err := b.byToken(secret)
	if !problem.Is(err, problem.Unauthenticated) || !strings.Contains(problem.Message(err), why) {
		b.Errorf("got %v, want a refusal with %q", err, why)
	}
	if p.User != "" || p.May(auth.ItemRead) {
		b.Errorf("a refusal comes with %+v", p)
	}
}

func TestTokens(t *testing.T) {
	each(t, func(b *bench) {
		unit := b.unit("Unit One")
		user := b.user(unit, "one@unit.example", auth.Analyst)
		other := b.user(unit, "two@unit.example", auth.Analyst)
		wide, wideSecret := b.token(user, time.Hour)
		narrow, narrowSecret := b.token(user, 2*time.Hour, auth.ItemRead, auth.ReferDraft)
		_, otherSecret := b.token(other, 2*time.Hour)

		p, err := b.byToken(wideSecret)
		want := auth.Principal{User: user.ID, Unit: unit.ID, Name: "Sample Person", Email: "one@unit.example", UnitName: "Unit One", Roles: []auth.Role{auth.Analyst}, Token: wide.ID}
		if diff := cmp.Diff(want, p); diff != "" || err != nil {
			b.Errorf("%s%v", diff, err)
		}
		p, err = b.byToken(narrowSecret)
		if err != nil || !p.May(auth.ItemRead) || p.May(auth.ReferDraft) || p.May(auth.ActionContribute) || p.Token != narrow.ID {
			b.Errorf("%+v, %v", p, err)
		}
		for _, unknown := range []string{"", "argine_", wideSecret + "x", strings.TrimPrefix(wideSecret, "argine_"), strings.ToUpper(wideSecret), auth.Digest(wideSecret), "a\x00\xff"} {
			b.refused(unknown, "not known")
		}

		*b.now = b.now.Add(time.Hour)
		b.refused(wideSecret, "expired on 2026-03-02")
		for range 2 {
			b.must(func(tx *sqldb.Tx) error { return auth.RevokeToken(tx, by, narrow.ID) })
		}
		b.refused(narrowSecret, "revoked")
		if got := b.verbs(string(narrow.ID)); got != "token.added token.revoked" {
			b.Errorf("events: %s", got)
		}
		if _, err := b.byToken(otherSecret); err != nil {
			b.Error(err)
		}
		b.must(func(tx *sqldb.Tx) error { return auth.DisableUser(tx, by, other.ID) })
		b.refused(otherSecret, "disabled")
		b.checkList(user, wide, narrow)
	})
}

func (b *bench) checkList(user auth.User, wide, narrow auth.Token) {
	b.Helper()
	narrow.Revoked = true
	b.must(func(tx *sqldb.Tx) error {
		own, err := auth.Tokens(tx, user.ID)
		if diff := cmp.Diff([]auth.Token{wide, narrow}, own); diff != "" || err != nil {
			b.Errorf("%s%v", diff, err)
		}
		one, err := auth.GetToken(tx, narrow.ID)
		if diff := cmp.Diff(narrow, one); diff != "" || err != nil {
			b.Errorf("%s%v", diff, err)
		}
		all, err := auth.Tokens(tx, "")
		if len(all) != 3 {
			b.Errorf("%d tokens of everybody, want 3", len(all))
		}
		return err
	})
}

func TestBadTokens(t *testing.T) {
	each(t, func(b *bench) {
		user := b.user(b.unit("Unit One"), "one@unit.example", auth.Analyst)
		good := auth.Token{User: user.ID, Name: "sample", ExpiresAt: b.now.Add(time.Hour)}
		for name, c := range map[string]struct {
			change func(t *auth.Token)
			want   problem.Kind
		}{
			"no name":          {func(t *auth.Token) { t.Name = "" }, problem.Invalid},
			"no end":           {func(t *auth.Token) { t.ExpiresAt = time.Time{} }, problem.Invalid},
			"an end now":       {func(t *auth.Token) { t.ExpiresAt = *b.now }, problem.Invalid},
			"an unknown scope": {func(t *auth.Token) { t.Scopes = []auth.Permission{auth.ItemRead, "root"} }, problem.Invalid},
			"an unknown user":  {func(t *auth.Token) { t.User = "usr_none" }, problem.NotFound},
		} {
			token := good
			c.change(&token)
			err := b.update(func(tx *sqldb.Tx) error {
				_, secret, err := auth.AddToken(tx, by, token)
				if secret != "" {
					b.Errorf("%s gave a secret", name)
				}
				return err
			})
			if !problem.Is(err, c.want) {
				b.Errorf("%s gave %v", name, err)
			}
		}
	})
}

func TestTheSecretOfATokenIsNotStored(t *testing.T) {
	each(t, func(b *bench) {
		user := b.user(b.unit("Unit One"), "one@unit.example", auth.Analyst)
		_, secret := b.token(user, time.Hour)
		if len(secret) != len("argine_")+43 || !strings.HasPrefix(secret, "argine_") {
			b.Errorf("the secret is %q", secret)
		}
		if _, again := b.token(user, time.Hour); again == secret {
			b.Error("two tokens have one secret")
		}
		everything := dump(b.T, b.db)
		if !strings.Contains(everything, auth.Digest(secret)) || !strings.Contains(everything, "one@unit.example") {
			b.Fatal("the dump of the database is not whole")
		}
		if strings.Contains(everything, strings.TrimPrefix(secret, "argine_")) {
			b.Error("the secret stands in the database")
		}
	})
}

// dump is the text of every row of every table.
func dump(t *testing.T, db *sqldb.DB) string {
	t.Helper()
	q := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if db.Engine() == sqldb.Postgres {
		q = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	var out strings.Builder
	for _, table := range rows(t, db, q) {
		for _, row := range rows(t, db, "SELECT * FROM "+table) {
			fmt.Fprintln(&out, table, row)
		}
	}
	return out.String()
}

// rows gives the text of each row of an answer.
func rows(t *testing.T, db *sqldb.DB, q string) (list []string) {
	t.Helper()
	answer, err := db.Writer().QueryContext(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	columns, err := answer.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for answer.Next() {
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := answer.Scan(to...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(values))
		for i, v := range values {
			if raw, ok := v.([]byte); ok {
				v = string(raw)
			}
			texts[i] = fmt.Sprint(v)
		}
		list = append(list, strings.Join(texts, " | "))
	}
	return list
}
