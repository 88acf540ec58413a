package designation

import (
	"encoding/xml"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// The consolidated list of the Security Council: CONSOLIDATED_LIST, with INDIVIDUALS and
// ENTITIES, all values as text of elements.

func unRoot(start xml.StartElement) (Header, error) {
	if start.Name.Local != "CONSOLIDATED_LIST" {
		return Header{}, problem.New(problem.Invalid, "this is no consolidated list of the Security Council: it begins with <%.40s>, not <CONSOLIDATED_LIST>", start.Name.Local)
	}
	made := attribute(start, "dateGenerated")
	return Header{Label: made, Dated: moment(made)}, nil
}

var unEntries = map[string]func(*xml.Decoder, xml.StartElement) (Entry, error){
	"INDIVIDUAL": func(dec *xml.Decoder, start xml.StartElement) (Entry, error) { return unEntry(dec, start, Person) },
	"ENTITY":     func(dec *xml.Decoder, start xml.StartElement) (Entry, error) { return unEntry(dec, start, Group) },
}

type unElement struct {
	DataID    string    `xml:"DATAID"`
	First     string    `xml:"FIRST_NAME"`
	Second    string    `xml:"SECOND_NAME"`
	Third     string    `xml:"THIRD_NAME"`
	Fourth    string    `xml:"FOURTH_NAME"`
	ListType  string    `xml:"UN_LIST_TYPE"`
	Reference string    `xml:"REFERENCE_NUMBER"`
	ListedOn  string    `xml:"LISTED_ON"`
	Original  string    `xml:"NAME_ORIGINAL_SCRIPT"`
	Comments  string    `xml:"COMMENTS1"`
	OfPerson  []unAlias `xml:"INDIVIDUAL_ALIAS"`
	OfEntity  []unAlias `xml:"ENTITY_ALIAS"`
}

type unAlias struct {
	Quality string `xml:"QUALITY"`
	Name    string `xml:"ALIAS_NAME"` // several are separated by semicolons
}

// unQuality says what the publisher's word means.
var unQuality = map[string]string{"good": NameAlias, "a.k.a.": NameAlias, "low": NameWeak, "f.k.a.": NameFormer}

func unEntry(dec *xml.Decoder, start xml.StartElement, kind string) (Entry, error) {
	var in unElement
	if err := dec.DecodeElement(&in, &start); err != nil {
		return Entry{}, err
	}
	e := Entry{Reference: in.Reference, Kind: kind, Name: strings.Join([]string{in.First, in.Second, in.Third, in.Fourth}, " "),
		Programme: in.ListType, ListedOn: in.ListedOn, Note: in.Comments}
	if strings.TrimSpace(e.Reference) == "" && strings.TrimSpace(in.DataID) != "" {
		e.Reference = "DATAID " + strings.TrimSpace(in.DataID)
	}
	e.Names = append(e.Names, Name{in.Original, NameOriginal})
	for _, alias := range append(in.OfPerson, in.OfEntity...) {
		quality, known := unQuality[strings.ToLower(strings.TrimSpace(alias.Quality))]
		if !known {
			quality = NameWeak
		}
		for name := range strings.SplitSeq(alias.Name, ";") {
			e.Names = append(e.Names, Name{name, quality})
		}
	}
	return e, nil
}
