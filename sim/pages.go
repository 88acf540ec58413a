package sim

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// groups exist nowhere.
var groups = []string{"Example Front", "Sample Brigade"}

// causes are the ideologies of the groups, as made up as they are.
var causes = map[string]string{"Example Front": "ethno_nationalist_separatist", "Sample Brigade": "left_wing_anarchist"}

// ServeHTTP answers for every host of the world.
func (n *Internet) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	at, ok := n.world.locate(r.Host)
	switch {
	case !ok:
		http.NotFound(rw, r)
	case at.inbox:
		n.takeHook(rw, r, at.platform)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		http.Error(rw, "only GET", http.StatusMethodNotAllowed)
	case strings.HasPrefix(r.URL.Path, "/media/"):
		n.serveMedium(rw, r)
	default:
		n.servePage(rw, r, at)
	}
}

func (n *Internet) serveMedium(rw http.ResponseWriter, r *http.Request) {
	m, ok := mediumAt(r.URL.Path, len(n.world.families))
	if !ok {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", mimes[m.extension()])
	rw.Write(n.world.media.bytes(m))
}

// servePage shows an item as it is at this moment, or one of the pages that every platform has.
func (n *Internet) servePage(rw http.ResponseWriter, r *http.Request, at where) {
	w := n.world
	p := &w.platforms[at.platform]
	i := w.itemAt(at, r.URL)
	lang := max(0, languageIndex(p.Language))
	if i >= 0 {
		it := &w.items[i]
		if it.listed() {
			lang = it.lang
		}
		if s := it.show(n.receivedAt(i), n.clock()); s != stateUp || it.listed() {
			n.showItem(rw, r, it, s)
			return
		}
	}
	l := &languages[lang]
	switch path := "/" + strings.Join(segments(r.URL.Path), "/"); {
	case path == "/" && at.account == "":
		write(rw, http.StatusOK, l, p.Name, heading(l.home[0]+" · "+p.Name)+para(l.home[1])+para(fmt.Sprintf(l.sentences[0], len(p.Name))))
	case path == p.style.search:
		title := fmt.Sprintf(l.search, r.URL.Query().Get("q"))
		write(rw, http.StatusOK, l, title, heading(title)+para(fmt.Sprintf(l.sentences[1], len(title)))+para(fmt.Sprintf(l.sentences[4], len(title)+2)))
	case path == "/login":
		n.world.loginPage(rw, l)
	default:
		write(rw, http.StatusNotFound, l, l.notFound[0], heading(l.notFound[0])+para(l.notFound[1]))
	}
}

// showItem writes what the item's page shows in a state.
func (n *Internet) showItem(rw http.ResponseWriter, r *http.Request, it *item, s state) {
	l := &languages[it.lang]
	switch s {
	case stateUp:
		title, body, _ := n.world.content(it)
		write(rw, http.StatusOK, l, title, body)
	case stateNotFound, stateGone, stateSoft:
		status := map[state]int{stateNotFound: http.StatusNotFound, stateGone: http.StatusGone, stateSoft: http.StatusOK}[s]
		write(rw, status, l, l.notFound[0], heading(l.notFound[0])+para(l.notFound[1]))
	case stateAccount:
		write(rw, http.StatusOK, l, l.suspended[0], heading(l.suspended[0])+para(l.suspended[1]))
	case stateLogin:
		n.world.loginPage(rw, l)
	case stateLocked:
		http.Redirect(rw, r, "/login?next="+url.QueryEscape(r.URL.Path), http.StatusFound)
	case stateGeo:
		write(rw, http.StatusUnavailableForLegalReasons, l, l.blocked[0], heading(l.blocked[0])+para(l.blocked[1]))
	case stateHome:
		http.Redirect(rw, r, "/", http.StatusFound) // of the host that was asked
	case stateAway:
		write(rw, http.StatusServiceUnavailable, l, l.away, heading(l.away))
	case stateCut:
		cut(rw)
	}
}

// cut closes the connection without a word.
func cut(rw http.ResponseWriter) {
	conn, _, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	conn.Close()
}

func (w *World) loginPage(rw http.ResponseWriter, l *language) {
	write(rw, http.StatusOK, l, l.login[0], heading(l.login[0])+`<form method="post" action="/session"><label>`+l.login[1]+
		` <input name="user" autocomplete="username"></label><label>`+l.login[2]+` <input type="password" name="password"></label><button>`+l.login[3]+`</button></form>`)
}

// content is the title and body of an item's page while it is up, and the group that it names.
func (w *World) content(it *item) (title, body, group string) {
	l := &languages[it.lang]
	rng := w.stream("text "+it.token, 0)
	title = fmt.Sprintf(l.titles[rng.IntN(len(l.titles))], 100+rng.IntN(90000))
	var out strings.Builder
	out.WriteString(heading(title))
	out.WriteString(`<p class="by">@` + it.account + `</p>`)
	if it.fate == fateFramed {
		out.WriteString(para(l.frames[rng.IntN(2)]))
	}
	for k, s := range rng.Perm(len(l.sentences))[:6] {
		out.WriteString(para(fmt.Sprintf(l.sentences[s], 2+rng.IntN(997))))
		if k == 2 && it.tagged {
			group = groups[rng.IntN(len(groups))]
			out.WriteString(para(fmt.Sprintf(l.tag, group, 1+rng.IntN(60))))
		}
	}
	for k, m := range it.media {
		fmt.Fprintf(&out, `<figure><img src="%s" alt="%d"></figure>`, m.path(), k+1)
	}
	return title, out.String(), group
}

func heading(s string) string { return "<h1>" + html.EscapeString(s) + "</h1>\n" }
func para(s string) string    { return "<p>" + html.EscapeString(s) + "</p>\n" }

// write sends one page.
func write(rw http.ResponseWriter, status int, l *language, title, body string) {
	dir := ""
	if l.rtl {
		dir = ` dir="rtl"`
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.WriteHeader(status)
	fmt.Fprintf(rw, "<!doctype html>\n<html lang=%q%s>\n<head><meta charset=\"utf-8\"><title>%s</title></head>\n<body>\n<main>\n%s</main>\n</body>\n</html>\n",
		l.code, dir, html.EscapeString(title), body)
}

// receivedAt is when the item's platform received its referral; zero while it has not.
func (n *Internet) receivedAt(i int) time.Time {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.received[i]
}
