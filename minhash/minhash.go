// Package minhash finds texts that are nearly the same, in any language.
//
// A text is first brought into a plain form (Normalise): what a copy changes without changing
// what a reader reads goes away: case, accents and vowel signs, look-alike letters of other
// scripts, invisible characters, stretched words, punctuation, links and handles. The plain
// text is cut into overlapping pieces, its shingles (Shingles), and two texts are as alike as
// the share of their shingles that both have, their Jaccard index (Broder, "On the
// resemblance and containment of documents", 1997).
//
// A shingle is a run of letters of about two words, without regard to the spaces. Shingles of
// whole words are usual, but many scripts write none between their words (Chinese, Japanese,
// Thai, Khmer), short texts have too few, and where words end is the first thing a copier
// changes: Arabic joins small words to the next, Persian and Kurdish write the same compound
// with a space, without, or with an invisible mark, German and Korean as the writer likes,
// and "s p a c e s" hide a word from those who look for it. Runs of letters see none of that,
// one measure serves texts of any length, and one changed word costs a text as much of its
// likeness as it would with shingles of three words: every tenth word changed leaves 0.6 to 0.7.
//
// A signature of 128 numbers (Sign) stands for the set of shingles: the share of places in
// which two signatures agree estimates the Jaccard index, give or take 0.044 (one standard
// deviation) at a half. An Index finds, among a million, the signatures that agree in
// a few neighbouring places; those are candidates, and only Jaccard over both sets of
// shingles makes one a match.
//
//	kept := minhash.Shingles(text)
//	for _, c := range index.Search(kept.Signature()) {
//		if minhash.Jaccard(kept, minhash.Shingles(texts[c.Key])) >= 0.5 { … }
//	}
//
// Signatures are kept in databases and exchanged, so neither the plain form of a text nor
// its signature will change; golden files see to that. The tables of characters are Go's,
// whose Unicode version only adds letters that were none before.
package minhash

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// Size is the count of numbers in a signature.
const Size = 128

// Signature stands for a set of shingles.
type Signature [Size]uint32

// Least is how many shingles a text needs before a likeness says something: about five
// words, or 18 Chinese characters. Shorter ones ("page not found") are alike by chance.
const Least = 16

// Sign returns the signature of a text; false for a text of fewer than Least shingles.
func Sign(text string) (Signature, bool) {
	hashes := hashesOf(Normalise(text))
	if len(hashes) < Least {
		return Signature{}, false
	}
	return signatureOf(hashes), true
}

// Signature returns the signature of a set of shingles; of an empty one, all zeros.
func (s Set) Signature() Signature { return signatureOf(s) }

// signatureOf is "fast similarity sketching" (Dahlgaard, Knudsen and Thorup, FOCS 2017): in
// each round every shingle falls into one of 128 bins and each bin that was empty keeps the
// least value that fell into it; rounds go on until no bin is empty. A long text is done
// after a round or two, where computing 128 minima takes 128 times as long as one, and each
// place of two signatures still agrees with the probability of the Jaccard index exactly.
func signatureOf(hashes []uint64) (out Signature) {
	if len(hashes) == 0 {
		return out
	}
	var least [Size]uint64
	var full [Size]bool
	for i := range least {
		least[i] = 1<<64 - 1
	}
	for round, empty := uint64(0), Size; empty > 0; round++ {
		salt := round * 0x9e3779b97f4a7c15 // the golden ratio of 2⁶⁴
		for _, h := range hashes {
			h = mix(h ^ salt)
			bin := h >> 57
			if round >= Size { // whatever chance left empty is filled in order
				bin = round - Size
			}
			if v := h & (1<<57 - 1); !full[bin] && v < least[bin] {
				least[bin] = v
			}
		}
		empty = 0
		for i := range full {
			full[i] = least[i] != 1<<64-1
			if !full[i] {
				empty++
			}
		}
	}
	for i, v := range least {
		out[i] = uint32(v) // the minimum's high bits are small, its low ones are even
	}
	return out
}

// Estimate is the share of places in which two signatures agree.
func (s Signature) Estimate(o Signature) float64 {
	n := 0
	for i := range s {
		if s[i] == o[i] {
			n++
		}
	}
	return float64(n) / Size
}

// String writes a signature as 683 letters of URL-safe Base64, each number in big-endian order.
func (s Signature) String() string {
	var raw [4 * Size]byte
	for i, v := range s {
		binary.BigEndian.PutUint32(raw[4*i:], v)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// Parse reads what String wrote.
func Parse(text string) (s Signature, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != 4*Size || len(text) != base64.RawURLEncoding.EncodedLen(4*Size) {
		return s, errors.New("minhash: a signature is 683 letters of URL-safe Base64")
	}
	for i := range s {
		s[i] = binary.BigEndian.Uint32(raw[4*i:])
	}
	return s, nil
}

// mix is the last step of MurmurHash3 (Appleby) with the constants of Stafford's variant 13:
// each bit of the result depends on each bit of h.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
