package order

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Information is what a hosting service was told of procedures and deadlines, Article 3(2).
type Information struct {
	Platform   id.Platform
	SentAt     time.Time // zero while nobody has let it go
	InformedAt time.Time // when the hosting service had it; zero while it has not
	By         id.User
}

const (
	sqlInformation = "SELECT platform_id, sent_at, informed_at, user_id FROM host_information WHERE platform_id = $1"
	sqlInform      = "INSERT INTO host_information (platform_id, informed_at, sent_at, user_id) VALUES ($1, NULL, $2, $3)"
	sqlInformed    = "UPDATE host_information SET informed_at = $2 WHERE platform_id = $1 AND informed_at IS NULL"
)

// InformationOf tells whether a hosting service was informed.
func InformationOf(tx *sqldb.Tx, platform id.Platform) (Information, error) {
	i := Information{Platform: platform}
	err := tx.Row(sqlInformation, platform).Scan(&i.Platform, sqldb.Into(&i.SentAt), sqldb.Into(&i.InformedAt), &i.By)
	if problem.Is(err, problem.NotFound) {
		return i, nil
	}
	return i, err
}

// Inform notes that the information is on its way to a hosting service. It goes out once.
func Inform(tx *sqldb.Tx, by audit.Actor, platform id.Platform) (Information, error) {
	i, err := InformationOf(tx, platform)
	if err != nil || !i.SentAt.IsZero() {
		return i, err
	}
	if !person(by) {
		return i, problem.New(problem.Refused, "only a person can have a hosting service informed; sign in")
	}
	i.SentAt, i.By = tx.Now, by.User
	if _, err := tx.Exec(sqlInform, platform, sqldb.At(i.SentAt), i.By); err != nil {
		return i, err
	}
	return i, audit.Append(tx, by, audit.Entry{Verb: "order.informing", Subject: string(platform)})
}

// Informed notes when the hosting service had the information, and how that is known.
func Informed(tx *sqldb.Tx, by audit.Actor, platform id.Platform, at time.Time, proof string) error {
	n, err := tx.Exec(sqlInformed, platform, sqldb.At(at))
	if err != nil || n == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "order.host_informed", Subject: string(platform), Detail: struct {
		At    time.Time `json:"at"`
		Proof string    `json:"proof"`
	}{at, proof}})
}
