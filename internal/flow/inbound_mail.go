package flow

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/mailbox"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// TakeMail keeps a mail that came in. When it returns without an error the mail is ours to
// lose: its bytes are in the store, its row is written, and a job will look at it.
func (f *Flow) TakeMail(ctx context.Context, m mailbox.Mail) error {
	raw, err := f.putFile(ctx, m.Raw)
	if err != nil {
		return err
	}
	var attached []correspondence.Attachment
	for _, a := range m.Attached {
		kept := correspondence.Attachment{Name: a.Name, Type: a.Type, Size: a.Size}
		var sum blob.Sum
		if a.File != "" {
			sum, err = f.putFile(ctx, a.File)
		} else {
			sum, err = f.Store.PutBytes(ctx, a.Body)
		}
		if err != nil {
			return err
		}
		kept.SHA256 = sum.String()
		attached = append(attached, kept)
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		about, err := f.about(tx, m)
		if err != nil {
			return err
		}
		kept, err := correspondence.Keep(tx, correspondence.Of(m, raw.String(), attached, about))
		if err != nil || kept.State != correspondence.New {
			return err
		}
		return f.Jobs.Enqueue(tx, correspondence.Job{Mail: kept.ID})
	})
}

func (f *Flow) putFile(ctx context.Context, path string) (blob.Sum, error) {
	file, err := os.Open(path)
	if err != nil {
		return blob.Sum{}, err
	}
	defer file.Close()
	sum, _, err := f.Store.Put(ctx, file)
	return sum, err
}

// reference is what both sides call a referral, an order or a notice.
var reference = regexp.MustCompile(`\b[A-Z][A-Z0-9]{0,9}(?:-[A-Z0-9]{1,9})?-\d{4}-\d{6}\b`)

const (
	sqlReferralNamed = "SELECT id FROM referral WHERE reference = $1"
	sqlNoticeNamed   = "SELECT id FROM notice WHERE reference = $1"
	sqlReversalNamed = "SELECT item_id FROM complaint WHERE reference = $1 AND outcome = 'reversed'"
	sqlAskedNamed    = "SELECT item_id FROM reinstatement WHERE reference = $1 AND state = 'approved'"
	sqlOrderNamed    = "SELECT id FROM removal_order WHERE reference = $1 AND origin = 'own'"
)

// about makes out what a mail is about: by what it replies to or brings back, by the address
// that it went to, by our reference in its subject. None of it proves who wrote it.
func (f *Flow) about(tx *sqldb.Tx, m mailbox.Mail) (correspondence.About, error) {
	names := slices.Concat([]string{m.InReplyTo}, m.References)
	if m.Bounce != nil {
		names = []string{m.Bounce.Original}
	}
	for _, name := range names {
		if local, domain, ok := strings.Cut(name, "@"); ok && f.ours(domain) {
			if a, err := aboutNamed(tx, local, correspondence.ByReply); err != nil || a.Subject != "" {
				return a, err
			}
		}
	}
	for _, to := range m.To {
		local, _, _ := strings.Cut(to, "@")
		if _, tag, ok := strings.Cut(local, "+"); ok {
			if a, err := aboutNamed(tx, tag, correspondence.ByAddress); err != nil || a.Subject != "" {
				return a, err
			}
		}
	}
	for _, called := range reference.FindAllString(m.Subject, 5) {
		if a, err := aboutReference(tx, called, correspondence.ByReference); err != nil || a.Subject != "" {
			return a, err
		}
	}
	return correspondence.About{}, nil
}

// ours reports whether a Message-ID of the domain is one that we gave.
func (f *Flow) ours(domain string) bool {
	from := f.Mail.From[strings.LastIndexByte(f.Mail.From, '@')+1:]
	return strings.EqualFold(strings.TrimSuffix(from, ">"), domain)
}

// aboutNamed finds what an identifier names. Servers may write it large.
func aboutNamed(tx *sqldb.Tx, name, how string) (correspondence.About, error) {
	name = strings.ToLower(name)
	kind, _, _ := strings.Cut(name, "_")
	about := correspondence.About{Subject: name, MatchedBy: how}
	if kind == id.Delivery("").Prefix() {
		d, err := deliver.Get(tx, id.Delivery(name))
		if problem.Is(err, problem.NotFound) {
			return correspondence.About{}, nil
		}
		if err != nil {
			return about, err
		}
		about = correspondence.About{Platform: d.Platform, Delivery: d.ID, Subject: d.Subject, MatchedBy: how}
	}
	return whose(tx, about)
}

func aboutReference(tx *sqldb.Tx, called, how string) (correspondence.About, error) {
	for _, q := range []sqldb.SQL{sqlReferralNamed, sqlNoticeNamed, sqlOrderNamed, sqlReversalNamed, sqlAskedNamed} {
		var subject string
		err := tx.Row(q, called).Scan(&subject)
		if problem.Is(err, problem.NotFound) {
			continue
		}
		if err != nil {
			return correspondence.About{}, err
		}
		return whose(tx, correspondence.About{Subject: subject, MatchedBy: how})
	}
	return correspondence.About{}, nil
}

// whose finds the platform of a subject. A step in the case of an order is about the order.
func whose(tx *sqldb.Tx, a correspondence.About) (correspondence.About, error) {
	kind, _, _ := strings.Cut(a.Subject, "_")
	var err error
	switch kind {
	case id.Referral("").Prefix():
		var r refer.Referral
		r, err = refer.Get(tx, id.Referral(a.Subject))
		a.Platform = r.Platform
	case id.Notice("").Prefix():
		var n notice.Notice
		n, err = notice.Get(tx, id.Notice(a.Subject))
		a.Platform = n.Platform
	case id.Item("").Prefix():
		var it item.Item
		it, err = item.Get(tx, id.Item(a.Subject))
		a.Platform = it.Platform
	case id.Platform("").Prefix():
		a.Platform = id.Platform(a.Subject)
	default:
		var o order.Order
		o, _, err = orderOf(tx, a.Subject)
		a.Platform, a.Subject = o.Platform, string(o.ID)
	}
	if problem.Is(err, problem.NotFound) {
		return correspondence.About{}, nil
	}
	return a, err
}
