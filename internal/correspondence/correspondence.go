// Package correspondence keeps what the other side says by itself: mails that came in, and
// messages that its program posted.
//
// A mail is kept as it came before it is accepted, and looked at afterwards. Most are one of
// four things. An answer that a program made, in an attached document, is taken when the
// mail's DKIM signature shows that it comes from the platform that was asked. A bounce tells
// that something did not arrive. A mail that came before, whole or with the same signature,
// changes nothing. All else waits for a person, who reads it in or sets it aside; what a
// person read in carries that person's name.
//
// What a mail says of its sender proves nothing, so an unproven one waits too, however well
// it is formed. And because nothing here answers a mail by itself, no loop begins here.
package correspondence

import (
	"encoding/json"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/mailbox"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The states of a mail.
const (
	New      = "new"      // kept; a job looks at it
	Waiting  = "waiting"  // for a person
	Answered = "answered" // it was an answer, and was taken
	Bounced  = "bounce"
	Repeat   = "repeat" // it came before
	Loop     = "loop"   // our own, come back
	Aside    = "aside"  // a person saw that there is nothing in it
)

// How it is known what a mail is about.
const (
	ByReply      = "reply"      // it replies to a mail of ours
	ByAddress    = "address"    // it went to answers+ord_…@
	ByReference  = "reference"  // our reference stands in its subject
	ByAttachment = "attachment" // the document in it says so
)

// About is what a mail is about.
type About struct {
	Platform  id.Platform
	Delivery  id.Delivery
	Subject   string
	MatchedBy string
}

// Attachment is a file of a mail.
type Attachment struct {
	Name, Type string
	Size       int64
	SHA256     string
}

// Mail is a kept mail.
type Mail struct {
	ID         id.Mail
	MessageID  string
	Envelope   string
	Recipient  string
	Peer       string
	Encrypted  bool
	Sender     string
	SenderName string
	Subject    string
	Text       string
	Quoted     string
	SentAt     time.Time
	ReceivedAt time.Time
	Raw        string
	Size       int64
	Proven     string
	Signature  string
	Signatures []mailbox.Signature
	Auto       string
	Bounce     *mailbox.Bounce
	Faults     []string
	About      About
	State      string
	Outcome    string
	ReadBy     id.User
	SettledAt  time.Time
	Attached   []Attachment
}

// maxShown is how many bytes of a text a page shows; the whole is in the store.
const maxShown = 64 << 10

// Of makes the row of a mail that came in. Its files have been put into the store.
func Of(m mailbox.Mail, raw string, attached []Attachment, about About) Mail {
	row := Mail{MessageID: m.MessageID, Envelope: m.Envelope, Peer: m.Peer, Encrypted: m.TLS, Sender: m.From, SenderName: m.FromName, Subject: m.Subject,
		Text: shown(m.Text), Quoted: shown(m.Quoted), SentAt: m.Date, Raw: raw, Size: m.Size, Signatures: m.DKIM, Auto: m.Auto, Bounce: m.Bounce,
		Faults: m.Faults, About: about, State: New, Attached: attached}
	for i, to := range m.To {
		if i > 0 {
			row.Recipient += " "
		}
		row.Recipient += to
	}
	if proof, ok := m.Proof(); ok {
		row.Proven, row.Signature = proof.Domain, proof.Digest
	}
	if m.Loop() {
		row.State, row.Outcome = Loop, m.Auto
	}
	return row
}

func shown(text string) string {
	if len(text) <= maxShown {
		return text
	}
	cut := maxShown
	for cut > 0 && text[cut]&0xC0 == 0x80 { // not in the middle of a character
		cut--
	}
	return text[:cut] + "\n…"
}

const (
	columns   = "id, message_id, envelope, recipient, peer, encrypted, sender, sender_name, subject, text, quoted, sent_at, received_at, raw, size, proven, signature, signatures, auto, bounce, faults, platform_id, delivery_id, subject_id, matched_by, state, outcome, read_by, settled_at"
	sqlKeep   = "INSERT INTO inbound_mail (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)"
	sqlAttach = "INSERT INTO inbound_attachment (mail_id, place, name, type, size, sha256) VALUES ($1, $2, $3, $4, $5, $6)"
	sqlGet    = "SELECT " + columns + " FROM inbound_mail WHERE id = $1"
	sqlList   = "SELECT " + columns + " FROM inbound_mail WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3"
	sqlNewest = "SELECT " + columns + " FROM inbound_mail WHERE id < $1 ORDER BY id DESC LIMIT $2"
	sqlAbout  = "SELECT " + columns + " FROM inbound_mail WHERE subject_id = $1 ORDER BY id"
	sqlFiles  = "SELECT name, type, size, sha256 FROM inbound_attachment WHERE mail_id = $1 ORDER BY place"
	sqlBefore = "SELECT id FROM inbound_mail WHERE signature = $1 AND signature <> '' ORDER BY id LIMIT 1"
	sqlSameID = "SELECT id FROM inbound_mail WHERE message_id = $1 AND message_id <> '' AND sender = $2 AND proven = $3 AND size = $4 ORDER BY id LIMIT 1"
	sqlRecent = "SELECT COUNT(*) FROM inbound_mail WHERE sender = $1 AND received_at > $2"
)

// Often is how many mails an hour one correspondent can send before they all wait for a
// person: more is a loop, or worse.
const Often = 60

// Keep records a mail that came in. One that came before, whole or by its signature, is kept
// as a repeat.
func Keep(tx *sqldb.Tx, m Mail) (Mail, error) {
	m.ID, m.ReceivedAt = id.New[id.Mail](tx.Now), tx.Now
	before, err := before(tx, m)
	if err != nil {
		return m, err
	}
	if before != "" && m.State == New {
		m.State, m.Outcome = Repeat, "it is the same as "+string(before)
	}
	var often int
	if err := tx.Row(sqlRecent, m.Sender, sqldb.At(tx.Now.Add(-time.Hour))).Scan(&often); err != nil {
		return m, err
	}
	if often >= Often && m.State == New {
		m.State, m.Outcome = Waiting, "this sender wrote more often in an hour than people do; look whether it is a loop"
	}
	if m.State != New {
		m.SettledAt = tx.Now
	}
	if err := insert(tx, m); err != nil {
		return m, err
	}
	return m, audit.Append(tx, audit.System, audit.Entry{Verb: "mail.received", Subject: string(m.ID), Detail: struct {
		From    string `json:"from"`
		Proven  string `json:"proven,omitempty"`
		SHA256  string `json:"sha256"`
		Subject string `json:"subject_id,omitempty"`
		State   string `json:"state"`
	}{m.Sender, m.Proven, m.Raw, m.About.Subject, m.State}})
}

// before finds the mail that this one repeats. A signature is that of one mail; without any,
// the identifier tells, where sender and size are the same too.
func before(tx *sqldb.Tx, m Mail) (first id.Mail, err error) {
	err = tx.Row(sqlBefore, m.Signature).Scan(&first)
	if problem.Is(err, problem.NotFound) {
		err = tx.Row(sqlSameID, m.MessageID, m.Sender, m.Proven, m.Size).Scan(&first)
	}
	if problem.Is(err, problem.NotFound) {
		return "", nil
	}
	return first, err
}

func insert(tx *sqldb.Tx, m Mail) error {
	signatures, err := json.Marshal(m.Signatures)
	if err != nil {
		return err
	}
	bounce, err := json.Marshal(m.Bounce)
	if err != nil {
		return err
	}
	faults, err := json.Marshal(m.Faults)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlKeep, m.ID, m.MessageID, m.Envelope, m.Recipient, m.Peer, m.Encrypted, m.Sender, m.SenderName, m.Subject, m.Text, m.Quoted,
		sqldb.At(m.SentAt), sqldb.At(m.ReceivedAt), m.Raw, m.Size, m.Proven, m.Signature, string(signatures), m.Auto, string(bounce), string(faults),
		m.About.Platform, m.About.Delivery, m.About.Subject, m.About.MatchedBy, m.State, m.Outcome, m.ReadBy, sqldb.At(m.SettledAt)); err != nil {
		return err
	}
	var rows [][]any
	for i, a := range m.Attached {
		rows = append(rows, []any{m.ID, i + 1, a.Name, a.Type, a.Size, a.SHA256})
	}
	_, err = tx.InsertRows(sqlAttach, rows)
	return err
}

