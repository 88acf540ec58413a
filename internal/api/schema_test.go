package api_test

import (
	"encoding/json"
	"testing"

	forms "github.com/argine/argine/internal/document"
)

// TestSchemasAreServed: the published schema of each form, to anybody.
func TestSchemasAreServed(t *testing.T) {
	w := newWorld(t)
	for _, form := range forms.Forms() {
		got := w.call(asked{method: "GET", path: "/schema/" + form + ".json"})
		var schema struct {
			Schema string `json:"$schema"`
		}
		if err := json.Unmarshal([]byte(got.body), &schema); err != nil || got.status != 200 || schema.Schema != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%s: %d, %v, %.100s", form, got.status, err, got.body)
		}
	}
	if got := w.call(asked{method: "GET", path: "/schema/annex-9.json"}); got.status != 404 {
		t.Errorf("a form that does not exist: %d", got.status)
	}
}
