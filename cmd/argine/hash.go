package main

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/pdq"
)

// hashed is the fingerprint of one file, and what else was asked for.
type hashed struct {
	PDQ      string            `json:"pdq"`
	Quality  int               `json:"quality"`
	File     string            `json:"file"`
	Variants map[string]string `json:"variants,omitempty"`
	Digests  *digests          `json:"digests,omitempty"`
}

type digests struct {
	MD5    string `json:"md5"`
	SHA1   string `json:"sha1"`
	SHA256 string `json:"sha256"`
	SHA512 string `json:"sha512"`
}

// hashOptions are the flags of the command.
type hashOptions struct{ json, digests, exif, dihedral, reduce, vpdq, every bool }

func hashCommand() *cobra.Command {
	var o hashOptions
	cmd := &cobra.Command{
		Use:   "hash FILE…",
		Short: "Print the PDQ fingerprint of pictures: pdq,quality,file",
		Long: `Prints the PDQ fingerprint and its quality (0 to 100) of each picture, one line a file. Files that
are no picture are reported and the others hashed; the exit code then tells that some failed.

With --dihedral there are eight lines a file, with the name of the variant after the file: as stored first,
then turned and mirrored. With --digests MD5, SHA-1, SHA-256 and SHA-512 of the file stand at the end of each
line, also for a file that is no picture, whose fingerprint and quality are then empty.

With --vpdq the file is a video, and the lines are those of its frames, as the reference's vPDQ writes them:
frame,quality,pdq,seconds. There is about one frame a second and one at each cut; --every-frame gives all of
them. With --json there is an object a video, with the shots that the frames tell. It takes ffmpeg.`,
		Example: "  argine hash picture.jpg\n  argine hash --json *.png\n  argine hash --digests --exif telephone/*.jpg\n  argine hash --every-frame clip.mp4",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.vpdq = o.vpdq || o.every; o.vpdq {
				return hashVideos(cmd, args, o)
			}
			return hashFiles(cmd.OutOrStdout(), cmd.ErrOrStderr(), args, o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.json, "json", false, "print one JSON object a line")
	flags.BoolVar(&o.digests, "digests", false, "print MD5, SHA-1, SHA-256 and SHA-512 of the file, too")
	flags.BoolVar(&o.exif, "exif", false, "turn the picture as its EXIF orientation says; exchanges ignore it")
	flags.BoolVar(&o.reduce, "reduce", false, "first bring large pictures to 512×512, as the C++ tool of the reference does; exchanges do not")
	flags.BoolVar(&o.dihedral, "dihedral", false, "print the fingerprints of all eight ways to turn and mirror the picture")
	flags.BoolVar(&o.vpdq, "vpdq", false, "print the fingerprints of a video's frames: frame,quality,pdq,seconds")
	flags.BoolVar(&o.every, "every-frame", false, "with --vpdq: of all frames, not of one a second and at each cut")
	for _, video := range []string{"vpdq", "every-frame"} {
		for _, picture := range []string{"digests", "exif", "reduce", "dihedral"} {
			cmd.MarkFlagsMutuallyExclusive(video, picture)
		}
	}
	return cmd
}

// hashFiles prints what it can and reports the rest.
func hashFiles(out, report io.Writer, names []string, o hashOptions) error {
	hasher := &pdq.Hasher{Upright: o.exif, Reduce: o.reduce}
	failed := 0
	for _, name := range names {
		h, err := hashFile(hasher, name, o)
		if err != nil {
			failed++
			fmt.Fprintf(report, "argine: %s: %v\n", name, err)
		}
		if err != nil && h.Digests == nil {
			continue
		}
		if err := h.print(out, o, err == nil); err != nil {
			return err
		}
	}
	if failed > 0 {
		return problem.New(problem.Invalid, "%d of %d files could not be hashed", failed, len(names))
	}
	return nil
}

// hashFile reads a file once for all that is asked of it. With an error there
// are digests if the file could be read.
func hashFile(hasher *pdq.Hasher, name string, o hashOptions) (hashed, error) {
	h := hashed{File: name}
	file, err := os.Open(name)
	if err != nil {
		return h, err
	}
	defer file.Close()
	sums := []hash.Hash{md5.New(), sha1.New(), sha256.New(), sha512.New()}
	var source io.Reader = file
	if o.digests {
		source = io.TeeReader(file, io.MultiWriter(sums[0], sums[1], sums[2], sums[3]))
	}
	failed := h.fingerprint(hasher, source, o.dihedral)
	if !o.digests {
		return h, failed
	}
	// What is too large for a picture was not read to its end.
	if _, err := io.Copy(io.Discard, source); err != nil {
		return h, err
	}
	of := func(i int) string { return hex.EncodeToString(sums[i].Sum(nil)) }
	h.Digests = &digests{of(0), of(1), of(2), of(3)}
	return h, failed
}

func (h *hashed) fingerprint(hasher *pdq.Hasher, source io.Reader, dihedral bool) error {
	if !dihedral {
		fingerprint, quality, err := hasher.FromReader(source, pdq.Limits{})
		if err == nil {
			h.PDQ, h.Quality = fingerprint.String(), quality
		}
		return err
	}
	all, quality, err := hasher.DihedralFromReader(source, pdq.Limits{})
	if err != nil {
		return err
	}
	h.PDQ, h.Quality, h.Variants = all[pdq.Original].String(), quality, map[string]string{}
	for v, fingerprint := range all {
		h.Variants[pdq.Variant(v).String()] = fingerprint.String()
	}
	return nil
}

// print writes the lines of a file, or its object.
func (h *hashed) print(out io.Writer, o hashOptions, isPicture bool) error {
	if o.json {
		return json.NewEncoder(out).Encode(h)
	}
	quality := fmt.Sprint(h.Quality)
	if !isPicture {
		quality = ""
	}
	var end []string
	if h.Digests != nil {
		end = []string{h.Digests.MD5, h.Digests.SHA1, h.Digests.SHA256, h.Digests.SHA512}
	}
	lines := csv.NewWriter(out)
	if h.Variants == nil {
		lines.Write(append([]string{h.PDQ, quality, h.File}, end...))
	}
	for v := range pdq.Variants {
		if name := pdq.Variant(v).String(); h.Variants != nil {
			lines.Write(append([]string{h.Variants[name], quality, h.File, name}, end...))
		}
	}
	lines.Flush()
	return lines.Error()
}
