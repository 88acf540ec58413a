// Package vpdq compares films by the PDQ hashes of their frames, as the vPDQ algorithm does
// (Meta, ThreatExchange): a film is a list of hashes with their times, and two films have as
// much in common as there are frames of the one that are within 31 bits of a frame of the
// other.
//
// Two percentages tell who holds whom. Of a three-second extract in a compilation of twenty
// minutes, all the frames are found in the compilation, and hardly any of the compilation's
// in the extract. [Compare] gives both, and the times at which the two run alike ([Span]).
//
// Hashes within a film repeat (a still picture, a loop), and those of poor quality (black, a
// fade, a title on white) are near each other in films that have nothing to do with each
// other. [Distinct] leaves both out, before anything is counted, as the reference does.
//
// Over a bank of many films no pair is compared. An index of 256-bit strings (package
// hamming) is asked for each distinct frame of the query, its hits are collected by film,
// and [Tally] makes of them what Compare would have made.
package vpdq

import "github.com/argine/argine/pdq"

// Feature is one frame of a film.
type Feature struct {
	Hash    pdq.Hash
	Quality int     // of the hash, 0 to 100
	Frame   int     // its number in the film, from 0
	Second  float64 // its time in the film
}

// The reference's limits (python-threatexchange, vpdq_util.py).
const (
	Radius     = 31 // bits in which two frames that are the same may differ
	MinQuality = 50 // below it a frame is not compared
)

// Options are what counts as the same frame. Films are comparable between parties only with
// the values of [Defaults].
type Options struct {
	Radius     int
	MinQuality int
}

// Defaults are the reference's options.
func Defaults() Options { return Options{Radius: Radius, MinQuality: MinQuality} }

// Distinct gives the frames that are compared: those of sufficient quality, each hash at its
// first appearance.
func Distinct(film []Feature, minQuality int) []Feature {
	seen := make(map[pdq.Hash]bool, len(film))
	var out []Feature
	for _, f := range film {
		if f.Quality >= minQuality && !seen[f.Hash] {
			seen[f.Hash] = true
			out = append(out, f)
		}
	}
	return out
}
