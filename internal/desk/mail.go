package desk

import (
	"context"
	"io"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// mailsShown is how many mails a list shows.
const mailsShown = 200

const (
	sqlReferralSeen = "SELECT 1 FROM referral r JOIN action_unit au ON au.action_id = r.action_id WHERE r.id = $1 AND au.unit_id = $2"
	sqlNoticeSeen   = "SELECT 1 FROM notice n JOIN action_unit au ON au.action_id = n.action_id WHERE n.id = $1 AND au.unit_id = $2"
	sqlOrderSeen    = `SELECT 1 FROM removal_order o WHERE o.id = $1 AND (o.unit_id = $2 OR EXISTS (
		SELECT 1 FROM action_unit au WHERE au.action_id = o.action_id AND au.unit_id = $2))`
)

// seesMail reports whether a person sees a mail: what is about nothing known here, and what is
// about something of an action that the unit takes part in.
func seesMail(tx *sqldb.Tx, who auth.Principal, m correspondence.Mail) (bool, error) {
	kind, _, _ := strings.Cut(m.About.Subject, "_")
	var q sqldb.SQL
	switch {
	case who.SeesAll() || m.About.Subject == "":
		return true, nil
	case kind == id.Referral("").Prefix():
		q = sqlReferralSeen
	case kind == id.Notice("").Prefix():
		q = sqlNoticeSeen
	case kind == id.Order("").Prefix():
		q = sqlOrderSeen
	default:
		return true, nil
	}
	return tx.Exists(q, m.About.Subject, who.Unit)
}

// Mails lists the mails in a state, oldest first, or the newest of all for "".
func (d *Desk) Mails(ctx context.Context, who auth.Principal, state string) ([]client.Mail, error) {
	return view(ctx, d, who, auth.MailRead, func(tx *sqldb.Tx) (out []client.Mail, err error) {
		var list []correspondence.Mail
		if state == "" {
			list, err = correspondence.Newest(tx, "~", mailsShown)
		} else {
			list, err = correspondence.List(tx, state, "", mailsShown)
		}
		out = []client.Mail{}
		for _, m := range list {
			ok, err := seesMail(tx, who, m)
			if err != nil {
				return nil, err
			}
			if ok {
				row := mailOf(m)
				row.Text, row.Quoted, row.Signatures = "", "", nil
				out = append(out, row)
			}
		}
		return out, err
	})
}

// Mail gives one mail.
func (d *Desk) Mail(ctx context.Context, who auth.Principal, target id.Mail) (client.Mail, error) {
	return view(ctx, d, who, auth.MailRead, func(tx *sqldb.Tx) (client.Mail, error) {
		m, err := seenMail(tx, who, target)
		return mailOf(m), err
	})
}

func seenMail(tx *sqldb.Tx, who auth.Principal, target id.Mail) (correspondence.Mail, error) {
	m, err := correspondence.Get(tx, target)
	if err != nil {
		return m, err
	}
	ok, err := seesMail(tx, who, m)
	if err == nil && !ok {
		return correspondence.Mail{}, problem.New(problem.NotFound, "there is no mail %.40q that you can see; check the identifier", target)
	}
	return m, err
}

// MailFile opens a file of a mail by its place; 0 is the mail as it came.
func (d *Desk) MailFile(ctx context.Context, who auth.Principal, target id.Mail, place int) (name string, size int64, file io.ReadCloser, err error) {
	m, err := view(ctx, d, who, auth.MailRead, func(tx *sqldb.Tx) (correspondence.Mail, error) { return seenMail(tx, who, target) })
	if err != nil {
		return "", 0, nil, err
	}
	name, size, hex := string(m.ID)+".eml", m.Size, m.Raw
	if place > 0 {
		if place > len(m.Attached) {
			return "", 0, nil, problem.New(problem.NotFound, "the mail has %d files; there is none at %d", len(m.Attached), place)
		}
		a := m.Attached[place-1]
		name, size, hex = a.Name, a.Size, a.SHA256
	}
	sum, err := blob.Parse(hex)
	if err != nil {
		return "", 0, nil, err
	}
	file, err = d.Store.Get(ctx, sum)
	return name, size, file, err
}

func mailOf(m correspondence.Mail) client.Mail {
	out := client.Mail{ID: string(m.ID), State: m.State, Outcome: m.Outcome, From: m.Sender, FromName: m.SenderName, Proven: m.Proven, To: m.Recipient, Title: m.Subject,
		SentAt: optional(m.SentAt), ReceivedAt: m.ReceivedAt, Subject: m.About.Subject, MatchedBy: m.About.MatchedBy, PlatformID: string(m.About.Platform), Auto: m.Auto,
		Encrypted: m.Encrypted, Size: m.Size, Text: m.Text, Quoted: m.Quoted, Faults: m.Faults, ReadBy: string(m.ReadBy), SettledAt: optional(m.SettledAt)}
	for i, a := range m.Attached {
		out.Files = append(out.Files, client.MailFile{Place: i + 1, Name: a.Name, Type: a.Type, Size: a.Size, SHA256: a.SHA256})
	}
	for _, s := range m.Signatures {
		out.Signatures = append(out.Signatures, client.MailSignature{Domain: s.Domain, Verified: s.Verified, Why: s.Why})
	}
	return out
}
