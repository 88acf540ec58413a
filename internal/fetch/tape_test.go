package fetch

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wires are answers as only a server of one's own would write them: odd case, odd spaces,
// chunks with extensions and trailers, a content coding.
func wires(t *testing.T) []string {
	zipped := packed(t, []byte("hello"), gz)
	return []string{
		"HTTP/1.1 200 Fine  Indeed\r\ncOnTeNt-LeNgTh:5\r\nX-Odd:   spaced  \r\n\r\nhello",
		"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nTrailer: x-sum\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nx-sum: 1\r\n\r\n",
		fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(zipped), zipped),
		"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
	}
}

func TestRawBytesAreThoseOfTheWire(t *testing.T) {
	answers := wires(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	heard := make(chan string, len(answers))
	go func() { // one connection only: all answers come over it, so the tapes must not mix
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		for _, a := range answers {
			request := ""
			for request == "" || request[max(0, len(request)-4):] != "\r\n\r\n" {
				row, err := r.ReadString('\n')
				if err != nil {
					t.Error("the connection was not kept:", err)
					return
				}
				request += row
			}
			heard <- request
			io.WriteString(conn, a)
		}
	}()
	d := newDoor(t, Config{})
	for i, want := range answers {
		r, err := d.Do(t.Context(), Request{URL: fmt.Sprintf("http://%s/%d", l.Addr(), i), KeepRaw: i != 1})
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		request := <-heard
		if i == 1 {
			want, request = "", ""
		}
		if diff := cmp.Diff(want, string(r.Hops[0].ResponseRaw)); diff != "" {
			t.Errorf("answer %d: %s", i, diff)
		}
		if diff := cmp.Diff(request, string(r.Hops[0].RequestRaw)); diff != "" {
			t.Errorf("request %d: %s", i, diff)
		}
		if string(r.Body) != "hello" {
			t.Errorf("answer %d: body %q", i, r.Body)
		}
	}
}

func TestRawBytesOfRedirectsAreKept(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/there", http.StatusFound)
			return
		}
		io.WriteString(w, "there")
	})
	r, err := newDoor(t, Config{}).Do(t.Context(), Request{URL: s.URL + "/", FollowRedirects: true, KeepRaw: true})
	if err != nil || len(r.Hops) != 2 {
		t.Fatal(r.Hops, err)
	}
	for i, start := range []string{"HTTP/1.1 302 Found\r\n", "HTTP/1.1 200 OK\r\n"} {
		if raw := string(r.Hops[i].ResponseRaw); len(raw) < len(start) || raw[:len(start)] != start {
			t.Errorf("hop %d: %q", i, raw)
		}
	}
}

func TestWithoutField(t *testing.T) {
	in := "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Basic c2VjcmV0\r\nAccept: */*\r\n\r\nbody"
	want := "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\nbody"
	if got := string(withoutField([]byte(in), "Proxy-Authorization")); got != want {
		t.Errorf("got %q", got)
	}
	for _, same := range []string{"", "GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\nProxy-Authorization: in the body\r\n"} {
		if got := string(withoutField([]byte(same), "Proxy-Authorization")); got != same {
			t.Errorf("%q became %q", same, got)
		}
	}
}

func TestALiftedTapeHearsNoMore(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	go io.Copy(io.Discard, far)
	l, rec := &line{Conn: near}, &tape{}
	rec.lay(l)
	io.WriteString(l, "before")
	if said, _ := rec.lift(); string(said) != "before" {
		t.Errorf("the tape holds %q", said)
	}
	if l.tape.Load() != nil {
		t.Error("the tape is still on the line and would grow with it")
	}
	io.WriteString(l, "after")
	if said, _ := rec.lift(); string(said) != "before" {
		t.Errorf("the tape holds %q", said)
	}
}
