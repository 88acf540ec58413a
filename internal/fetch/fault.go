package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	"github.com/argine/argine/internal/problem"
)

// Fault says why nothing was got. The texts are stable: they are stored with probes.
type Fault string

const (
	BadURL    Fault = "bad-url"   // not an http or https URL
	Blocked   Fault = "blocked"   // the guard does not let anybody go there
	DNS       Fault = "dns"       // the name has no address
	Refused   Fault = "refused"   // nobody accepts connections there, or no route leads there
	TLS       Fault = "tls"       // no handshake, or a certificate that is not good
	Timeout   Fault = "timeout"   // not done in time
	Broken    Fault = "broken"    // hung up half-way, or does not speak HTTP
	TooLarge  Fault = "too-large" // headers over the limit; a long body is truncated instead
	Redirects Fault = "redirects" // too many of them, or one that leads nowhere
	Proxy     Fault = "proxy"     // the proxy of the vantage failed: nothing is known about the host
	Cancelled Fault = "cancelled" // the caller gave up: nothing is known about the host
)

// Error is a failure to fetch. Do and Dial return it inside a *problem.Error.
type Error struct {
	Fault Fault
	URL   string // or address; for the log
	Err   error
}

func (e *Error) Error() string {
	text := string(e.Fault)
	if e.URL != "" {
		text += " " + e.URL
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Why returns the fault of an error of this package, or "" for nil and for other errors.
func Why(err error) Fault {
	var e *Error
	if errors.As(err, &e) {
		return e.Fault
	}
	return ""
}

func faultf(f Fault, format string, args ...any) *Error {
	return &Error{Fault: f, Err: fmt.Errorf(format, args...)}
}

// fault gives err its fault, its kind and its text for the person. caller is the context
// that the caller passed: that it ended is no fault of the host.
func fault(caller context.Context, target string, err error) error {
	f := classify(err)
	if caller.Err() != nil {
		f, err = Cancelled, errors.Join(err, caller.Err())
	}
	kind, text := f.meaning()
	return problem.Wrap(&Error{Fault: f, URL: target, Err: err}, kind, "%s: %s", hostOf(target), text)
}

// hostOf is what a message may show: a path can hold a secret.
func hostOf(target string) string {
	if u, err := url.Parse(target); err == nil && u.Host != "" {
		return u.Host
	}
	if host, _, err := net.SplitHostPort(target); err == nil {
		return host
	}
	return "the given address"
}

func classify(err error) Fault {
	var e *Error
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &e):
		return e.Fault
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return Timeout
	case errors.Is(err, context.Canceled):
		return Cancelled
	case errors.As(err, &dns):
		return DNS
	case errors.As(err, &timeout) && timeout.Timeout():
		return Timeout
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH),
		errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return Refused
	case strings.Contains(err.Error(), "server response headers exceeded"): // net/http has no value for it
		return TooLarge
	}
	return Broken
}

func (f Fault) meaning() (problem.Kind, string) {
	switch f {
	case BadURL:
		return problem.Invalid, "not an address that can be opened; check the link"
	case Blocked:
		return problem.Refused, "leads into a private network or to a port that is not for the web; it is not opened"
	case DNS:
		return problem.Unavailable, "the name has no address; check it, or try again later"
	case Refused:
		return problem.Unavailable, "no server accepts connections; try again later"
	case TLS:
		return problem.Unavailable, "no secure connection could be made; look at the certificate, or try again later"
	case Timeout:
		return problem.Unavailable, "did not answer in time; try again later"
	case TooLarge:
		return problem.TooLarge, "the answer is over the limit of size"
	case Redirects:
		return problem.Unavailable, "redirects too often or to nowhere"
	case Proxy:
		return problem.Unavailable, "could not be asked because the proxy of this vantage failed; check the proxy"
	case Cancelled:
		return problem.Unavailable, "was not asked to the end because the work was stopped"
	}
	return problem.Unavailable, "broke the connection or did not speak HTTP; try again later"
}
