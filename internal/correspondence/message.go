package correspondence

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlMessage  = "SELECT digest, answer, started_at FROM inbound_message WHERE platform_id = $1 AND message_id = $2"
	sqlStart    = "INSERT INTO inbound_message (platform_id, message_id, digest, subject_id, answer, started_at) VALUES ($1, $2, $3, $4, '', $5)"
	sqlRestart  = "UPDATE inbound_message SET started_at = $1 WHERE platform_id = $2 AND message_id = $3"
	sqlAnswered = "UPDATE inbound_message SET answer = $1 WHERE platform_id = $2 AND message_id = $3"
)

// working is how long a message is left to the call that began with it. After that, the
// process that ran it is taken for dead, and the next call takes it up.
const working = time.Minute

// Begin takes up a signed message. The answer is there when it had its effect already.
func Begin(tx *sqldb.Tx, platform id.Platform, message, subject string, body []byte) (answer string, err error) {
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	var known string
	var started time.Time
	err = tx.Row(sqlMessage, platform, message).Scan(&known, &answer, sqldb.Into(&started))
	switch {
	case problem.Is(err, problem.NotFound):
		_, err = tx.Exec(sqlStart, platform, message, digest, subject, sqldb.At(tx.Now))
		return "", err
	case err != nil:
		return "", err
	case known != digest:
		return "", problem.New(problem.Conflict, "the Webhook-Id %.40q was used for another message; choose a new one for each", message)
	case answer != "":
		return answer, nil
	case tx.Now.Sub(started) < working && !tx.Now.Before(started):
		return "", problem.New(problem.Unavailable, "this message is being worked on; send it again in a minute")
	}
	_, err = tx.Exec(sqlRestart, sqldb.At(tx.Now), platform, message)
	return "", err
}

// End keeps what was answered.
func End(tx *sqldb.Tx, platform id.Platform, message, answer string) error {
	_, err := tx.Exec(sqlAnswered, answer, platform, message)
	return err
}

const sqlForget = "DELETE FROM inbound_message WHERE platform_id = $1 AND message_id = $2 AND answer = ''"

// Forget leaves a message that had no effect to be sent again.
func Forget(tx *sqldb.Tx, platform id.Platform, message string) error {
	_, err := tx.Exec(sqlForget, platform, message)
	return err
}