func read(scan sqldb.Scanner) (m Mail, err error) {
	var signatures, bounce, faults []byte
	if err := scan(&m.ID, &m.MessageID, &m.Envelope, &m.Recipient, &m.Peer, &m.Encrypted, &m.Sender, &m.SenderName, &m.Subject, &m.Text, &m.Quoted,
		sqldb.Into(&m.SentAt), sqldb.Into(&m.ReceivedAt), &m.Raw, &m.Size, &m.Proven, &m.Signature, &signatures, &m.Auto, &bounce, &faults,
		&m.About.Platform, &m.About.Delivery, &m.About.Subject, &m.About.MatchedBy, &m.State, &m.Outcome, &m.ReadBy, sqldb.Into(&m.SettledAt)); err != nil {
		return m, err
	}
	for text, to := range map[*[]byte]any{&signatures: &m.Signatures, &bounce: &m.Bounce, &faults: &m.Faults} {
		if err := json.Unmarshal(*text, to); err != nil {
			return m, err
		}
	}
	return m, nil
}

// Get gives a mail with its attachments.
func Get(tx *sqldb.Tx, mail id.Mail) (Mail, error) {
	m, err := read(tx.Row(sqlGet, mail).Scan)
	if problem.Is(err, problem.NotFound) {
		return m, problem.New(problem.NotFound, "there is no mail %.40q; check the identifier", mail)
	}
	if err != nil {
		return m, err
	}
	m.Attached, err = sqldb.List(tx, sqlFiles, []any{mail}, func(scan sqldb.Scanner) (a Attachment, err error) {
		return a, scan(&a.Name, &a.Type, &a.Size, &a.SHA256)
	})
	return m, err
}

// List lists the mails in a state after a place, oldest first.
func List(tx *sqldb.Tx, state string, after id.Mail, limit int) ([]Mail, error) {
	return sqldb.List(tx, sqlList, []any{state, after, limit}, read)
}

// Newest lists all mails before a place, newest first; "~" is the end.
func Newest(tx *sqldb.Tx, before id.Mail, limit int) ([]Mail, error) {
	return sqldb.List(tx, sqlNewest, []any{before, limit}, read)
}

// OfSubject lists the mails about a referral, order or notice, oldest first.
func OfSubject(tx *sqldb.Tx, subject string) ([]Mail, error) {
	return sqldb.List(tx, sqlAbout, []any{subject}, read)
}
