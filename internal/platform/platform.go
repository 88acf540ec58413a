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
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// How a platform is reached.
const (
	SMTP    = "smtp"
	Webhook = "webhook"
)

// Platform is a hosting service.
type Platform struct {
	ID            id.Platform
	Name          string
	Country       string // member state of the main establishment or legal representative, ISO 3166-1 alpha-2
	Language      string // of what is sent to it, BCP 47
	Transport     string // SMTP or Webhook
	ContactEmail  string
	WebhookURL    string
	WebhookSecret string // as in Standard Webhooks: whsec_ and base64
	Rules         link.Rules
	VerifiedAt    time.Time // when somebody made sure of the contact point; zero: nobody has
	VerifiedBy    id.User
}

const (
	columns   = "id, name, country, language, transport, contact_email, webhook_url, webhook_secret, rules, verified_at, verified_by"
	sqlAdd    = "INSERT INTO platform (" + columns + ", created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
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
		string(rules), nil, "", sqldb.At(tx.Now)); err != nil {
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
	detail := map[string]any{"name": p.Name, "country": p.Country, "transport": p.Transport, "contact_email": p.ContactEmail, "webhook_url": p.WebhookURL, "rules": p.Rules}
	return p, audit.Append(tx, by, audit.Entry{Verb: "platform.added", Subject: string(p.ID), Detail: detail})
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
	if err := scan(&p.ID, &p.Name, &p.Country, &p.Language, &p.Transport, &p.ContactEmail, &p.WebhookURL, &p.WebhookSecret,
		&rules, sqldb.Into(&p.VerifiedAt), &p.VerifiedBy); err != nil {
		return p, err
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
