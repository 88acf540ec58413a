package api_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

const unitNamed = `{"name":%q,"country":"GR","kind":"authority"}`

func TestTheSameCallUnderTheSameKeyHasOneEffect(t *testing.T) {
	w := newWorld(t)
	a := asked{by: "admin", method: "POST", path: "/v1/units", body: fmt.Sprintf(unitNamed, "Unit East"), key: "k1"}
	first := w.call(a)
	before := w.count("SELECT COUNT(*) FROM audit_event")
	again := w.call(a)
	if first.status != 200 || again.status != 200 || first.body != again.body {
		t.Errorf("%d %s, then %d %s", first.status, first.body, again.status, again.body)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_event"); n != before {
		t.Errorf("the repeated call left %d events", n-before)
	}
	a.key = "" // without a key it is a second call
	if got := w.call(a); got.status != 409 {
		t.Errorf("without a key: %d %s", got.status, got.body)
	}
}

func TestAKeyIsForOneCall(t *testing.T) {
	w := newWorld(t)
	w.call(asked{by: "admin", method: "POST", path: "/v1/units", body: fmt.Sprintf(unitNamed, "Unit East"), key: "k1"})
	for _, a := range []asked{
		{by: "admin", method: "POST", path: "/v1/units", body: fmt.Sprintf(unitNamed, "Unit Isle"), key: "k1"},
		{by: "admin", method: "POST", path: "/v1/banks", body: `{"name":"SAMPLE","radius":31}`, key: "k1"},
	} {
		got := w.call(a)
		if got.status != 409 || got.problem.Type != "urn:argine:problem:/conflict" || !strings.Contains(got.problem.Detail, "new key") {
			t.Errorf("%s: %d %s", a.path, got.status, got.body)
		}
	}
	if n := w.count("SELECT COUNT(*) FROM unit WHERE name = 'Unit Isle'") + w.count("SELECT COUNT(*) FROM bank"); n != 0 {
		t.Errorf("the refused calls made %d things", n)
	}
}

// A call that failed is not kept: it may succeed when it is made again.
func TestAFailureIsNotKept(t *testing.T) {
	w := newWorld(t)
	user := asked{by: "admin", method: "POST", path: "/v1/users", key: "k1",
		body: fmt.Sprintf(`{"unit_id":%q,"name":"Eve","email":"analyst@desk.test","roles":["analyst"]}`, w.units["Unit North"])}
	if got := w.call(user); got.status != 409 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	user.body = strings.Replace(user.body, "analyst@", "eve@", 1)
	if got := w.call(user); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestTwoPeopleWithOneKeyDoNotMeet(t *testing.T) {
	w := newWorld(t)
	body := `{"name":%q,"theme":"","units":[],"opens_at":"2026-01-01T00:00:00Z","closes_at":"2026-01-02T00:00:00Z"}`
	north := w.call(asked{by: "coordinator", method: "POST", path: "/v1/actions", body: fmt.Sprintf(body, "Northern"), key: "same"})
	south := w.call(asked{by: "southern coordinator", method: "POST", path: "/v1/actions", body: fmt.Sprintf(body, "Southern"), key: "same"})
	if north.status != 200 || south.status != 200 || !strings.Contains(south.body, "Southern") {
		t.Errorf("%d %s; %d %s", north.status, north.body, south.status, south.body)
	}
}

func TestCallsAtTheSameTimeHaveOneEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorldOn(t, db)
		const n = 12
		answers := make([]answered, n)
		var group sync.WaitGroup
		for i := range n {
			group.Go(func() {
				answers[i] = w.call(asked{by: "admin", method: "POST", path: "/v1/units", body: fmt.Sprintf(unitNamed, "Unit East"), key: "k1"})
			})
		}
		group.Wait()
		for _, got := range answers {
			if got.status != 200 || got.body != answers[0].body {
				t.Errorf("%d %s, another %s", got.status, got.body, answers[0].body)
			}
		}
		if made := w.count("SELECT COUNT(*) FROM unit WHERE name = 'Unit East'"); made != 1 {
			t.Errorf("%d units were made", made)
		}
		if events := w.count("SELECT COUNT(*) FROM audit_event WHERE verb = 'unit.added' AND actor = $1", w.people["admin"].User); events != 1 {
			t.Errorf("%d events were recorded", events)
		}
	})
}

// Secrets are shown once. What is kept to answer a repeated call does not hold them.
func TestSecretsAreNotKept(t *testing.T) {
	w := newWorld(t)
	token := asked{by: "admin", method: "POST", path: "/v1/tokens", body: fmt.Sprintf(`{"user_id":%q,"name":"t"}`, w.people["analyst"].User), key: "t1"}
	user := asked{by: "admin", method: "POST", path: "/v1/users", key: "u1",
		body: fmt.Sprintf(`{"unit_id":%q,"name":"Eve","email":"eve@desk.test","roles":["analyst"]}`, w.units["Unit North"])}
	for _, c := range []struct {
		asked  asked
		before string // what the secret stands after
	}{{token, `"secret":"argine_`}, {user, `"invitation":"/welcome/`}} {
		first, again := w.call(c.asked), w.call(c.asked)
		secret := between(first.body, c.before, `"`)
		if first.status != 200 || again.status != 200 || len(secret) < 40 {
			t.Fatalf("%d %s, then %d %s", first.status, first.body, again.status, again.body)
		}
		if between(first.body, `"id":"`, `"`) != between(again.body, `"id":"`, `"`) || strings.Contains(again.body, strings.Trim(c.before, `"`)) {
			t.Errorf("the repeated call answers %s, the first %s", again.body, first.body)
		}
		if n := w.count("SELECT COUNT(*) FROM idempotency WHERE answer LIKE $1", "%"+secret+"%"); n != 0 {
			t.Error("a secret is kept in idempotency")
		}
	}
	if n := w.count("SELECT COUNT(*) FROM idempotency"); n != 2 {
		t.Errorf("%d answers are kept", n)
	}
}

// The same file under any key changes nothing, so a file that broke off is sent again whole.
func TestAFileIsSentAgain(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator")
	a := asked{by: "analyst", method: "POST", path: "/v1/actions/" + action + "/contributions", kind: "text/uri-list", body: "https://clips.example/v/1\n", key: "k"}
	if got := w.call(a); got.status != 200 || !strings.Contains(got.body, `"taken":1`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := w.call(a); got.status != 200 || !strings.Contains(got.body, `"taken":0`) || !strings.Contains(got.body, `"repeated":1`) {
		t.Errorf("%d %s", got.status, got.body)
	}
}
