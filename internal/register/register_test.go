package register_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var by = audit.Actor{User: "usr_sample", Unit: "unt_sample"}

const key = "whpk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func sample() register.Authority {
	return register.Authority{
		Name: "Sample Police", MemberState: "IE", Roles: []string{register.Issue, register.Scrutinise}, Address: "1 Sample Street", Email: "tco@police.example",
		Telephone: "+00 1", Domains: []string{"police.example"}, WebhookKeys: []string{key}, DKIMDomains: []string{"mail.police.example"}, Languages: []string{"en", "ga"},
		Redress: register.Redress{Body: "Sample Court", Deadline: "one month", Provisions: "https://law.example/redress"}, Edition: "2026-01",
	}
}

// TestTheExampleIsWholeAndMadeUp: every member state, every role, all of section G, and nothing
// that could be taken for a real authority.
func TestTheExampleIsWholeAndMadeUp(t *testing.T) {
	book := register.Example()
	for _, state := range law.MemberStates() {
		for _, role := range register.Roles {
			if n := len(book.ByState(state, role)); n != 1 {
				t.Errorf("%s has %d authorities that %s", state, n, role)
			}
		}
		if _, ok := book.RedressIn(state); !ok {
			t.Errorf("%s has no redress", state)
		}
	}
	if len(book) != 27 {
		t.Errorf("%d authorities", len(book))
	}
	for _, a := range book {
		if !a.MadeUp || !strings.HasSuffix(a.Name, "(made up)") || !strings.HasSuffix(a.Email, ".example") || len(a.Domains) != 1 || !strings.HasSuffix(a.Domains[0], ".example") {
			t.Errorf("%s could be taken for a real one: %+v", a.MemberState, a)
		}
	}
}

func TestLookUps(t *testing.T) {
	book := register.Book{sample(), {Name: "Sample Media Board", MemberState: "IE", Roles: []string{register.Supervise}, Domains: []string{"board.example"}}}
	names := func(list []register.Authority) (all []string) {
		for _, a := range list {
			all = append(all, a.Name)
		}
		return all
	}
	for _, tt := range []struct {
		what string
		got  []register.Authority
		want string
	}{
		{"scrutiny in IE", book.ByState("IE", register.Scrutinise), "Sample Police"},
		{"anything in IE", book.ByState("IE", ""), "Sample Police, Sample Media Board"},
		{"scrutiny in FR", book.ByState("FR", register.Scrutinise), ""},
		{"own host", book.ByDomain("police.example"), "Sample Police"},
		{"below it, as DNS writes it", book.ByDomain("Out.Police.Example."), "Sample Police"},
		{"above it", book.ByDomain("example"), ""},
		{"one that only ends so", book.ByDomain("fakepolice.example"), ""},
		{"one that begins so", book.ByDomain("police.example.test"), ""},
		{"signer of its own", book.BySigner("mail.police.example"), "Sample Police"},
		{"its host, which does not sign", book.BySigner("police.example"), ""},
		{"signer without a name of its own", book.BySigner("board.example"), "Sample Media Board"},
	} {
		if got := strings.Join(names(tt.got), ", "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.what, got, tt.want)
		}
	}
	if a, ok := book.ByKey(key); !ok || a.Name != "Sample Police" {
		t.Errorf("by its key: %q, %v", a.Name, ok)
	}
	if _, ok := book.ByKey("whpk_other"); ok {
		t.Error("a key of nobody is somebody's")
	}
	if r, ok := book.RedressIn("IE"); !ok || r.Body != "Sample Court" {
		t.Errorf("redress: %+v, %v", r, ok)
	}
	if _, ok := book[1:].RedressIn("IE"); ok {
		t.Error("who does not issue orders tells of redress against them")
	}
}

