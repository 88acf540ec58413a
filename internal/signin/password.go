package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/argine/argine/internal/problem"
)

// Parameters of argon2id: the second recommended choice of RFC 9106, section 4 (64 MiB, three passes).
const (
	passes  = 3
	memory  = 64 * 1024 // KiB
	threads = 2
	keySize = 32
)

// Bounds of a password, in letters. NIST SP 800-63B asks for at least 8; a desk like this for more.
const (
	minPassword = 12
	maxPassword = 1000
)

var b64 = base64.RawStdEncoding

// hashPassword gives the PHC string of a password.
func hashPassword(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, passes, memory, threads, keySize)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// matches compares a password with a PHC string, whatever parameters that was made with.
func matches(stored, password string) bool {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var version, m, t, p int
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p); err != nil || version != argon2.Version {
		return false
	}
	salt, err1 := b64.DecodeString(parts[4])
	key, err2 := b64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(key) < 16 || m < 8 || m > 1<<20 || t < 1 || t > 100 || p < 1 || p > 255 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, uint32(t), uint32(m), uint8(p), uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1
}

// turn waits until a password may be hashed; one argon2id takes 64 MiB, so only so many run at
// once. done gives the turn back.
func (d *Desk) turn(ctx context.Context) (done func(), err error) {
	select {
	case d.hashing <- struct{}{}:
		return func() { <-d.hashing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func checkNew(password string) error {
	n := utf8.RuneCountInString(password)
	if n < minPassword || n > maxPassword {
		return problem.New(problem.Invalid, "a password has %d to %d letters; four words that do not belong together are a good one", minPassword, maxPassword)
	}
	return nil
}
