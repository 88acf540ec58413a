package law

import "github.com/argine/argine/internal/law/form"

// The forms of the law are made of these.
type (
	Form    = form.Form
	Section = form.Section
	Field   = form.Field
	Shape   = form.Shape
	Filled  = form.Filled
	Fault   = form.Fault
)

// What a field holds.
const (
	Text    = form.Text
	Link    = form.Link
	Links   = form.Links
	Moment  = form.Moment
	Country = form.Country
	Email   = form.Email
	Tick    = form.Tick
	Ticks   = form.Ticks
	Choice  = form.Choice
)

// Placeholder finds the first placeholder in a text that nobody filled in; empty when there is
// none. No document with one may leave.
func Placeholder(text string) string { return form.Placeholder(text) }
