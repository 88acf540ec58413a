//go:build !linux

package sandbox

import (
	"context"
	"io"

	"github.com/argine/argine/internal/problem"
)

// Level is nothing where there is no Linux.
func Level() Strength { return Strength{} }

// Run runs nothing where there is no sandbox.
func Run(context.Context, Program, io.Writer) error {
	return problem.Wrap(ErrMissing, problem.Unavailable, "films, sounds and documents are decoded on Linux only, where decoders can be confined")
}
