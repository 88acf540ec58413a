package web

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
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
	"content_type_other category category_specification_other content_language content_date application_date end_date_visibility_restriction end_date_monetary_restriction " +
	"end_date_service_restriction end_date_account_restriction decision_facts source_type source_identity " +
	"automated_detection automated_decision")

// statementForm is a refused statement to be corrected.
type statementForm struct {
	Fields []statementField
	Wrong  []statementField // those with faults, for the list at the head
}

type statementField struct {
	ID, Key, Value, Wrong string
	Many                  bool // it holds several of its choices
	Held                  bool // the form has it; of what it has not, the fault is told at the head alone
	Choices               []choiceView
}

// statementFields lays a statement out to be corrected, each field with what is wrong with it.
func statementFields(r statements.Row) (form statementForm, err error) {
	text, err := json.Marshal(r.Statement)
	if err != nil {
		return form, err
	}
	values, wrong := map[string]any{}, map[string][]string{}
	if err := json.Unmarshal(text, &values); err != nil {
		return form, err
	}
	for path, why := range r.Wrong() {
		key, _, _ := strings.Cut(path, ".") // of a list the database names the value: category_specification.0
		wrong[key] = append(wrong[key], why...)
	}
	for i, key := range slices.Concat(statementLists, statementTexts) {
		f := statementField{ID: string(r.ID) + "-" + key, Key: key, Wrong: strings.Join(wrong[key], " "), Many: i < len(statementLists), Held: true}
		var has []string
		switch v := values[key].(type) {
		case string:
			f.Value, has = v, []string{v}
		case []any:
			for _, one := range v {
				has = append(has, one.(string))
			}
		}
		f.Choices = statementChoices(key, has)
		form.Fields = append(form.Fields, f)
		if f.Wrong != "" {
			form.Wrong = append(form.Wrong, f)
		}
		delete(wrong, key)
	}
	for _, key := range slices.Sorted(maps.Keys(wrong)) {
		form.Wrong = append(form.Wrong, statementField{Key: key, Wrong: strings.Join(wrong[key], " ")})
	}
	return form, nil
}

// statementChoices are the values of a field that has a list; what it holds and the list does not
// have stands first, so that whoever corrects it sees it.
func statementChoices(key string, has []string) (list []choiceView) {
	options := statements.Options(key)
	if len(options) == 0 {
		return nil
	}
	for _, v := range has {
		if v != "" && !slices.Contains(options, v) {
			list = append(list, choiceView{v, v, true})
		}
	}
	for _, o := range options {
		list = append(list, choiceView{o, o, slices.Contains(has, o)})
	}
	return list
}

// hostCorrectStatement puts the form's statement in the place of one that was refused.
func hostCorrectStatement(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	values := map[string]any{}
	for _, key := range statementLists {
		values[key] = c.r.PostForm[key]
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
	target := c.r.PathValue("id")
	_, err = s.Host.CorrectStatement(c.ctx(), c.who, id.Statement(target), corrected)
	return s.hostBack(c, "/statements?correct="+url.QueryEscape(target), err) // it may be wrong in another place
}
