package main

import (
	"testing"

	"github.com/argine/argine/client"
)

// TestPrecisionAsATable: what is few says so, and a name from outside is no formula.
func TestPrecisionAsATable(t *testing.T) {
	got, err := precisionCSV([]client.Precisions{
		{By: "platform", List: []client.Held{{Of: "plf_1", Name: "=Clips", Delivered: 40, Heard: 4, Reversed: 1, Share: .975, Low: .8712, High: .9956, Answered: 30, Refused: 2}}},
		{By: "ideology", List: []client.Held{{Of: "right_wing", Name: "right_wing", Delivered: 2, Share: 1, Low: .3424, High: 1, Small: true}}}})
	want := "by,of,name,delivered,heard,reversed,share,low,high,answered,refused,caution\r\n" +
		"platform,plf_1,'=Clips,40,4,1,0.9750,0.8712,0.9956,30,2,\r\n" +
		"ideology,right_wing,right_wing,2,0,0,1.0000,0.3424,1.0000,0,0,few items\r\n"
	if string(got) != want || err != nil {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}
