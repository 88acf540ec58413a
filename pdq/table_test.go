package pdq

import (
	"fmt"
	"image"
	"image/draw"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const tableHead = "| alteration | generated: middle | generated: most | photograph | any variant, at most |\n|---|---|---|---|---|\n"

// TestAlterations makes the table in README.md again and compares; with -update
// it writes it. Figures may be two bits off, for the library that writes JPEG
// changes. Without the reference data the column of the photograph is not
// looked at.
func TestAlterations(t *testing.T) {
	pictures := []*image.NRGBA{pattern(21, 320, 240), pattern(22, 240, 300), pattern(23, 280, 280)}
	if photo := smallPhotograph(t); photo != nil {
		pictures = append(pictures, photo)
	}
	var table strings.Builder
	table.WriteString(tableHead)
	for i, a := range alterations() {
		if raced && i%4 > 0 {
			continue // one in four is enough to find races
		}
		var generated []int
		photo, any := "", 0
		for i, img := range pictures {
			d, best := moved(t, img, a)
			any = max(any, best)
			if i < 3 {
				generated = append(generated, d)
			} else {
				photo = strconv.Itoa(d)
			}
		}
		slices.Sort(generated)
		fmt.Fprintf(&table, "| %s | %d | %d | %s | %d |\n", a.name, generated[1], generated[2], photo, any)
	}
	const file = "README.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	start := strings.Index(string(text), tableHead)
	if start < 0 {
		t.Fatal("README.md has no table of alterations")
	}
	end := start + len(string(text[start:])[:strings.Index(string(text[start:])+"\n\n", "|\n\n")]) + 2
	if *update && !raced && len(pictures) == 4 {
		if err := os.WriteFile(file, []byte(string(text[:start])+table.String()+string(text[end:])), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	compareTables(t, string(text[start:end]), table.String())
}

// moved is how far an alteration moves the hash of a picture, and how far at
// least if all variants of the altered one are looked at.
func moved(t *testing.T, img *image.NRGBA, a alteration) (distance, best int) {
	before, _ := FromImage(img)
	variants, _ := Dihedral(a.make(t, img))
	best = 256
	for _, h := range variants {
		best = min(best, h.Distance(before))
	}
	return variants[Original].Distance(before), best
}

// smallPhotograph is a reference picture, 400 pixels wide.
func smallPhotograph(t *testing.T) *image.NRGBA {
	if _, err := os.Stat(reference); err != nil {
		t.Logf("no reference data at %s: the column of the photograph is not checked", reference)
		return nil
	}
	for _, e := range expectations(t) {
		if e.file == "bridge-1-original.jpg" {
			all := image.NewRGBA(e.picture.Bounds())
			draw.Draw(all, all.Rect, e.picture, image.Point{}, draw.Src)
			share := 400 / float64(all.Rect.Dx())
			opaque := &image.NRGBA{Pix: all.Pix, Stride: all.Stride, Rect: all.Rect}
			return resize(share, share)(t, opaque).(*image.NRGBA)
		}
	}
	return nil
}

func compareTables(t *testing.T, want, got string) {
	t.Helper()
	lines := map[string]string{"": ""}
	for line := range strings.Lines(want) {
		lines[strings.Split(line+"||", "|")[1]] = line
	}
	if n := strings.Count(got, "\n"); n != strings.Count(want, "\n") && !raced {
		t.Fatalf("the table has %d lines, want %d; go test -run Alterations -update", strings.Count(want, "\n"), n)
	}
	for line := range strings.Lines(got) {
		is := strings.Split(line+"||", "|")
		wanted := lines[is[1]]
		was := strings.Split(wanted+"||", "|")
		for column := range is {
			same := column < len(was) && was[column] == is[column]
			if same || column == 4 && is[column] == "  " || column == 5 && is[4] == "  " {
				continue
			}
			a, errA := strconv.Atoi(strings.TrimSpace(was[column]))
			b, errB := strconv.Atoi(strings.TrimSpace(is[column]))
			if errA != nil || errB != nil || max(a-b, b-a) > 2 {
				t.Errorf("the table says\n%s\nand it is\n%s\n(go test -run Alterations -update)", wanted, line)
				break
			}
		}
	}
}
