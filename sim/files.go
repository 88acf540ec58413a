package sim

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// File is what one unit hands in at once.
type File struct {
	Unit        int
	ContentType string
	Body        []byte
	Links       int // good ones, repeated ones included
	Repeated    int // of them, handed in by the unit before, letter for letter
	Bad         int // lines that are no links
}

const (
	typeCSV   = "text/csv"
	typeJSONL = "application/jsonl"
	typeList  = "text/uri-list"
	typeText  = "text/plain"
)

// fileTypes says in which forms each unit hands in; the last unit uses two.
var fileTypes = [unitCount][]string{{typeCSV}, {typeJSONL}, {typeList}, {typeText}, {typeCSV, typeJSONL}}

// badLines are what people hand in by mistake; none can be read as a link to a page.
var badLines = []string{"the link that I sent yesterday", "ftp://files.example/leaflet", "mailto:desk@unit.example", "https://"}

// Files are all files of a wave, in the order in which they are handed in.
func (w *World) Files(wave int) []File {
	var out []File
	for unit, types := range fileTypes {
		var links []handing
		for _, h := range w.handed {
			if h.unit == unit && h.wave == wave {
				links = append(links, h)
			}
		}
		for i, contentType := range types {
			part := links[i*len(links)/len(types) : (i+1)*len(links)/len(types)]
			out = append(out, w.file(unit, wave, contentType, part))
		}
	}
	return out
}

// file writes one file, with a few lines repeated and a few that are none.
func (w *World) file(unit, wave int, contentType string, links []handing) File {
	rng := w.stream("file "+contentType, unit*2+wave)
	f := File{Unit: unit, ContentType: contentType}
	var rows []row
	for _, h := range links {
		rows = append(rows, w.row(rng, h.url, wave))
	}
	if contentType != typeText && len(rows) > 4 {
		rows = append(rows, rows[0], rows[len(rows)/2])
		f.Repeated = 2
	}
	f.Links = len(rows)
	if contentType != typeText && wave == 1 {
		for _, bad := range badLines[:2+unit%2] {
			at := rng.IntN(len(rows) + 1)
			rows = append(rows[:at], append([]row{{url: bad}}, rows[at:]...)...)
			f.Bad++
		}
	}
	f.Body = writers[contentType](rng, rows)
	return f
}

type row struct {
	url, source, note string
	seen              time.Time
}

var (
	sources = []string{"monitoring", "citizen's report", "partner unit", "newsletter", ""}
	notes   = []string{"", "", "found on the second page", `same text as "the other one"`, "picture, then text", "seen twice; see file 12"}
)

func (w *World) row(rng *rand.Rand, link string, wave int) row {
	return row{link, sources[rng.IntN(len(sources))], notes[rng.IntN(len(notes))], w.WaveAt(wave).Add(-time.Duration(1+rng.IntN(3000)) * time.Minute)}
}

var writers = map[string]func(*rand.Rand, []row) []byte{typeCSV: asCSV, typeJSONL: asJSONL, typeList: asList, typeText: asText}

// asCSV writes the columns in one of two orders, as spreadsheets of different makers do.
func asCSV(rng *rand.Rand, rows []row) []byte {
	var out bytes.Buffer
	cw := csv.NewWriter(&out)
	swapped := rng.IntN(2) == 0
	put := func(fields ...string) {
		if swapped {
			fields[0], fields[2] = fields[2], fields[0]
		}
		cw.Write(fields)
	}
	if swapped {
		out.WriteString("\ufeff")
		cw.UseCRLF = true
	}
	put("url", "source", "note", "seen_at")
	for _, r := range rows {
		seen := ""
		if !r.seen.IsZero() {
			seen = r.seen.Format(time.RFC3339)
		}
		put(r.url, r.source, r.note, seen)
	}
	cw.Flush()
	return out.Bytes()
}

func asJSONL(_ *rand.Rand, rows []row) []byte {
	var out bytes.Buffer
	for _, r := range rows {
		line := map[string]string{"url": r.url, "source": r.source}
		if r.note != "" {
			line["note"] = r.note
		}
		if !r.seen.IsZero() {
			line["seen_at"] = r.seen.Format(time.RFC3339)
		}
		text, err := json.Marshal(line)
		if err != nil {
			panic(err) // a map of strings
		}
		out.Write(append(text, '\n'))
	}
	return out.Bytes()
}

func asList(_ *rand.Rand, rows []row) []byte {
	var out bytes.Buffer
	out.WriteString("# links of the day\r\n")
	for _, r := range rows {
		out.WriteString(r.url + "\r\n")
	}
	return out.Bytes()
}

// asText writes mail as people send it: sentences with links in them, most of them defanged.
func asText(rng *rand.Rand, rows []row) []byte {
	var out bytes.Buffer
	out.WriteString("Good morning, this is what we have seen.\n\n")
	for i, r := range rows {
		link := r.url
		switch rng.IntN(4) {
		case 0:
		case 1:
			link = defang(link, "[dot]")
		default:
			link = defang(link, "[.]")
		}
		switch rng.IntN(3) {
		case 0:
			fmt.Fprintf(&out, "%d) %s\n", i+1, link)
		case 1:
			fmt.Fprintf(&out, "Seen here: <%s> and nothing more to say of it.\n", link)
		default:
			fmt.Fprintf(&out, "- %s (still there at noon)\n", link)
		}
	}
	out.WriteString("\nMany greetings from the desk\n")
	return out.Bytes()
}

// defang writes a link so that no mail program makes it clickable.
func defang(link, dot string) string {
	scheme, rest, _ := strings.Cut(link, "://")
	host, path, _ := strings.Cut(rest, "/")
	return strings.Replace(scheme, "tt", "xx", 1) + "://" + strings.ReplaceAll(host, ".", dot) + "/" + path
}
