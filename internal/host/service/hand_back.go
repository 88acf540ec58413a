package service

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"
)

// given are the pipes through which a command reads what it handed over when it removed content. No
// file of it lies open on the disk: the first is /dev/fd/3, and ends with the end of the copy.
type given struct {
	env    []string
	files  []*os.File // the ends that the command reads
	writes []*os.File
	copies []Copy
	broken atomic.Pointer[string] // why a copy ended before its end
}

// handBack makes a pipe for each copy.
func handBack(copies []Copy) (*given, error) {
	g := &given{copies: copies}
	for i, c := range copies {
		r, w, err := os.Pipe()
		if err != nil {
			g.close()
			return nil, err
		}
		g.files, g.writes = append(g.files, r), append(g.writes, w)
		g.env = append(g.env, fmt.Sprintf("ARGINE_FILE_%d=/dev/fd/%d", i+1, i+3), fmt.Sprintf("ARGINE_FILE_%d_NAME=%s", i+1, c.Name), fmt.Sprintf("ARGINE_FILE_%d_TYPE=%s", i+1, c.Type))
	}
	g.env = append(g.env, fmt.Sprintf("ARGINE_FILES=%d", len(copies)))
	return g, nil
}

// pour writes each copy into its pipe while the command runs. A command that does not read one to its
// end loses nothing by it: the write fails when the command ends.
func (g *given) pour() {
	for i, c := range g.copies {
		g.files[i].Close() // the command has its own
		go func(to *os.File) {
			defer to.Close() // after what went wrong is noted: the command cannot have read to the end before
			body, err := c.Open()
			if err == nil {
				_, err = io.Copy(to, body)
				body.Close()
			}
			if err != nil && !errors.Is(err, syscall.EPIPE) {
				why := err.Error()
				g.broken.Store(&why)
			}
		}(g.writes[i])
	}
	g.files, g.writes = nil, nil
}

// close lets go of pipes of which no command came to read.
func (g *given) close() {
	for _, f := range append(g.files, g.writes...) {
		f.Close()
	}
}
