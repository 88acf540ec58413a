package signin

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/internal/problem"
)

// fail tries with a wrong password, which is refused before it is hashed.
func (b *bench) fail(email, addr string) error {
	_, _, err := b.desk.SignIn(context.Background(), email, tooLong, addr)
	return err
}

func (b *bench) try(email, addr string) error {
	_, _, err := b.desk.SignIn(context.Background(), email, password, addr)
	return err
}

func TestTooManyFailuresOfOneAddressOfEmail(t *testing.T) {
	each(t, func(b *bench) {
		b.member("one@unit.example")
		b.member("two@unit.example")
		for i := range maxFailures {
			email := []string{"one@unit.example", " ONE@unit.example"}[i%2]
			b.refused(b.fail(email, fmt.Sprintf("192.0.2.%d", i)), problem.Unauthenticated)
		}
		message := b.refused(b.try("one@unit.example", addr), problem.TooMany)
		if !strings.Contains(message, "15 minutes") {
			b.Errorf("the message does not say how long to wait: %s", message)
		}
		if err := b.try("two@unit.example", addr); err != nil {
			b.Errorf("another person is shut out: %v", err)
		}
		*b.now = b.now.Add(failureSpan - time.Second)
		b.refused(b.try("one@unit.example", addr), problem.TooMany)
		*b.now = b.now.Add(time.Second)
		if err := b.try("one@unit.example", addr); err != nil {
			b.Errorf("after the time is over: %v", err)
		}
		b.refused(b.fail("one@unit.example", addr), problem.Unauthenticated)
		if n := strings.Count(b.rows(), "email:"); n != 1 {
			b.Errorf("%d failures are kept, want the newest alone", n)
		}
	})
}

func TestTooManyFailuresFromOneAddress(t *testing.T) {
	each(t, func(b *bench) {
		b.member("one@unit.example")
		for i := range maxFailures - 1 {
			b.refused(b.fail(fmt.Sprintf("guess-%d@unit.example", i), addr), problem.Unauthenticated)
		}
		if err := b.try("one@unit.example", addr); err != nil {
			b.Errorf("one failure before the limit: %v", err)
		}
		b.refused(b.fail("guess@unit.example", addr), problem.Unauthenticated)
		b.refused(b.try("one@unit.example", addr), problem.TooMany)
		if err := b.try("one@unit.example", "192.0.2.200"); err != nil {
			b.Errorf("from another address: %v", err)
		}
	})
}

// Many attempts at once get no further than one after another would, but for the one that
// is being looked at beside the last.
func TestTooManyAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		b.member("one@unit.example")
		var mu sync.Mutex
		var looked, limited int
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				err := b.fail("one@unit.example", fmt.Sprintf("192.0.2.%d", i))
				mu.Lock()
				defer mu.Unlock()
				switch problem.Of(err) {
				case problem.Unauthenticated:
					looked++
				case problem.TooMany:
					limited++
				default:
					b.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if looked < maxFailures || looked > maxFailures+1 || looked+limited != 40 {
			b.Errorf("%d attempts were looked at and %d refused, want %d looked at", looked, limited, maxFailures)
		}
	})
}
