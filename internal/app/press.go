package app

import (
	"github.com/argine/argine/internal/press"
	"github.com/argine/argine/internal/problem"
)

// openPress finds the browser that prints documents. Without one they leave as JSON and HTML,
// which say the same; so does a demo, which hands over hundreds in a minute.
func (a *App) openPress() *press.Press {
	if a.cfg.Quick || a.cfg.matcherAlone() {
		return nil
	}
	p, err := press.Open(press.Config{Log: a.log})
	if err != nil {
		a.log.Warn("documents are not printed", "why", problem.Message(err))
		return nil
	}
	return p
}
