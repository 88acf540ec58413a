package desk

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/argine/argine/internal/auth"
)

// Holders remembers for a moment who holds which API token, so that a service that asks ten
// thousand times a second does not read the database each time. A token that was revoked, has
// expired, or whose holder was disabled is refused a second later at the latest. What is
// remembered is found by a digest of the secret, never by the secret itself.
type Holders struct {
	desk *Desk
	now  func() time.Time

	mu    sync.RWMutex
	known map[[sha256.Size]byte]*holder
}

// holder is who a token belonged to at a moment. renewing is held by who asks anew.
type holder struct {
	who      auth.Principal
	at       time.Time
	renewing sync.Mutex
}

const (
	holderFresh = 500 * time.Millisecond // then one caller asks anew, while the others go on
	holderGood  = time.Second            // then nobody goes on without asking
)

// NewHolders begins with nothing remembered. Ages are of the wall clock, whatever clock the
// database has: a simulated hour may pass in a second.
func NewHolders(d *Desk) *Holders {
	return &Holders{desk: d, now: time.Now, known: map[[sha256.Size]byte]*holder{}}
}

// Principal tells who holds an API token, as of at most a second ago.
func (h *Holders) Principal(ctx context.Context, secret string) (*auth.Principal, error) {
	key := sha256.Sum256([]byte(secret))
	h.mu.RLock()
	known := h.known[key]
	h.mu.RUnlock()
	if known != nil {
		age := h.now().Sub(known.at)
		if age < holderFresh {
			return &known.who, nil
		}
		if age < holderGood {
			if !known.renewing.TryLock() {
				return &known.who, nil
			}
			defer known.renewing.Unlock()
		}
	}
	at := h.now() // before it is asked: what is revoked from now on may be missed
	who, err := h.desk.Principal(ctx, secret)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		delete(h.known, key)
		return nil, err
	}
	for old, each := range h.known { // so that there are never more than were used within a second
		if at.Sub(each.at) >= holderGood {
			delete(h.known, old)
		}
	}
	made := &holder{who: who, at: at}
	h.known[key] = made
	return &made.who, nil
}
