package sim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Internet is the world while it is served: every host, inbox and mail server of it, on
// loopback.
type Internet struct {
	world   *World
	clock   func() time.Time
	ca      *authority
	journal *journal
	ports   ports
	web     *http.Server
	mail    *smtp.Server
	open    []net.Listener
	done    sync.WaitGroup
	closed  sync.Once

	mu        sync.RWMutex
	received  []time.Time           // by item: when its platform received the referral
	taken     map[string]*receipt   // by delivery
	referrals map[string]*receipt   // by referral identifier and by reference: the first that was taken
	refused   map[string]int        // attempts turned away, by delivery
	programs  map[int]string        // by platform: its own program, to which its webhooks are handed on
	expected  map[int]chan struct{} // by platform: closed when its program is there
	repeats   int
	twice     int
	queue     []posting
}

// receipt is a delivery that a platform took.
type receipt struct {
	entry
	posted [8]bool // by round of answers
}

// ports are where the world listens. They stay the same for a state directory.
type ports struct {
	HTTP  string `json:"http"`
	HTTPS string `json:"https"`
	SMTP  string `json:"smtp"`
}

// Serve starts the internet of the world. What platforms received is kept in the state
// directory, so that a world that was killed goes on. It ends when ctx does, or by Close.
func (w *World) Serve(ctx context.Context, clock func() time.Time, state string) (*Internet, error) {
	if err := os.MkdirAll(state, 0o755); err != nil {
		return nil, err
	}
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	n := &Internet{world: w, clock: clock, ca: ca, received: make([]time.Time, len(w.items)),
		taken: map[string]*receipt{}, referrals: map[string]*receipt{}, refused: map[string]int{}, programs: map[int]string{}, expected: map[int]chan struct{}{}}
	if n.journal, err = openJournal(state, n.apply); err != nil {
		return nil, err
	}
	if err := n.listen(filepath.Join(state, "ports.json")); err != nil {
		n.journal.close()
		return nil, err
	}
	context.AfterFunc(ctx, func() { n.Close() })
	return n, nil
}

// listen opens the three listeners, at the ports of the last time if they are free.
func (n *Internet) listen(path string) error {
	if text, err := os.ReadFile(path); err == nil {
		json.Unmarshal(text, &n.ports) // unreadable: new ports
	}
	for _, port := range []*string{&n.ports.HTTP, &n.ports.HTTPS, &n.ports.SMTP} {
		l, err := listenAt(*port)
		if err != nil {
			for _, l := range n.open {
				l.Close()
			}
			return err
		}
		*port = l.Addr().String()
		n.open = append(n.open, l)
	}
	text, err := json.Marshal(n.ports)
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	n.web = &http.Server{Handler: n, ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	n.mail = n.newMailServer()
	secure := tls.NewListener(n.open[1], n.ca.config())
	n.done.Go(func() { n.web.Serve(n.open[0]) })
	n.done.Go(func() { n.web.Serve(secure) })
	n.done.Go(func() { n.mail.Serve(n.open[2]) })
	return err
}

// listenAt listens at an address, or at any if that is taken.
func listenAt(address string) (net.Listener, error) {
	if address != "" {
		if l, err := net.Listen("tcp", address); err == nil {
			return l, nil
		}
	}
	return net.Listen("tcp", "127.0.0.1:0")
}

// Close ends the listeners and all connections. The listeners are closed here too,
// because a server that was told to close before it began to serve would wait for ever.
func (n *Internet) Close() error {
	n.closed.Do(func() {
		n.web.Close()
		n.mail.Close()
		for _, l := range n.open {
			l.Close()
		}
		n.done.Wait()
		n.mu.Lock() // whoever is writing an entry may finish
		defer n.mu.Unlock()
		n.journal.close()
	})
	return nil
}

// Hosts leads the names of the world to its listeners, in the form of a hosts file with ports.
func (n *Internet) Hosts() map[string]string {
	return map[string]string{MailHost: n.ports.SMTP, "*.example:80": n.ports.HTTP, "*.test:80": n.ports.HTTP, "*.example:443": n.ports.HTTPS, "*.test:443": n.ports.HTTPS}
}

// MailHost is the mail server that takes mail for all platforms, by the name that Hosts
// leads to it. It offers STARTTLS with a certificate of RootCAs.
const MailHost = "mx.example:25"

// SMTPAddr is where MailHost listens.
func (n *Internet) SMTPAddr() string { return n.ports.SMTP }

// RootCAs are what the certificates of the world's hosts are signed with.
func (n *Internet) RootCAs() *x509.CertPool { return n.ca.pool }

// apply takes an entry into memory: when it has been written, or is read back.
func (n *Internet) apply(e entry) {
	switch e.Kind {
	case entryRefused:
		n.refused[e.Delivery]++
	case entryRepeated:
		n.repeats++
	case entryPosted:
		if r := n.referrals[e.Referral]; r != nil {
			r.posted[e.Round] = true
			n.queue = slices.DeleteFunc(n.queue, func(p posting) bool { return p.receipt == r && p.round == e.Round })
		}
	case entryAccepted:
		n.accept(e)
	}
}

// accept takes a delivery in. Whether its content was there before decides if it counts as twice.
func (n *Internet) accept(e entry) {
	r := &receipt{entry: e}
	again := n.taken[e.Delivery] != nil || n.referrals[e.Referral] != nil || e.Reference != "" && n.referrals[e.Reference] != nil
	for _, item := range e.Items {
		if item.Item < 0 {
			continue
		}
		if n.received[item.Item].IsZero() {
			n.received[item.Item] = e.At
		} else {
			again = true
		}
	}
	n.taken[e.Delivery] = r
	if again {
		n.twice++
		return
	}
	n.referrals[e.Referral] = r
	if e.Reference != "" {
		n.referrals[e.Reference] = r
	}
	n.plan(r)
}

// record writes an entry and then takes it into memory. The caller holds the lock.
func (n *Internet) record(e entry) error {
	if err := n.journal.write(e); err != nil {
		return err
	}
	n.apply(e)
	return nil
}

// Twice is how many deliveries brought what had been taken before. It must be 0.
func (n *Internet) Twice() int {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.twice
}

// Repeats is how many webhooks came again after they had been taken, and were dropped by
// their identifier, as receivers do.
func (n *Internet) Repeats() int {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.repeats
}

// Received answers "did you get it?" for a webhook-id, a Message-ID (with or without angle
// brackets), a referral's identifier or its reference.
func (n *Internet) Received(name string) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	name = bare(name)
	return n.taken[name] != nil || n.referrals[name] != nil
}
