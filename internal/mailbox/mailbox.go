// Package mailbox takes mail in: it speaks SMTP, takes a mail apart, tells who signed it,
// and what it is.
//
// A mail is hostile until it is shown otherwise. Its bytes go to a file as they come, never
// whole into memory; what is too large is refused while it arrives. Nothing that a mail says
// of its sender is believed: From is a claim, and only a DKIM signature that verifies, of the
// domain that From names, makes it more (Mail.ProvenDomain).
//
// Three sorts of mail must never be taken for an answer of a person. A bounce tells that a
// mail of ours did not arrive (RFC 3464). What a program sent by itself (RFC 3834) may be a
// loop. And our own mail can come back to us. Argine itself never answers a mail by itself,
// so that no loop begins here.
//
// A mail is accepted (250) only when the callback has kept it. From then on it is ours to
// lose; before, the sender's server tries again (RFC 5321, 6.1).
package mailbox

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"os"
	"time"
)

// Mail is a mail as it came in.
type Mail struct {
	Envelope   string   // address that bounces go to (MAIL FROM); "" is the null sender
	To         []string // addresses that it was for (RCPT TO)
	Peer       string   // address of the computer that brought it
	TLS        bool     // it came encrypted
	From       string   // address that the author gives; "" when there is none, or more than one
	FromName   string
	MessageID  string   // without angle brackets, as are the next two
	InReplyTo  string   //
	References []string // oldest first
	Subject    string
	Date       time.Time // that the mail gives; zero when it gives none
	ReceivedAt time.Time
	Text       string // what its author wrote, without the quoted original
	Quoted     string // the quoted original
	Attached   []Attachment
	DKIM       []Signature
	Bounce     *Bounce // it tells of a mail that did not arrive
	Auto       string  // why it is taken for what no person wrote; "" when a person did
	Faults     []string
	Raw        string // file with the bytes as they came; gone when the callback has returned
	Size       int64  // bytes of it

	head      mail.Header
	wholeHead bool
	loop      bool
}

// Attachment is a file in a mail.
type Attachment struct {
	Name string // last element of a path, without what a file system could stumble over
	Type string // media type that the mail claims
	Size int64
	Body []byte // nil when it is in a file
	File string // of a large one; gone when the callback has returned
}

// Open reads the attachment.
func (a Attachment) Open() (io.ReadCloser, error) {
	if a.File != "" {
		return os.Open(a.File)
	}
	return io.NopCloser(bytes.NewReader(a.Body)), nil
}

// Resolver looks a name's TXT records up.
type Resolver func(ctx context.Context, name string) ([]string, error)

// Config is how mail is taken in.
type Config struct {
	Listen   string       // host:port
	Listener net.Listener // instead of Listen
	Name     string       // by which the server greets; "": the first of Domains
	Domains  []string     // mail for others is refused
	Ours     []string     // domains of the Message-IDs that we give; Domains are among them by themselves
	MaxBytes int64        // of a mail; 0: 25 MiB
	TLS      *tls.Config  // offers STARTTLS; nil: no encryption
	Resolver Resolver     // nil: the system's
	Now      func() time.Time
	Dir      string // for files while a mail is worked on
	Log      *slog.Logger
}

const (
	defaultMaxBytes = 25 << 20
	maxHead         = 100 << 10 // bytes of the head of a mail
	maxParts        = 500
	maxDepth        = 10
	maxText         = 1 << 20 // bytes of text that are kept of a mail
	inMemory        = 1 << 20 // bytes of an attachment that stays in memory
	maxMemory       = 8 << 20 // of all attachments of a mail together
	maxHops         = 100     // Received lines, RFC 5321, 6.3
	maxRecipients   = 20
	maxWireLine     = 64 << 10 // RFC 5322 allows 998 letters; senders of HTML do not keep to it
	maxSignatures   = 10       // that are verified, of as many as there are
	maxSessions     = 64
	sessionTime     = 5 * time.Minute // for one command or a piece of data, RFC 5321, 4.5.3.2
	lookupTime      = 10 * time.Second
)

func (c Config) withDefaults() Config {
	if c.MaxBytes == 0 {
		c.MaxBytes = defaultMaxBytes
	}
	if c.Name == "" && len(c.Domains) > 0 {
		c.Name = c.Domains[0]
	}
	if c.Resolver == nil {
		c.Resolver = net.DefaultResolver.LookupTXT
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}
