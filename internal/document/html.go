package document

import (
	"bytes"
	_ "embed"
	"html/template"
)

//go:embed page.html
var pageSource string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(pageStyle) }}).Parse(pageSource))

// HTML is the document for people: one file that loads nothing, runs nothing and prints as the
// official form on A4, with the reference and the number of the page at the foot of each.
func (d Document) HTML() ([]byte, error) {
	p, err := d.page()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = pageTemplate.Execute(&b, p)
	return b.Bytes(), err
}
