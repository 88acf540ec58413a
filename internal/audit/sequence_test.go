package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argine/argine/internal/problem"
)

func TestTheSequencerDoesNotHideALoss(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(3, 4)
		b.cut(3, true)
		b.append(1)
		if _, err := b.log.Sequence(b.Context()); !problem.Is(err, problem.Tampered) {
			b.Fatalf("the tree was extended over the loss: %v", err)
		}
		if _, err := b.verify(); !problem.Is(err, problem.Tampered) || !strings.Contains(err.Error(), "entry 3 is missing") {
			b.Errorf("got %v", err)
		}
		if err := os.Remove(b.copyPath()); err != nil { // what the message says for a backup
			b.Fatal(err)
		}
		if batches, placed := b.sequence(); batches != 1 || placed != 1 {
			b.Errorf("%d batches, %d placed", batches, placed)
		}
		if proof, err := b.verify(); err != nil || proof.Events != 4 {
			b.Errorf("%+v, %v", proof, err)
		}
	})
}

// A head of the same size over other entries is a second history.
func TestTheSequencerKnowsASecondHistory(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(3, 4)
		first, err := os.ReadFile(b.copyPath())
		if err != nil {
			b.Fatal(err)
		}
		b.cut(3, true)
		if err := os.Remove(b.copyPath()); err != nil {
			b.Fatal(err)
		}
		b.grow(4)
		if err := os.WriteFile(b.copyPath(), first, 0o644); err != nil {
			b.Fatal(err)
		}
		b.append(1)
		if _, err := b.log.Sequence(b.Context()); !problem.Is(err, problem.Tampered) {
			b.Errorf("the second history was extended: %v", err)
		}
		if _, err := b.verify(); !problem.Is(err, problem.Tampered) {
			b.Errorf("the second history verifies: %v", err)
		}
	})
}

func TestAnotherKeyDoesNotExtendTheLog(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(3)
		other := beside(b.T, b.db)
		other.append(1)
		if _, err := other.log.Sequence(b.Context()); !problem.Is(err, problem.Tampered) {
			b.Errorf("got %v", err)
		}
		if _, err := other.verify(); !problem.Is(err, problem.Tampered) {
			b.Errorf("the log verifies with another key: %v", err)
		}
		if _, placed := b.sequence(); placed != 1 {
			b.Errorf("its own key placed %d", placed)
		}
	})
}

func TestKeysAreKept(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(2)
		secret := filepath.Join(b.dir, "audit.key")
		if info, err := os.Stat(secret); err != nil || info.Mode().Perm() != 0o600 {
			b.Fatalf("the secret key has the mode %v, %v", info.Mode(), err)
		}
		again, err := Open(b.db, b.dir)
		if err != nil {
			b.Fatal(err)
		}
		b.log = again
		b.grow(2)
		public, err := os.ReadFile(filepath.Join(b.dir, "audit.pub"))
		if err != nil {
			b.Fatal(err)
		}
		if err := os.Remove(secret); err != nil {
			b.Fatal(err)
		}
		if proof, err := b.verify(); err != nil || proof.Events != 4 {
			b.Errorf("with the public key alone: %+v, %v", proof, err)
		}
		if _, err := Open(b.db, b.dir); !problem.Is(err, problem.NotFound) {
			b.Errorf("a lost key was replaced: %v", err)
		}
		if now, _ := os.ReadFile(filepath.Join(b.dir, "audit.pub")); string(now) != string(public) {
			b.Error("the public key was written over")
		}
		if _, err := Verify(b.Context(), b.db, b.TempDir()); !problem.Is(err, problem.NotFound) {
			b.Errorf("a folder without a key gave %v", err)
		}
	})
}
