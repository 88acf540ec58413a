package fetch

import (
	"context"
	"sync"
	"time"
)

// turns keeps the door polite: at most perHost requests to a host at once, and interval
// between the starts of two.
type turns struct {
	perHost  int
	interval time.Duration

	mu    sync.Mutex
	hosts map[string]*turn
}

type turn struct {
	slots chan struct{}
	users int       // inside or waiting; guarded by turns.mu
	next  time.Time // when the next may start; guarded by turns.mu
}

// sweepAt is the number of hosts from which on those that nobody uses are forgotten.
const sweepAt = 1024

func newTurns(perHost int, interval time.Duration) *turns {
	return &turns{perHost: perHost, interval: interval, hosts: map[string]*turn{}}
}

// wait returns when it is the caller's turn at the host, or with the error of ctx. The
// caller calls done when the answer was read.
func (t *turns) wait(ctx context.Context, host string) (done func(), err error) {
	h := t.join(host)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		t.leave(host, h)
		return nil, ctx.Err()
	}
	done = func() {
		<-h.slots
		t.leave(host, h)
	}
	pause := t.reserve(h)
	if pause <= 0 {
		return done, nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return done, nil
	case <-ctx.Done():
		done()
		return nil, ctx.Err()
	}
}

func (t *turns) join(host string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.hosts[host]
	if h == nil {
		if len(t.hosts) >= sweepAt {
			t.sweep()
		}
		h = &turn{slots: make(chan struct{}, t.perHost)}
		t.hosts[host] = h
	}
	h.users++
	return h
}

// reserve takes the next free moment and returns how far away it is.
func (t *turns) reserve(h *turn) time.Duration {
	if t.interval <= 0 {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	at := h.next
	if at.Before(now) {
		at = now
	}
	h.next = at.Add(t.interval)
	return at.Sub(now)
}

func (t *turns) leave(host string, h *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.users--
	if h.users == 0 && !h.next.After(time.Now()) {
		delete(t.hosts, host)
	}
}

func (t *turns) sweep() {
	now := time.Now()
	for host, h := range t.hosts {
		if h.users == 0 && !h.next.After(now) {
			delete(t.hosts, host)
		}
	}
}
