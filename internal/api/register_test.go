package api_test

import (
	"strings"
	"testing"

	"github.com/argine/argine/internal/register"
)

// TestRegister: a file is taken, narrowed lists are right, and an authority is verified.
func TestRegister(t *testing.T) {
	w := newWorld(t)
	by := w.as("coordinator")
	text := strings.Replace(string(register.ExampleFile()), `"member_state": "PT"`, `"member_state": "XX"`, 1)
	got, err := by.ImportRegister(t.Context(), "application/json", []byte(text))
	if err != nil || got.Entries != 27 || got.Added != 26 || got.Failed != 1 || !strings.Contains(got.Errors[0].Reason, "member_state") || got.Errors[0].Line != 27 {
		t.Fatalf("%v %+v", err, got)
	}
	got, err = by.ImportRegister(t.Context(), "application/json", register.ExampleFile())
	if err != nil || got.Added != 1 || got.Same != 26 {
		t.Fatalf("%v %+v", err, got)
	}
	page, err := w.as("analyst").Register(t.Context(), "IE", "scrutinise")
	w.must(err)
	if len(page.Items) != 1 || !page.Items[0].MadeUp || page.Items[0].Redress.Body == "" || page.Items[0].VerifiedAt != nil {
		t.Fatalf("%+v", page.Items)
	}
	made, err := by.VerifyAuthority(t.Context(), page.Items[0].ID)
	w.must(err)
	read, err := w.as("overseer").Authority(t.Context(), made.ID)
	if err != nil || read.VerifiedAt == nil || read.Email != "tco@authority-ie.example" {
		t.Errorf("%v %+v", err, read)
	}
}
