package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Token is an API token. Its secret is known to its holder alone; only a digest is stored.
type Token struct {
	ID        id.Token
	User      id.User
	Name      string
	Scopes    []Permission
	ExpiresAt time.Time
	Revoked   bool
}

const tokenPrefix = "argine_" // lets scanners of leaked secrets find it

const (
	sqlAddToken = "INSERT INTO token (id, user_id, name, hash, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
	sqlTokens   = "SELECT id, user_id, name, scopes, expires_at, revoked_at IS NOT NULL FROM token WHERE $1 = '' OR user_id = $1 ORDER BY id"
	sqlByHash   = "SELECT id, user_id, name, scopes, expires_at, revoked_at IS NOT NULL FROM token WHERE hash = $1"
	sqlRevoke   = "UPDATE token SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL"
	sqlToken    = "SELECT id, user_id, name, scopes, expires_at, revoked_at IS NOT NULL FROM token WHERE id = $1"
)

// AddToken makes a token and returns its secret, which is not kept.
func AddToken(tx *sqldb.Tx, by audit.Actor, t Token) (Token, string, error) {
	for _, scope := range t.Scopes {
		if !slices.Contains(All, scope) {
			return t, "", problem.New(problem.Invalid, "%q is no permission; the permissions are %s", scope, strings.ReplaceAll(join(All), " ", ", "))
		}
	}
	if !isName(t.Name) || !t.ExpiresAt.After(tx.Now) {
		return t, "", problem.New(problem.Invalid, "a token needs a name and a moment in the future at which it expires")
	}
	if _, err := GetUser(tx, t.User); err != nil {
		return t, "", err
	}
	secret := Secret()
	t.ID = id.New[id.Token](tx.Now)
	if _, err := tx.Exec(sqlAddToken, t.ID, t.User, t.Name, Digest(tokenPrefix+secret), join(t.Scopes), sqldb.At(tx.Now), sqldb.At(t.ExpiresAt)); err != nil {
		return t, "", err
	}
	return t, tokenPrefix + secret, audit.Append(tx, by, audit.Entry{Verb: "token.added", Subject: string(t.ID), Detail: map[string]any{"user": t.User, "scopes": t.Scopes, "expires_at": t.ExpiresAt}})
}

// Tokens lists the tokens of a user, or of everybody for "".
func Tokens(tx *sqldb.Tx, user id.User) ([]Token, error) {
	return sqldb.List(tx, sqlTokens, []any{string(user)}, readToken)
}

// GetToken finds a token by identifier.
func GetToken(tx *sqldb.Tx, token id.Token) (Token, error) {
	return readToken(tx.Row(sqlToken, token).Scan)
}

// RevokeToken ends a token at once.
func RevokeToken(tx *sqldb.Tx, by audit.Actor, token id.Token) error {
	n, err := tx.Exec(sqlRevoke, sqldb.At(tx.Now), token)
	if err != nil || n == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "token.revoked", Subject: string(token)})
}

// ByToken tells who holds the token with this secret.
func ByToken(tx *sqldb.Tx, secret string) (Principal, error) {
	t, err := readToken(tx.Row(sqlByHash, Digest(secret)).Scan)
	switch {
	case problem.Is(err, problem.NotFound):
		return Principal{}, problem.Wrap(err, problem.Unauthenticated, "this API token is not known; make one with `argine token add`")
	case err != nil:
		return Principal{}, err
	case t.Revoked:
		return Principal{}, problem.New(problem.Unauthenticated, "this API token was revoked; make another with `argine token add`")
	case !t.ExpiresAt.After(tx.Now):
		return Principal{}, problem.New(problem.Unauthenticated, "this API token expired on %s; make another with `argine token add`", t.ExpiresAt.Format(time.DateOnly))
	}
	p, err := PrincipalOf(tx, t.User)
	if err != nil {
		return Principal{}, err
	}
	p.Token, p.Scopes = t.ID, t.Scopes
	return p, nil
}

// Secret makes 256 random bits in the letters of an URL.
func Secret() string {
	var raw [32]byte
	rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// Digest is how a secret is stored. Secrets are random and long, so a plain SHA-256 is enough:
// there is nothing to guess.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func readToken(scan sqldb.Scanner) (t Token, err error) {
	var scopes string
	err = scan(&t.ID, &t.User, &t.Name, &scopes, sqldb.Into(&t.ExpiresAt), &t.Revoked)
	t.Scopes = split[Permission](scopes)
	return t, err
}
