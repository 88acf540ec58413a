package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
)

// schemaRoutes serve the published schemas of the forms: whoever writes a program that answers
// an order needs them before having a token.
func schemaRoutes() []Route {
	return []Route{
		stream(Route{ID: "schema", Method: "GET", Path: "/schema/{file}", Public: true, Tag: "messages",
			Summary: "JSON Schema of a form: " + strings.Join(document.Forms(), ".json, ") + ".json"},
			func(_ context.Context, _ *Server, _ auth.Principal, in *struct {
				File string `path:"file" maxLength:"64"`
			}) (*huma.StreamResponse, error) {
				text, err := document.Schema(strings.TrimSuffix(in.File, ".json"))
				return written("application/schema+json", text), err
			}),
	}
}
