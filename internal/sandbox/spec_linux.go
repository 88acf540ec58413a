package sandbox

import (
	"debug/elf"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// order is what the child is told, as its one argument.
type order struct {
	Path    string   // of the program, absolute, links followed
	Loader  string   // its ELF interpreter, or ""
	Args    []string // with the name
	Read    []string
	Scratch string
	Limits  Limits
	Level   Strength // what must be put in force
}

// prepare looks the program up and writes the order for the child.
func (p Program) prepare() (text string, err error) {
	path, err := exec.LookPath(p.Name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", p.missing(err)
	}
	o := order{Path: path, Loader: loaderOf(path), Args: append([]string{p.Name}, p.Args...), Scratch: p.Scratch, Limits: p.Limits.orDefaults(p.Scratch != ""), Level: Level()}
	for _, name := range p.Read {
		if name, err = filepath.Abs(name); err != nil {
			return "", err
		}
		if _, err := os.Stat(name); err != nil {
			return "", problem.Wrap(err, problem.Unavailable, "%s cannot be read, so %s cannot be run on it", name, p.Name)
		}
		o.Read = append(o.Read, name)
	}
	data, err := json.Marshal(o)
	return string(data), err
}

func (p Program) missing(err error) error {
	pkg := p.Package
	if pkg == "" {
		pkg = p.Name
	}
	return problem.Wrap(errors.Join(ErrMissing, err), problem.Unavailable, "the program %s is not installed here; as root: apt-get install --no-install-recommends %s", p.Name, pkg)
}

// loaderOf is the program that the kernel loads with a dynamically linked one; it must be
// executable too.
func loaderOf(path string) string {
	f, err := elf.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	for _, part := range f.Progs {
		if part.Type == elf.PT_INTERP && part.Filesz < 4096 {
			name := make([]byte, part.Filesz)
			if _, err := part.ReadAt(name, 0); err == nil {
				return strings.TrimRight(string(name), "\x00")
			}
		}
	}
	return ""
}
