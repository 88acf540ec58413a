// Package platform keeps the hosting services that items stand on and referrals go to.
//
// A platform says three things: which hosts are its own and how its links vary (link.Rules,
// from which ReadBook makes the book that turns links into items), how it is reached (its
// contact point and transport, in its language), and whether a person has made sure of the
// contact point; nothing is sent to one that nobody has verified.
//
// Protected hosts are the opposite of a target: news, libraries, archives, universities,
// parliaments and courts. In 2019 hundreds of links to the Internet Archive were reported
// as terrorist content under a unit's name, scholarly works and television recordings among
// them. An item on such a host does not leave without a second justification.
package platform

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// How a platform is reached.
const (
	SMTP    = "smtp"
	Webhook = "webhook"
	Pull    = "pull"   // its program fetches what there is for it
	Portal  = "portal" // its people look at the pages for platforms
)

// Platform is a hosting service.
type Platform struct {
	ID            id.Platform
	Name          string
	Country       string   // of the main establishment, ISO 3166-1 alpha-2; it may be outside the Union
	Language      string   // of what is sent to it, BCP 47
	Languages     []string // that it accepts besides
	Transport     string   // SMTP or Webhook
	ContactEmail  string
	WebhookURL    string
	WebhookSecret string // as in Standard Webhooks: whsec_ and base64
	Rules         link.Rules
	VerifiedAt    time.Time // when somebody made sure of the contact point; zero: nobody has
	VerifiedBy    id.User

	Representative Representative
	Hours          string // when people there read referrals, as ParseHours reads it; empty: at any time
	TimeZone       string // of the hours, IANA

	PGPKey      string   // armored OpenPGP public key that mail is encrypted to; empty: it is not
	MailDomains []string // from which its answers come by mail, beside that of the contact point
}

// Representative is the legal representative in the Union of a platform that is established
// outside of it, Article 17; its name is empty where there is none.
type Representative struct {
	Name        string
	MemberState string // where it resides or is established, ISO 3166-1 alpha-2
	Address     string
}

// Jurisdiction says which member state is competent for the platform, Article 16.
func (p Platform) Jurisdiction() law.Jurisdiction {
	return law.JurisdictionOver(p.Country, p.Representative.MemberState)
}

// Accepts reports whether the platform takes an order in the language, Article 15(2).
func (p Platform) Accepts(lang string) bool {
	return lang == p.Language || slices.Contains(p.Languages, lang)
}

const (
	columns   = "id, name, country, language, transport, contact_email, webhook_url, webhook_secret, rules, verified_at, verified_by, languages, representative, representative_state, representative_address, hours, time_zone, pgp_key, mail_domains"
	sqlAdd    = "INSERT INTO platform (" + columns + ", created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
	sqlClaim  = "INSERT INTO platform_host (host, platform_id) VALUES ($1, $2)"
	sqlNamed  = "SELECT 1 FROM platform WHERE name = $1"
	sqlGet    = "SELECT " + columns + " FROM platform WHERE id = $1"
	sqlList   = "SELECT " + columns + " FROM platform ORDER BY name, id"
	sqlVerify = "UPDATE platform SET verified_at = $2, verified_by = $3 WHERE id = $1"
)

// Add makes a platform, whose contact point is not verified yet.
func Add(tx *sqldb.Tx, by audit.Actor, p Platform) (Platform, error) {
	p, err := p.check()
	if err != nil {
		return Platform{}, err
	}
	if taken, err := tx.Exists(sqlNamed, p.Name); err != nil {
		return Platform{}, err
	} else if taken {
		return Platform{}, problem.New(problem.Conflict, "there is a platform named %q already; use that one", p.Name)
	}
	if err := unclaimed(tx, p); err != nil {
		return Platform{}, err
	}
	rules, err := json.Marshal(p.Rules)
	if err != nil {
		return Platform{}, err
	}
	p.ID, p.VerifiedAt, p.VerifiedBy = id.New[id.Platform](tx.Now), time.Time{}, ""
	if _, err := tx.Exec(sqlAdd, p.ID, p.Name, p.Country, p.Language, p.Transport, p.ContactEmail, p.WebhookURL, p.WebhookSecret,
		string(rules), nil, "", strings.Join(p.Languages, " "), p.Representative.Name, p.Representative.MemberState, p.Representative.Address, p.Hours, p.TimeZone, p.PGPKey, strings.Join(p.MailDomains, " "), sqldb.At(tx.Now)); err != nil {
		return Platform{}, err
	}
	var rows [][]any
	for _, host := range hosts(p.Rules) {
		rows = append(rows, []any{host, p.ID})
	}
	if _, err := tx.InsertRows(sqlClaim, rows); err != nil {
		return Platform{}, err
	}
	if _, err := ReadBook(tx); err != nil { // a book that cannot be made would stop all contributing
		return Platform{}, err
	}
	return p, audit.Append(tx, by, audit.Entry{Verb: "platform.added", Subject: string(p.ID), Detail: p.detail()})
}

// detail is what the audit log keeps of a platform: all but its secret.
func (p Platform) detail() map[string]any {
	d := map[string]any{"name": p.Name, "country": p.Country, "language": p.Language, "transport": p.Transport, "contact_email": p.ContactEmail, "webhook_url": p.WebhookURL, "rules": p.Rules}
	for name, value := range map[string]string{"representative": p.Representative.Name, "representative_state": p.Representative.MemberState,
		"representative_address": p.Representative.Address, "hours": p.Hours, "time_zone": p.TimeZone, "languages": strings.Join(p.Languages, " "), "pgp_key": p.PGPKey, "mail_domains": strings.Join(p.MailDomains, " ")} {
		if value != "" {
			d[name] = value
		}
	}
	return d
}

// Verify records that somebody made sure of the contact point, now.
func Verify(tx *sqldb.Tx, by audit.Actor, platform id.Platform) error {
	n, err := tx.Exec(sqlVerify, platform, sqldb.At(tx.Now), by.User)
	if err != nil {
		return err
	}
	if n == 0 {
		return missing(platform)
	}
	return audit.Append(tx, by, audit.Entry{Verb: "platform.verified", Subject: string(platform)})
}

func missing(platform id.Platform) error {
	return problem.New(problem.NotFound, "there is no platform %q; check the identifier", platform)
}

func read(scan sqldb.Scanner) (p Platform, err error) {
	var rules []byte
	var languages, domains string
	if err := scan(&p.ID, &p.Name, &p.Country, &p.Language, &p.Transport, &p.ContactEmail, &p.WebhookURL, &p.WebhookSecret,
		&rules, sqldb.Into(&p.VerifiedAt), &p.VerifiedBy, &languages, &p.Representative.Name, &p.Representative.MemberState,
		&p.Representative.Address, &p.Hours, &p.TimeZone, &p.PGPKey, &domains); err != nil {
		return p, err
	}
	if languages != "" {
		p.Languages = strings.Fields(languages)
	}
	if domains != "" {
		p.MailDomains = strings.Fields(domains)
	}
	return p, json.Unmarshal(rules, &p.Rules)
}

// Get returns one platform.
func Get(tx *sqldb.Tx, platform id.Platform) (Platform, error) {
	p, err := read(tx.Row(sqlGet, platform).Scan)
	if problem.Is(err, problem.NotFound) {
		err = missing(platform)
	}
	return p, err
}

// List returns all platforms by name.
func List(tx *sqldb.Tx) ([]Platform, error) { return sqldb.List(tx, sqlList, nil, read) }
