package platform

import (
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Change is what is to be different about a platform; what is nil stays.
type Change struct {
	Name, Country, Language                                    *string
	Languages                                                  *[]string
	Transport, ContactEmail, WebhookURL                        *string
	WebhookSecret                                              *string `json:"-"` // not to be kept anywhere but here
	Representative, RepresentativeState, RepresentativeAddress *string
	Hours, TimeZone                                            *string
	PGPKey                                                     *string
	MailDomains                                                *[]string
}

const (
	sqlSet        = "UPDATE platform SET name = $2, country = $3, language = $4, transport = $5, contact_email = $6, webhook_url = $7, webhook_secret = $8, verified_at = $9, verified_by = $10, languages = $11, representative = $12, representative_state = $13, representative_address = $14, hours = $15, time_zone = $16, pgp_key = $17, mail_domains = $18 WHERE id = $1"
	sqlNamedOther = "SELECT 1 FROM platform WHERE name = $1 AND id <> $2"
)

// Set changes a platform. One whose contact point is another now is verified no more:
// nothing leaves until somebody has made sure of the new one. Its rules stay as they are.
func Set(tx *sqldb.Tx, by audit.Actor, platform id.Platform, c Change) (Platform, error) {
	before, err := Get(tx, platform)
	if err != nil {
		return Platform{}, err
	}
	p, err := before.with(c).check()
	if err != nil {
		return Platform{}, err
	}
	if taken, err := tx.Exists(sqlNamedOther, p.Name, p.ID); err != nil {
		return Platform{}, err
	} else if taken {
		return Platform{}, problem.New(problem.Conflict, "there is another platform named %q; choose another name", p.Name)
	}
	// Its key and the domains that its answers come from are part of the contact point too.
	moved := p.Transport != before.Transport || p.ContactEmail != before.ContactEmail || p.WebhookURL != before.WebhookURL || p.WebhookSecret != before.WebhookSecret ||
		p.PGPKey != before.PGPKey || !slices.Equal(p.MailDomains, before.MailDomains)
	if moved {
		p.VerifiedAt, p.VerifiedBy = time.Time{}, ""
	}
	_, err = tx.Exec(sqlSet, p.ID, p.Name, p.Country, p.Language, p.Transport, p.ContactEmail, p.WebhookURL, p.WebhookSecret, sqldb.At(p.VerifiedAt), p.VerifiedBy,
		strings.Join(p.Languages, " "), p.Representative.Name, p.Representative.MemberState, p.Representative.Address, p.Hours, p.TimeZone, p.PGPKey, strings.Join(p.MailDomains, " "))
	if err != nil {
		return Platform{}, err
	}
	detail := p.detail()
	delete(detail, "rules")
	if moved {
		detail["contact_moved"] = true
	}
	return p, audit.Append(tx, by, audit.Entry{Verb: "platform.changed", Subject: string(p.ID), Detail: detail})
}

func (p Platform) with(c Change) Platform {
	for to, from := range map[*string]*string{&p.Name: c.Name, &p.Country: c.Country, &p.Language: c.Language, &p.Transport: c.Transport,
		&p.ContactEmail: c.ContactEmail, &p.WebhookURL: c.WebhookURL, &p.WebhookSecret: c.WebhookSecret, &p.Representative.Name: c.Representative,
		&p.Representative.MemberState: c.RepresentativeState, &p.Representative.Address: c.RepresentativeAddress, &p.Hours: c.Hours, &p.TimeZone: c.TimeZone, &p.PGPKey: c.PGPKey} {
		if from != nil {
			*to = *from
		}
	}
	if c.Languages != nil {
		p.Languages = *c.Languages
	}
	if c.MailDomains != nil {
		p.MailDomains = *c.MailDomains
	}
	return p
}
