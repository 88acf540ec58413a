package desk

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// holding is a database with one token, and a clock for what is remembered.
type holding struct {
	*testing.T
	db      *sqldb.DB
	holders *Holders
	token   auth.Token
	secret  string

	mu sync.Mutex
	at time.Time
}

func newHolding(t *testing.T) *holding {
	h := &holding{T: t, db: dbtest.SQLite(t), at: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	err := h.db.Update(t.Context(), func(tx *sqldb.Tx) error {
		unit, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: "Unit North", Country: "BE", Kind: "authority"})
		if err != nil {
			return err
		}
		u, err := auth.AddUser(tx, audit.System, auth.User{Unit: unit.ID, Name: "ana", Email: "ana@desk.test", Roles: []auth.Role{auth.Analyst}})
		if err != nil {
			return err
		}
		h.token, h.secret, err = auth.AddToken(tx, audit.System, auth.Token{User: u.ID, Name: "test", ExpiresAt: tx.Now.Add(time.Hour)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.holders = NewHolders(&Desk{DB: h.db})
	h.holders.now = func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.at }
	return h
}

func (h *holding) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

func (h *holding) revoke() {
	h.Helper()
	if err := h.db.Update(h.Context(), func(tx *sqldb.Tx) error { return auth.RevokeToken(tx, audit.System, h.token.ID) }); err != nil {
		h.Fatal(err)
	}
}

func (h *holding) ask() error {
	h.Helper()
	who, err := h.holders.Principal(h.Context(), h.secret)
	if err == nil && (who.Name != "ana" || !who.May(auth.MatchLookup)) {
		h.Errorf("the token is held by %+v", who)
	}
	return err
}

func TestAHolderIsRememberedForAMoment(t *testing.T) {
	h := newHolding(t)
	if err := h.ask(); err != nil {
		t.Fatal(err)
	}
	h.revoke()
	h.later(holderFresh - 1)
	if err := h.ask(); err != nil {
		t.Errorf("half a second later the database was asked: %v", err)
	}
	h.later(holderGood - holderFresh + 1)
	if err := h.ask(); !problem.Is(err, problem.Unauthenticated) {
		t.Errorf("a second later the token is still good: %v", err)
	}
	h.later(-holderGood)
	if err := h.ask(); !problem.Is(err, problem.Unauthenticated) {
		t.Errorf("what was forgotten is remembered: %v", err)
	}
}

// TestOneRenews: between fresh and good one caller asks the database, and nobody waits.
func TestOneRenews(t *testing.T) {
	h := newHolding(t)
	if err := h.ask(); err != nil {
		t.Fatal(err)
	}
	var known *holder
	for _, known = range h.holders.known {
	}
	h.later(holderFresh)
	known.renewing.Lock()
	h.revoke()
	if err := h.ask(); err != nil {
		t.Errorf("the second caller was not served from memory: %v", err)
	}
	known.renewing.Unlock()
	if err := h.ask(); !problem.Is(err, problem.Unauthenticated) {
		t.Errorf("the one who renews is served from memory: %v", err)
	}
}

func TestWhatIsNotGoodIsNotRemembered(t *testing.T) {
	h := newHolding(t)
	for _, secret := range []string{"", "argine_wrong", h.secret + "x", string(make([]byte, 1<<16))} {
		if _, err := h.holders.Principal(t.Context(), secret); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("%.20q gives %v", secret, err)
		}
	}
	if n := len(h.holders.known); n != 0 {
		t.Errorf("%d are remembered", n)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.holders.Principal(ended, h.secret); err == nil {
		t.Error("a caller who left is served")
	}
}

func TestOldHoldersAreForgotten(t *testing.T) {
	h := newHolding(t)
	if err := h.ask(); err != nil {
		t.Fatal(err)
	}
	h.later(time.Minute)
	var other string
	err := h.db.Update(t.Context(), func(tx *sqldb.Tx) (err error) {
		_, other, err = auth.AddToken(tx, audit.System, auth.Token{User: h.token.User, Name: "other", ExpiresAt: tx.Now.Add(time.Hour)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.holders.Principal(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if n := len(h.holders.known); n != 1 {
		t.Errorf("%d are remembered, want 1", n)
	}
}

func TestManyAskAtOnce(t *testing.T) {
	h := newHolding(t)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 50 {
				if err := h.ask(); err != nil {
					t.Error(err)
				}
				h.later(100 * time.Millisecond)
			}
		})
	}
	group.Wait()
}
