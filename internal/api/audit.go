package api

import (
	"context"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
)

// auditRoutes serve the audit tree in the tlog-tiles format. Checkpoints and tiles of hashes
// tell nothing about what happened and are public, so that anyone can witness the log; the
// entries need a permission.
func auditRoutes() []Route {
	const tag = "audit"
	return []Route{
		stream(Route{ID: "checkpoint", Method: "GET", Path: "/checkpoint", Public: true, Summary: "The newest signed head of the audit tree", Tag: tag},
			func(ctx context.Context, s *Server, _ auth.Principal, _ *none) (*huma.StreamResponse, error) {
				text, err := s.Audit.Checkpoint(ctx)
				return written("text/plain; charset=utf-8", []byte(text)), err
			}),
		stream(Route{ID: "tile", Method: "GET", Path: "/tile/{level}/{path...}", Public: true, Summary: "A tile of hashes of the audit tree", Tag: tag},
			func(ctx context.Context, s *Server, _ auth.Principal, in *struct {
				Level int    `path:"level" minimum:"0" maximum:"63"`
				Path  string `path:"path"`
			}) (*huma.StreamResponse, error) {
				return tile(ctx, s, "tile/"+strconv.Itoa(in.Level)+"/"+in.Path)
			}),
		stream(Route{ID: "entries", Method: "GET", Path: "/tile/entries/{path...}", Permission: auth.AuditRead, Summary: "A bundle of entries of the audit log", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				Path string `path:"path"`
			}) (*huma.StreamResponse, error) {
				if err := overseesAll(who); err != nil && s.Host == nil {
					return nil, err
				}
				return tile(ctx, s, "tile/entries/"+in.Path)
			}),
	}
}

func tile(ctx context.Context, s *Server, path string) (*huma.StreamResponse, error) {
	data, err := s.Audit.Tile(ctx, strings.TrimSuffix(path, "/"))
	return written("application/octet-stream", data), err
}

// overseesAll refuses who sees only what is shared with their unit: the log is about all units.
func overseesAll(who auth.Principal) error {
	if who.SeesAll() {
		return nil
	}
	return problem.New(problem.Forbidden, "the entries of the audit log are about all units; an overseer or an administrator reads them")
}
