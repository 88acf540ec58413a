package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/internal/law"
)

// number writes a count with separators: 2,068.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural writes a count with its word.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// percent writes a share of n; without any there is no share.
func percent(k, n int) string {
	if n == 0 {
		return "–"
	}
	return percentOf(float64(k) / float64(n))
}

func percentOf(share float64) string { return fmt.Sprintf("%.1f\u00a0%%", share*100) }

// interval writes the 95 per cent interval of confidence of a share.
func interval(k, n int) string {
	if n == 0 {
		return "–"
	}
	return intervalOf(Wilson(float64(k)/float64(n), float64(n)))
}

func intervalOf(low, high float64) string {
	return fmt.Sprintf("%.1f to %.1f\u00a0%%", low*100, high*100)
}

// rate writes a share with its denominator's interval, for a sentence.
func rate(k, n int) string {
	if n == 0 {
		return "no rate, as there are none"
	}
	return percent(k, n) + "; 95\u00a0% confidence interval " + interval(k, n)
}

// minutes writes a span as a person would say it.
func minutes(m float64) string {
	switch {
	case m < 1:
		return fmt.Sprintf("%.0f seconds", m*60)
	case m < 90:
		return fmt.Sprintf("%.0f minutes", m)
	case m < 48*60:
		return fmt.Sprintf("%.1f hours", m/60)
	}
	return fmt.Sprintf("%.1f days", m/60/24)
}

func when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format("2 January 2006, 15:04 UTC")
}

func short(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format("2006-01-02 15:04")
}

// median of a list; 0 of none.
func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// quote shortens what others wrote and makes its links dead.
func quote(s string) string {
	s = strings.NewReplacer("http://", "hxxp://", "https://", "hxxps://", "HTTP://", "hxxp://", "HTTPS://", "hxxps://").Replace(s)
	s = strings.Join(strings.Fields(s), " ")
	if letters := []rune(s); len(letters) > 300 {
		return string(letters[:299]) + "…"
	}
	return s
}

var languages = map[string]string{
	"ar": "Arabic", "bg": "Bulgarian", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
	"en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "he": "Hebrew",
	"hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ku": "Kurdish", "lt": "Lithuanian",
	"lv": "Latvian", "mt": "Maltese", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian",
	"ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "so": "Somali", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "tr": "Turkish",
	"uk": "Ukrainian", "ur": "Urdu", "zh": "Chinese",
}

func languageName(code string) string {
	switch name := languages[code]; {
	case code == "":
		return "Not known"
	case name == "":
		return code
	default:
		return name
	}
}

var ideologies = map[string]string{"jihadist": "Jihadist", "right_wing": "Right-wing", "left_wing_anarchist": "Left-wing and anarchist",
	"ethno_nationalist_separatist": "Ethno-nationalist and separatist", "single_issue": "Single-issue", "other_kind": "Other", law.NoIdeology: "Not specified"}

func ideologyName(name string) string { return ideologies[name] }

func platformName(name string) string {
	if name == "" {
		return "No registered platform"
	}
	return name
}

func trackName(track string) string {
	switch track {
	case "referral":
		return "Referral"
	case "order":
		return "Removal order"
	case "notice":
		return "Notice"
	case "act_order":
		return "Order to act"
	}
	return track
}
