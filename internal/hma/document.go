package hma

import (
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// says is what the OpenAPI document tells of a route.
type says struct {
	what   string
	query  string // names of parameters, a space between two; one that must be there with a "!"
	body   any    // an example of the type of the JSON body; nil for none
	file   bool   // an upload
	status int    // of a good answer; 0: 200
	answer any    // an example of its type; nil for text
}

// title is HMA's own, by which its clients know what they speak to.
const title = "Open Media Match API"

// document describes the routes by OpenAPI 3.1.
func document() []byte {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	doc := huma.OpenAPI{OpenAPI: "3.1.0", Paths: map[string]*huma.PathItem{},
		Info: &huma.Info{Title: title, Version: "1", Description: "The routes of Hasher-Matcher-Actioner as Argine answers them. " +
			"Send an API token as `Authorization: Bearer …`; errors are `{\"message\": …}`."},
		Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}}}
	for _, r := range routes() {
		doc.AddOperation(r.operation(schemas))
	}
	text, err := doc.MarshalJSON()
	if err != nil {
		panic(err) // the routes are a constant of the program
	}
	return text
}

func (s *Server) openAPI(c *call) error {
	c.w.Header()["Content-Type"] = jsonType
	c.sent = true
	_, err := c.w.Write(s.document)
	return err
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// operation describes one route.
func (r route) operation(schemas huma.Registry) *huma.Operation {
	op := &huma.Operation{Method: r.method, Path: r.path, Summary: r.what, Responses: map[string]*huma.Response{},
		OperationID: strings.ToLower(r.method) + strings.NewReplacer("/", "-", "{", "by-", "}", "", "_", "-", ".", "-").Replace(r.path)}
	for _, name := range inPath.FindAllStringSubmatch(r.path, -1) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name[1], In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
	}
	for name := range strings.FieldsSeq(r.query) {
		plain := strings.TrimSuffix(name, "!")
		op.Parameters = append(op.Parameters, &huma.Param{Name: plain, In: "query", Required: plain != name, Schema: &huma.Schema{Type: "string"}})
	}
	schema := func(v any) map[string]*huma.MediaType {
		t := reflect.TypeOf(v)
		return map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(t, true, t.Name())}}
	}
	if r.body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: schema(r.body)}
	}
	if r.file {
		file := &huma.Schema{Type: "string", Format: "binary"}
		op.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{"multipart/form-data": {
			Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"photo": file, "video": file}}}}}
	}
	status := max(r.status, http.StatusOK)
	good := &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: "string"}}}}
	if r.answer != nil {
		good.Content = schema(r.answer)
	}
	op.Responses[strconv.Itoa(status)] = good
	if r.permission != "" {
		op.Security = []map[string][]string{{"token": {}}}
		op.Description = "Needs the permission `" + string(r.permission) + "`."
		op.Responses["default"] = &huma.Response{Description: "Why not", Content: schema(message{})}
	}
	return op
}
