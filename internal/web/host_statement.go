package web

import (
	"encoding/json"
	"strings"

	"github.com/argine/argine/internal/host/statements"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

// statementLists are the fields of a statement that hold several values.
var statementLists = strings.Fields("decision_visibility content_type category_addition category_specification territorial_scope")

// statementTexts are its other fields, under the names that the database gives them and its
// errors use. The puid is not among them: a correction keeps it.
var statementTexts = strings.Fields("decision_visibility_other decision_monetary decision_monetary_other decision_provision decision_account account_type decision_ground " +
	"decision_ground_reference_url illegal_content_legal_ground illegal_content_explanation incompatible_content_ground incompatible_content_explanation incompatible_content_illegal " +
	"content_type_other category category_specification_other content_language content_date application_date end_date_visibility_restriction decision_facts source_type source_identity " +
	"automated_detection automated_decision")

type statementField struct{ Key, Value, Wrong string }

// statementFields lays a statement out to be corrected, each field with what is wrong with it.
func statementFields(r statements.Row) ([]statementField, error) {
	text, err := json.Marshal(r.Statement)
	if err != nil {
		return nil, err
	}
	values, wrong := map[string]any{}, r.Wrong()
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, err
	}
	var fields []statementField
	for _, key := range append(statementLists[:len(statementLists):len(statementLists)], statementTexts...) {
		f := statementField{Key: key, Wrong: strings.Join(wrong[key], " ")}
		switch v := values[key].(type) {
		case string:
			f.Value = v
		case []any:
			for _, one := range v {
				f.Value += one.(string) + " "
			}
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// hostCorrectStatement puts the form's statement in the place of one that was refused.
func hostCorrectStatement(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	values := map[string]any{}
	for _, key := range statementLists {
		values[key] = strings.Fields(c.r.PostForm.Get(key))
	}
	for _, key := range statementTexts {
		values[key] = strings.TrimSpace(c.r.PostForm.Get(key))
	}
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	var corrected statements.Statement
	if err := json.Unmarshal(text, &corrected); err != nil {
		return problem.Wrap(err, problem.Invalid, "the form is damaged; load the page again")
	}
	_, err = s.Host.CorrectStatement(c.ctx(), c.who, id.Statement(c.r.PathValue("id")), corrected)
	return s.hostBack(c, "/statements", err)
}
