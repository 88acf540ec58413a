package flow_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/press"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestAnOrderIsPrinted: the PDF says what the document says; without a press it is asked for in vain.
func TestAnOrderIsPrinted(t *testing.T) {
	w := &orderWorld{world: newSerialWorld(t, dbtest.SQLite(t))}
	now := w.db.Now()
	w.at = &now
	w.serve()
	w.update(w.settle)
	o := w.order(w.emergency("https://clips.example/v/1?a=b&c=d"))
	doc := flow.OrderDocument(o, "")
	if _, err := w.flow.PDF(t.Context(), doc); !problem.Is(err, problem.Unavailable) {
		t.Errorf("without a press: %v", err)
	}
	p, err := press.Open(press.Config{Log: w.flow.Log})
	if err != nil {
		t.Skip("there is no browser to print with: ", err)
	}
	t.Cleanup(func() { p.Close() })
	w.flow.Press = p
	pdf, err := w.flow.PDF(t.Context(), doc)
	w.must(err)
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("it begins with %.20q", pdf)
	}
	w.flow.Public = "https://desk.example"
	w.issued("https://clips.example/v/2")
	if m := w.hooks[len(w.hooks)-1]; m.PDFURL != "https://desk.example/v1/inbox/"+m.ID+"/document.pdf" {
		t.Errorf("a webhook says that its print is at %q", m.PDFURL)
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed; get it with: apt-get install poppler-utils")
	}
	file := filepath.Join(t.TempDir(), "order.pdf")
	w.must(os.WriteFile(file, pdf, 0o600))
	text, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	w.must(err)
	for _, want := range []string{o.Reference, "https://clips.example/v/1?a=b&c=d", "an attack goes on", "Sample Administrative Court of Belgium"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the print does not say %q", want)
		}
	}
	if keep := os.Getenv("ARGINE_SCREENSHOTS"); keep != "" {
		w.must(os.WriteFile(filepath.Join(keep, "order.pdf"), pdf, 0o600))
	}
}