// TestAThousandLines: 997 of 1,000 are taken, 3 are reported with line and reason, in each form.
func TestAThousandLines(t *testing.T) {
	states := law.MemberStates()
	csv := bytes.NewBufferString("name;member_state;roles;email;languages;redress_body\n")
	var list, jsonl []string
	for i := range 1000 {
		state, email, roles := states[i%len(states)], fmt.Sprintf("tco@a%d.example", i), "issue scrutinise"
		switch i {
		case 10:
			state = "XX"
		case 500:
			email = "nobody"
		case 999:
			roles = "rule"
		}
		fmt.Fprintf(csv, "Authority %d;%s;%s;%s;en;\"Court; %d\"\n", i, state, roles, email, i)
		entry := fmt.Sprintf(`{"name":"Authority %d","member_state":%q,"roles":["%s"],"email":%q,"redress":{"body":"Court; %d"},"languages":["en"]}`, i, state, strings.ReplaceAll(roles, " ", `","`), email, i)
		list, jsonl = append(list, entry), append(jsonl, entry)
	}
	for form, text := range map[string]string{"text/csv": csv.String(), "application/json": "{\"edition\":\"1\",\"authorities\":[\n" + strings.Join(list, ",\n") + "\n]}", "application/jsonl": "\n" + strings.Join(jsonl, "\n\n")} {
		got, err := register.Read(form, strings.NewReader(text))
		if err != nil || got.Entries != 1000 || len(got.Authorities) != 997 || len(got.Bad) != 3 {
			t.Fatalf("%s: %d entries, %d taken, %d bad, %v", form, got.Entries, len(got.Authorities), len(got.Bad), err)
		}
		first := 12 // behind one line of header
		if form == "application/jsonl" {
			first = 22
		}
		if got.Bad[0].Line != first || !strings.Contains(got.Bad[0].Err.Error(), "member state") || !strings.Contains(got.Bad[1].Err.Error(), "email") || !strings.Contains(got.Bad[2].Err.Error(), "penalise") {
			t.Errorf("%s: %+v", form, got.Bad)
		}
		if a := got.Authorities[3]; a.Redress.Body != "Court; 3" || !a.May(register.Issue) || len(a.Languages) != 1 {
			t.Errorf("%s: %+v", form, a)
		}
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	if _, err := sample().Check(); err != nil {
		t.Fatal(err)
	}
	for path, spoil := range map[string]func(*register.Authority){
		"name":               func(a *register.Authority) { a.Name = " " },
		"member_state":       func(a *register.Authority) { a.MemberState = "US" },
		"roles":              func(a *register.Authority) { a.Roles = nil },
		"email":              func(a *register.Authority) { a.Email = "Police <tco@police.example>" },
		"domains":            func(a *register.Authority) { a.Domains = []string{"co.uk"} },
		"dkim_domains":       func(a *register.Authority) { a.DKIMDomains = []string{"*.police.example"} },
		"webhook_keys":       func(a *register.Authority) { a.WebhookKeys = []string{"whpk_AAEC"} },
		"languages":          func(a *register.Authority) { a.Languages = []string{"klingon!"} },
		"redress_provisions": func(a *register.Authority) { a.Redress.Provisions = "javascript:alert(1)" },
		"address":            func(a *register.Authority) { a.Address = strings.Repeat("x", 501) },
	} {
		a := sample()
		spoil(&a)
		if _, err := a.Check(); !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), "; "+path+":") {
			t.Errorf("%s: %v", path, err)
		}
	}
	greek := sample()
	greek.MemberState = " el "
	if a, err := greek.Check(); err != nil || a.MemberState != "GR" {
		t.Errorf("EL is %q, %v", a.MemberState, err)
	}
	for form, text := range map[string]string{"text/csv": "name,email\n", "application/json": `{"authorities":[{]}`, "text/plain": "x", "application/xml": "<a/>"} {
		if _, err := register.Read(form, strings.NewReader(text)); err == nil {
			t.Errorf("%s: %q was read", form, text)
		}
	}
	got, err := register.Read("application/jsonl", strings.NewReader(`{"name":"A","surprise":1}`+"\n{\n"+`{"name":"Same","member_state":"IE","roles":["issue"],"email":"a@b.example"}`+"\n"+`{"name":"Same","member_state":"IE","roles":["issue"],"email":"a@b.example"}`))
	if err != nil || len(got.Bad) != 3 || len(got.Authorities) != 1 || got.Bad[2].Line != 4 {
		t.Errorf("%+v, %v", got, err)
	}
}

