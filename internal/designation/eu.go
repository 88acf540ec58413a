package designation

import (
	"encoding/xml"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// The financial sanctions of the Union, FSF 1.1: export, with sanctionEntity, all values as
// attributes. The CP 2001/931 list of persons, groups and entities involved in terrorist acts
// is in it under the programme TERR.

func euRoot(start xml.StartElement) (Header, error) {
	if start.Name.Local != "export" || !strings.Contains(start.Name.Space, "fsd/export") {
		return Header{}, problem.New(problem.Invalid, "this is no export of the Union's financial sanctions: it begins with <%.40s>, not with <export> of fsd/export", start.Name.Local)
	}
	label := attribute(start, "globalFileId")
	made := attribute(start, "generationDate")
	if label == "" {
		label = made
	}
	return Header{Label: label, Dated: moment(made)}, nil
}

var euEntries = map[string]func(*xml.Decoder, xml.StartElement) (Entry, error){"sanctionEntity": euEntry}

type euElement struct {
	Reference  string   `xml:"euReferenceNumber,attr"`
	LogicalID  string   `xml:"logicalId,attr"`
	Designated string   `xml:"designationDate,attr"`
	Remarks    []string `xml:"remark"`
	Type       struct {
		Code           string `xml:"code,attr"`
		Classification string `xml:"classificationCode,attr"`
	} `xml:"subjectType"`
	Regulations []struct {
		Programme string `xml:"programme,attr"`
		Published string `xml:"publicationDate,attr"`
		InForce   string `xml:"entryIntoForceDate,attr"`
	} `xml:"regulation"`
	Names []struct {
		First  string `xml:"firstName,attr"`
		Middle string `xml:"middleName,attr"`
		Last   string `xml:"lastName,attr"`
		Whole  string `xml:"wholeName,attr"`
		Strong string `xml:"strong,attr"`
	} `xml:"nameAlias"`
}

func euEntry(dec *xml.Decoder, start xml.StartElement) (Entry, error) {
	var in euElement
	if err := dec.DecodeElement(&in, &start); err != nil {
		return Entry{}, err
	}
	e := Entry{Reference: in.Reference, Kind: Group, ListedOn: in.Designated, Note: strings.Join(in.Remarks, " · ")}
	if e.Reference == "" && in.LogicalID != "" {
		e.Reference = "logicalId " + in.LogicalID
	}
	if code := strings.ToLower(in.Type.Code); code == "person" || code == "p" || in.Type.Classification == "P" {
		e.Kind = Person
	}
	for _, r := range in.Regulations {
		if e.Programme == "" {
			e.Programme = r.Programme
		}
		if e.ListedOn == "" {
			e.ListedOn = r.Published
		}
	}
	for _, n := range in.Names {
		whole, quality := n.Whole, NameWeak
		if strings.TrimSpace(whole) == "" {
			whole = strings.Join([]string{n.First, n.Middle, n.Last}, " ")
		}
		if n.Strong != "false" {
			quality = NameAlias
		}
		if e.Name == "" && quality == NameAlias {
			e.Name = strings.TrimSpace(whole)
		}
		e.Names = append(e.Names, Name{whole, quality})
	}
	if e.Name == "" && len(e.Names) > 0 {
		e.Name = e.Names[0].Text
	}
	return e, nil
}
