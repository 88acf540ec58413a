package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

// matched is one entry of a bank that a file or a fingerprint matches.
type matched struct {
	What       string   `json:"what"`            // as it was named on the command line
	Kind       string   `json:"kind"`            // of the fingerprint
	Value      string   `json:"value"`           // that was looked up
	Entry      string   `json:"entry"`           // that it matches
	Distance   int      `json:"distance"`        // bits; of a text per cent
	Share      float64  `json:"share,omitempty"` // of the entry that is in the video, sound or text
	Label      string   `json:"label,omitempty"`
	Labels     []string `json:"labels,omitempty"`
	Provenance string   `json:"provenance,omitempty"`
}

// nothingMatched is the exit code, as of grep, when all went well and nothing was found.
const nothingMatched = 1

func matchCommand() *cobra.Command {
	var bank, format string
	var radius int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "match FILE|HASH…",
		Short: "Match files and fingerprints against a bank in a file, without any server",
		Long: `Matches files, or fingerprints in hexadecimal digits, against a bank in a CSV file or in JSON lines, and
prints what matches: what was named, the kind of fingerprint, the entry of the bank, the distance in bits
and the entry's label. Nothing leaves this machine and nothing is kept.

A fingerprint of 64 digits is looked up as PDQ and as SHA-256; write pdq:… or sha256:… to say which. Files
that cannot be read are reported and the others matched.

The exit code is that of grep: 0 when something matched, 1 when nothing did; and a higher one when a file,
a fingerprint or a line of the bank could not be read.`,
		Example: "  argine match picture.jpg --bank bank.csv\n  argine match --json --radius 20 pdq:d811ac390bfa6005d08543fe27fd5a11f6b55bdd2603000dc26476fc79fc76b5 --bank bank.jsonl",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m := &matching{cmd: cmd, radius: radius}
			if err := m.open(bank, format); err != nil {
				return err
			}
			if err := m.show(asJSON, args); err != nil {
				return err
			}
			switch {
			case m.failed > 0:
				return problem.New(problem.Invalid, "%d of the files, fingerprints and lines of the bank could not be read", m.failed)
			case m.found == 0:
				return silent(nothingMatched)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&bank, "bank", "", "file with the bank: CSV with the columns kind and value, or JSON lines")
	cmd.Flags().StringVar(&format, "format", "", "form of the bank: csv or jsonl; left out: by its name")
	cmd.Flags().IntVar(&radius, "radius", 31, "largest distance in bits at which pictures match")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.MarkFlagRequired("bank")
	cmd.AddCommand(matchServeCommand())
	return cmd
}

// matching is one run of the command.
type matching struct {
	cmd           *cobra.Command
	bank          *match.Local
	radius        int
	failed, found int
}

// fail reports what could not be read; the run goes on.
func (m *matching) fail(what string, err error) {
	m.failed++
	fmt.Fprintf(m.cmd.ErrOrStderr(), "argine: %s: %s\n", what, errorText(err))
}

func (m *matching) open(name, format string) error {
	contentType, err := formatOf(name, format)
	if err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return problem.Wrap(err, problem.NotFound, "the bank %s cannot be opened", name)
	}
	defer file.Close()
	m.bank, err = match.ReadLocal(contentType, file, time.Now(), func(line match.EntryLine) {
		m.fail(fmt.Sprintf("%s, line %d", name, line.Number), line.Err)
	})
	return err
}

func (m *matching) show(asJSON bool, args []string) error {
	objects := json.NewEncoder(m.cmd.OutOrStdout())
	table := tabwriter.NewWriter(m.cmd.OutOrStdout(), 2, 8, 2, ' ', 0)
	for _, what := range args {
		for _, hit := range m.look(what) {
			m.found++
			if !asJSON {
				fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", hit.What, hit.Kind, hit.Entry, hit.Distance, hit.Label)
				continue
			}
			if err := objects.Encode(hit); err != nil {
				return err
			}
		}
	}
	return table.Flush()
}

