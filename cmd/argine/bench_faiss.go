package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/problem"
)

//go:embed faiss.py
var faissScript string

// faissFigures are what faiss needed on one thread. Config is empty where none of its hash
// indexes is exact at the radius.
type faissFigures struct {
	FaissUS     float64 `json:"faiss_us,omitempty"`
	Config      string  `json:"faiss_config,omitempty"`
	FaissBuildS float64 `json:"faiss_build_s,omitempty"`
	FlatUS      float64 `json:"faiss_flat_us,omitempty"`
	Version     string  `json:"faiss_version,omitempty"`
}

// faissAnswers are the places of the strings that it found, ascending. The flat index, which
// takes milliseconds, answers the first queries only.
type faissAnswers struct {
	faissFigures
	flat, hashed [][]uint64
}

// runFaiss hands the data over in files and waits for the script.
func runFaiss(ctx context.Context, stored, queries []hamming.Bits, radius int) (out faissAnswers, err error) {
	python, err := faissPython(ctx)
	if err != nil {
		return out, err
	}
	dir, err := os.MkdirTemp("", "argine-faiss-")
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(dir)
	for name, list := range map[string][]hamming.Bits{"stored": stored, "queries": queries} {
		if err := writeHashes(filepath.Join(dir, name), list); err != nil {
			return out, err
		}
	}
	run := exec.CommandContext(ctx, python, "-", dir, strconv.Itoa(radius))
	run.Stdin, run.Stderr = strings.NewReader(faissScript), os.Stderr
	answer, err := run.Output()
	if err != nil {
		return out, problem.Wrap(err, problem.Unavailable, "faiss did not finish; see its message above")
	}
	if err := json.Unmarshal(answer, &out.faissFigures); err != nil {
		return out, problem.Wrap(err, problem.Internal, "faiss answered what cannot be read")
	}
	if out.flat, err = readPlaces(filepath.Join(dir, "flat")); err != nil || out.Config == "" {
		return out, err
	}
	out.hashed, err = readPlaces(filepath.Join(dir, "hashed"))
	return out, err
}

// faissPython finds a Python that has faiss: Debian's own, or the first on the path.
func faissPython(ctx context.Context) (string, error) {
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(ctx, python, "-c", "import faiss").Run() == nil {
			return python, nil
		}
	}
	return "", problem.New(problem.Unavailable, "faiss is not installed; as root: apt-get install python3-faiss")
}

func writeHashes(path string, list []hamming.Bits) error {
	out := make([]byte, 0, len(list)*32)
	for _, s := range list {
		b := s.Bytes()
		out = append(out, b[:]...)
	}
	return os.WriteFile(path, out, 0o600)
}

// readPlaces reads, for each query, a count and so many places, all of 8 bytes, little-endian.
func readPlaces(path string) (lists [][]uint64, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for in := bytes.NewReader(raw); in.Len() > 0; {
		var n uint64
		if err := binary.Read(in, binary.LittleEndian, &n); err != nil {
			return nil, err
		}
		var places []uint64
		if n > 0 {
			places = make([]uint64, n)
		}
		if err := binary.Read(in, binary.LittleEndian, places); err != nil {
			return nil, err
		}
		lists = append(lists, places)
	}
	return lists, nil
}
