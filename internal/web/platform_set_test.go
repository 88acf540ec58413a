package web

import (
	"net/url"
	"strings"
	"testing"
)

// TestAPlatformIsChangedOnItsPage: hours and representative are kept, a bad form says what is
// wrong, and another contact point is to be made sure of.
func TestAPlatformIsChangedOnItsPage(t *testing.T) {
	w := sqliteWorld(t)
	v := w.visit("Dora")
	path := "/platforms/" + string(w.platforms["Clips"])
	form := url.Values{"name": {"Clips"}, "country": {"US"}, "language": {"en"}, "languages": {"fr, de"}, "contact_email": {"trust@clips.example"}, "hours": {"Mo-Fr 09:00-17:00"}, "time_zone": {"America/New_York"}}
	if status, _, body := v.post(path, form); status != 303 {
		t.Fatalf("%d: %s", status, textOf(parsed(t, body)))
	}
	text := textOf(one(t, v.page(path), "main"))
	for _, want := range []string{"Mo-Fr 09:00-17:00", "America/New_York", "every member state", "no home authority", "verified"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page: %s", want, text)
		}
	}
	if strings.Contains(text, "not verified") {
		t.Error("hours made it unverified")
	}
	form.Set("hours", "nine to five")
	if status, _, body := v.post(path, form); status != 422 || !strings.Contains(textOf(parsed(t, body)), "Mo-Fr 09:00-17:30") {
		t.Errorf("%d: %s", status, textOf(parsed(t, body)))
	}
	form.Set("hours", "")
	form.Set("representative", "Sample Rep")
	form.Set("representative_state", "FR")
	form.Set("contact_email", "new@clips.example")
	v.post(path, form)
	if text = textOf(one(t, v.page(path), "main")); !strings.Contains(text, "not verified") || !strings.Contains(text, "France") || !strings.Contains(text, "Sample Rep") {
		t.Errorf("%s", text)
	}
	if status, _, _ := v.post(path+"/contact-verification", nil); status != 303 {
		t.Errorf("%d", status)
	}
	if text = textOf(one(t, v.page(path), "main")); strings.Contains(text, "not verified") {
		t.Errorf("%s", text)
	}
}
