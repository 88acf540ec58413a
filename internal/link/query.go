package link

import (
	"slices"
	"strings"
)

// tracking are parameters that only follow a reader around. A parameter is listed when it
// is documented by its maker to have no effect on the page; names compare in lower case.
// Everything that begins with "utm_" is one too.
var tracking = map[string]bool{
	"fbclid": true, "gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true,
	"msclkid": true, "yclid": true, "ysclid": true, "twclid": true, "ttclid": true, "igshid": true,
	"igsh": true, "li_fat_id": true, "epik": true, "rdt_cid": true, "scid": true,
	"mc_cid": true, "mc_eid": true, "_hsenc": true, "_hsmi": true, "mkt_tok": true, "vero_id": true,
	"vero_conv": true, "oly_anon_id": true, "oly_enc_id": true, "wickedid": true, "rb_clickid": true,
	"_ga": true, "_gl": true, "_openstat": true, "s_kwcid": true, "ref_src": true, "ref_url": true,
	"__twitter_impression": true, "wt_mc": true, "pk_campaign": true, "pk_kwd": true,
	"mtm_campaign": true, "mtm_source": true, "mtm_medium": true, "ns_campaign": true,
}

func tracks(name string) bool {
	if len(name) > 24 {
		return len(name) < 80 && strings.HasPrefix(strings.ToLower(name), "utm_")
	}
	if tracking[name] || strings.HasPrefix(name, "utm_") {
		return true
	}
	low := strings.ToLower(name)
	return low != name && (tracking[low] || strings.HasPrefix(low, "utm_"))
}

// splitQuery reads a query as a form and sorts it by name.
func splitQuery(s string) []pair {
	if s == "" {
		return nil
	}
	out := make([]pair, 0, 1+strings.Count(s, "&"))
	for s != "" {
		var field string
		field, s, _ = strings.Cut(s, "&")
		name, value, _ := strings.Cut(field, "=")
		if name == "" && value == "" {
			continue
		}
		out = append(out, pair{escape(name, inQueryName), escape(value, inQueryValue)})
	}
	sortQuery(out)
	return out
}

func sortQuery(q []pair) {
	slices.SortStableFunc(q, func(a, b pair) int { return strings.Compare(a.name, b.name) })
}

// keepQuery drops the parameters that do not tell things apart, except those at used.
func keepQuery(q []pair, set *ruleSet, used []int) []pair {
	out := make([]pair, 0, len(q))
	for i, p := range q {
		if slices.Contains(used, i) || keeps(set, p.name) {
			out = append(out, p)
		}
	}
	return out
}

func keeps(set *ruleSet, name string) bool {
	if set != nil && set.KeepQuery != nil {
		return has(set.KeepQuery, name)
	}
	return !tracks(name) && (set == nil || !has(set.DropQuery, name))
}

func writeQuery(out *strings.Builder, q []pair) {
	for i, p := range q {
		if i == 0 {
			out.WriteByte('?')
		} else {
			out.WriteByte('&')
		}
		out.WriteString(p.name)
		if p.value != "" {
			out.WriteByte('=')
			out.WriteString(p.value)
		}
	}
}
