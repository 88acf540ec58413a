package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// journalName is the file in the state directory.
const journalName = "world.jsonl"

// Kinds of entry.
const (
	entryAccepted = "accepted" // a delivery was taken
	entryRefused  = "refused"  // an attempt was turned away, to be tried again
	entryRepeated = "repeated" // one that was taken before came again
	entryPosted   = "posted"   // answers were given
)

// entry is one thing that happened to the world's platforms.
type entry struct {
	Kind      string     `json:"kind"`
	At        time.Time  `json:"at"`
	Platform  int        `json:"platform"`
	Delivery  string     `json:"delivery,omitempty"` // webhook-id or Message-ID
	Referral  string     `json:"referral,omitempty"`
	Reference string     `json:"reference,omitempty"`
	Items     []received `json:"items,omitempty"`
	Round     int        `json:"round,omitempty"` // of answers, from 0
}

// received is one item of a delivery: the product's name for it and the world's.
type received struct {
	ID   string `json:"id"`
	Item int    `json:"item"` // -1: no item of this world
}

// journal remembers over the death of the process. An entry is in the file before
// anybody is told; the operating system keeps what was written when a process is killed.
type journal struct {
	mu   sync.Mutex
	file *os.File
}

// openJournal reads what there is, in order, and goes on behind it. A last line that was
// cut off was never acknowledged, and goes.
func openJournal(dir string, each func(entry)) (*journal, error) {
	path := filepath.Join(dir, journalName)
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	for n, line := range bytes.Split(text[:whole], []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, n+1, err)
		}
		each(e)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	if err = file.Truncate(int64(whole)); err == nil {
		_, err = file.Seek(int64(whole), io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &journal{file: file}, nil
}

// write appends one entry.
func (j *journal) write(e entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err = j.file.Write(append(line, '\n'))
	return err
}

func (j *journal) close() error { return j.file.Close() }