func imported(t *testing.T, db *sqldb.DB, list ...register.Authority) (sum register.Changes) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *sqldb.Tx) (err error) {
		if sum, err = register.Import(tx, by, list); err == nil && sum.Added+sum.Changed == 0 {
			_, err = register.All(tx)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func all(t *testing.T, db *sqldb.DB) (book register.Book) {
	t.Helper()
	if err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) { book, err = register.All(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return book
}

func TestImportTwiceAndChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		if sum := imported(t, db, sample()); sum != (register.Changes{Added: 1}) {
			t.Errorf("first: %+v", sum)
		}
		if sum := imported(t, db, sample()); sum != (register.Changes{Same: 1}) {
			t.Errorf("again: %+v", sum)
		}
		made := all(t, db)[0]
		want := sample()
		want.ID = made.ID
		if diff := cmp.Diff(want, made); diff != "" {
			t.Error(diff)
		}
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return register.Verify(tx, by, made.ID) }); err != nil {
			t.Fatal(err)
		}
		moved := sample()
		moved.Telephone = "+00 2"
		if sum := imported(t, db, moved); sum.Changed != 1 || all(t, db)[0].VerifiedBy != by.User {
			t.Errorf("another telephone: %+v, verified by %q", sum, all(t, db)[0].VerifiedBy)
		}
		moved.Email = "tco@other.example"
		if sum := imported(t, db, moved); sum.Changed != 1 || !all(t, db)[0].VerifiedAt.IsZero() {
			t.Errorf("another contact stays verified: %+v", sum)
		}
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			events, err := audit.History(tx, string(made.ID))
			var verbs []string
			for _, e := range events {
				verbs = append(verbs, e.Verb)
			}
			if diff := cmp.Diff([]string{"register.added", "register.verified", "register.changed", "register.changed"}, verbs); diff != "" {
				t.Error(diff)
			}
			if _, missing := register.Get(tx, "aut_none"); !problem.Is(missing, problem.NotFound) {
				t.Errorf("nobody: %v", missing)
			}
			found, err2 := register.ByState(tx, "IE", register.Scrutinise)
			if len(found) != 1 || err2 != nil {
				t.Errorf("by state: %v, %v", found, err2)
			}
			if found, _ = register.ByDomain(tx, "x.police.example"); len(found) != 1 {
				t.Errorf("by domain: %v", found)
			}
			if r, ok, err := register.RedressIn(tx, "IE"); !ok || r.Deadline != "one month" || err != nil {
				t.Errorf("redress: %+v, %v", r, err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzRead: no file brings the reader down, and what is taken is whole.
func FuzzRead(f *testing.F) {
	f.Add(true, "name,member_state,roles,email\nA,IE,issue,a@b.example\n")
	f.Add(false, `{"authorities":[{"name":"A","member_state":"IE","roles":["issue"],"email":"a@b.example"}]}`)
	f.Fuzz(func(t *testing.T, csv bool, text string) {
		form := "application/json"
		if csv {
			form = "text/csv"
		}
		got, err := register.Read(form, strings.NewReader(text))
		if err == nil && got.Entries != len(got.Authorities)+len(got.Bad) {
			t.Fatalf("%d entries, %d taken, %d bad", got.Entries, len(got.Authorities), len(got.Bad))
		}
		for _, a := range got.Authorities {
			if again, err := a.Check(); err != nil || !cmp.Equal(a, again) {
				t.Fatalf("%+v was taken: %v", a, err)
			}
		}
	})
}
