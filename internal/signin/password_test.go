package signin

import (
	"regexp"
	"strings"
	"testing"

	"github.com/argine/argine/internal/problem"
)

func TestThePHCString(t *testing.T) {
	stored := hashPassword(password)
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=65536,t=3,p=2$") || strings.Contains(stored, "=$") {
		t.Errorf("the form of %s", stored)
	}
	if !matches(stored, password) {
		t.Error("a password does not match its own hash")
	}
	if matches(stored, password+" ") {
		t.Error("another password matches")
	}
	if hashPassword(password) == stored {
		t.Error("the same password gives the same hash: the salt is not random")
	}
}

// Hashes made with other parameters go on to match after ours are changed.
func TestOtherParameters(t *testing.T) {
	if stored := cheap(password); !matches(stored, password) || matches(stored, "x"+password) {
		t.Error("a hash with other parameters")
	}
}

// The reference program of argon2 (github.com/P-H-C/phc-winner-argon2, test.c) gives this for
// "password" and "somesalt" with m=65536, t=2, p=1.
func TestReferenceHash(t *testing.T) {
	const stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !matches(stored, "password") {
		t.Error("the reference hash does not match")
	}
}

func FuzzMatches(f *testing.F) {
	good := cheap(password)
	for _, stored := range []string{
		good, "", "$", "$argon2id$", strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "m=8", "m=-8", 1),
		strings.Replace(good, "m=8", "m=9999999999", 1), strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "argon2id", "argon2i", 1),
		good[:strings.LastIndex(good, "$")+1], good[:len(good)-30], good + "$", "$argon2id$v=19$m=8,t=1,p=1$$",
	} {
		f.Add(stored)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		if len(stored) > 1000 || heavy(stored) {
			t.Skip()
		}
		if matches(stored, password) && !strings.HasPrefix(stored, "$argon2id$v=") {
			t.Errorf("%q matches", stored)
		}
		if matches(stored, password) && matches(stored, password+"!") {
			t.Errorf("%q matches everything", stored)
		}
	})
}

var cost = regexp.MustCompile(`m=\+?0*(\d+),t=\+?0*(\d+)`)

// heavy reports parameters that are right and take long: they are not what is looked for.
func heavy(stored string) bool {
	found := cost.FindStringSubmatch(stored)
	return found != nil && ((len(found[1]) > 3 && len(found[1]) < 8) || (len(found[2]) > 1 && len(found[2]) < 4))
}

func TestNewPasswords(t *testing.T) {
	for text, good := range map[string]bool{
		"": false, "eleven chrs": false, "twelve chars": true, strings.Repeat("é", 11): false, strings.Repeat("é", 12): true,
		strings.Repeat("x", maxPassword): true, strings.Repeat("x", maxPassword+1): false, strings.Repeat("🂡", maxPassword): true,
	} {
		err := checkNew(text)
		if good && err != nil || !good && !problem.Is(err, problem.Invalid) {
			t.Errorf("a password of %d bytes: %v", len(text), err)
		}
	}
}
