package web

import (
	"testing"

	"github.com/argine/argine/internal/host/statements"
	"github.com/argine/argine/internal/id"
)

// TestFaultsOfAStatementAreAllTold: of a field of the form with a link to it, of a value of a list
// at the list, and of a field that the form has not without a link.
func TestFaultsOfAStatementAreAllTold(t *testing.T) {
	r := statements.Row{ID: "sta_1", State: statements.Refused, Statement: statements.Statement{Specification: []string{"KEYWORD_OLD"}},
		Answer: `{"category_specification.0":["The selected value is invalid."],"content_id":["It is no code."],"category":["It is required."]}`}
	form, err := statementFields(r)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, f := range form.Wrong {
		told[f.Key] = f.Held
	}
	if held, ok := told["content_id"]; len(told) != 3 || !told["category"] || !told["category_specification"] || held || !ok {
		t.Errorf("told: %+v", form.Wrong)
	}
	for _, f := range form.Fields {
		if f.Key == "category_specification" && (f.Choices[0] != choiceView{"KEYWORD_OLD", "KEYWORD_OLD", true} || len(f.Choices) != 70 || f.Wrong == "") {
			t.Errorf("the field is %+v", f)
		}
	}
}

// TestOneFormAtATime: of many refused statements the one that was asked for is corrected, or else
// the newest; of those that were sent none is.
func TestOneFormAtATime(t *testing.T) {
	rows := []statements.Row{{ID: "sta_3", State: statements.Sent}, {ID: "sta_2", State: statements.Refused}, {ID: "sta_1", State: statements.Refused}}
	for asked, want := range map[id.Statement]id.Statement{"": "sta_2", "sta_1": "sta_1", "sta_3": "sta_2", "sta_9": "sta_2"} {
		if got := (hostStatementsPage{Rows: rows, Asked: asked}).Open(); got != want {
			t.Errorf("asked for %q, open is %q, want %q", asked, got, want)
		}
	}
	if got := (hostStatementsPage{Rows: rows[:1]}).Open(); got != "" {
		t.Errorf("open is %q though nothing was refused", got)
	}
}
