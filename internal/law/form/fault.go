package form

// Fault is one thing that is wrong with a filled form.
type Fault struct {
	Key     string // of the field
	Article string // that asks for it; empty where only the form does
	Why     string
}

// Faults are what is wrong with the fields of a filled form, in their order: what an addressee
// asks to have clarified. Unlike Check it does not mind what stands in it besides.
func (f Form) Faults(values Filled) (list []Fault) {
	for _, field := range f.Fields() {
		if why := field.check(values); why != "" {
			list = append(list, Fault{field.Key, field.Article, why})
		}
	}
	return list
}