// look matches one argument: a file, where there is one of that name, or a fingerprint.
func (m *matching) look(what string) (hits []matched) {
	asked, err := fingerprintsOf(what)
	if _, missing := os.Stat(what); missing == nil {
		asked, err = m.fileFingerprints(what)
	}
	if err != nil {
		m.fail(what, err)
	}
	for _, f := range asked {
		found, err := m.bank.Lookup(f.kind, f.value, m.radius)
		if err != nil {
			m.fail(what, err)
			continue
		}
		for _, hit := range found {
			e := hit.Entry
			hits = append(hits, matched{What: what, Kind: f.kind, Value: f.value, Entry: e.Value, Distance: hit.Distance,
				Share: float64(hit.Share) / match.Whole, Label: e.Label, Labels: e.Labels, Provenance: e.Provenance})
		}
	}
	return hits
}

type asked struct{ kind, value string }

// kindsOf tells what kinds of fingerprint have so many hexadecimal digits.
var kindsOf = map[int][]string{32: {match.KindMD5}, 40: {match.KindSHA1}, 64: {match.KindPDQ, match.KindSHA256}, 128: {match.KindSHA512}}

// fingerprintsOf reads an argument that is no file.
func fingerprintsOf(what string) ([]asked, error) {
	if kind, value, ok := strings.Cut(what, ":"); ok && slices.Contains(match.Kinds, kind) {
		return []asked{{kind, value}}, nil
	}
	kinds := kindsOf[len(what)]
	if _, err := hex.DecodeString(what); err != nil || len(kinds) == 0 {
		return nil, problem.New(problem.NotFound, "there is no such file, and a fingerprint it is not: 32 hexadecimal digits are an MD5, 40 a SHA-1, 64 a PDQ or SHA-256, 128 a SHA-512; write tlsh:T1… for a TLSH digest")
	}
	var out []asked
	for _, kind := range kinds {
		out = append(out, asked{kind, what})
	}
	return out, nil
}

// fileFingerprints computes what a file is looked up by. A picture that cannot be decoded has
// its digests still.
func (m *matching) fileFingerprints(name string) ([]asked, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return nil, problem.Wrap(err, problem.Invalid, "this is a directory; name its files")
	}
	if info.Size() == 0 {
		return nil, problem.New(problem.Invalid, "the file is empty; fetch it again")
	}
	kind, err := mediumOf(file)
	if err != nil {
		return nil, err
	}
	f, fault := flow.FingerprintOf(m.cmd.Context(), kind, file, info.Size())
	if fault != nil && kind != flow.File {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		if f, err = flow.FingerprintOf(m.cmd.Context(), flow.File, file, info.Size()); err != nil {
			return nil, err
		}
	}
	if fault == nil {
		fault = f.Missing
	}
	var out []asked
	if words := wordsIn(file, info.Size()); words != "" {
		out = append(out, asked{match.KindText, words})
	}
	for _, a := range []asked{{match.KindPDQ, f.PDQ}, {match.KindVPDQ, f.VPDQ}, {match.KindSHA256, f.SHA256}, {match.KindMD5, f.MD5}, {match.KindSHA1, f.SHA1}, {match.KindSHA512, f.SHA512}} {
		if a.value != "" && (a.kind != match.KindPDQ || f.Quality >= leastQuality) {
			out = append(out, a)
		}
	}
	return out, fault
}

// longestText is how long a file may be whose text is looked up, as in lines of a bank.
const longestText = 1 << 20

// wordsIn is the text of a file that is one, else "".
func wordsIn(file *os.File, size int64) string {
	if size == 0 || size > longestText {
		return ""
	}
	text := make([]byte, size)
	if _, err := file.ReadAt(text, 0); err != nil || !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// leastQuality is the PDQ quality below which a picture has too few features to be known by its looks.
const leastQuality = 50

// pictureNames are the endings of names by which a file says that it is a picture.
var pictureNames = []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".tif", ".tiff"}

// mediumOf tells by its beginning what a file is, and goes back to it. One that is called a
// picture and does not begin as one is taken for a picture all the same: that it is none is
// told, and not passed over.
func mediumOf(file *os.File) (string, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	told := http.DetectContentType(head[:n])
	switch {
	case strings.HasPrefix(told, "image/"), slices.Contains([]string{"II*\x00", "MM\x00*"}, string(head[:min(n, 4)])), n > 12 && string(head[4:11]) == "ftypavi":
		return flow.Photo, nil
	case strings.HasPrefix(told, "video/"):
		return flow.Video, nil
	case slices.Contains(pictureNames, strings.ToLower(filepath.Ext(file.Name()))):
		return flow.Photo, nil
	}
	return flow.File, nil
}
