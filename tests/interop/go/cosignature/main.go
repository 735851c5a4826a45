// Cosigns checkpoints and verifies cosignatures (C2SP tlog-cosignature) with Go's note package and crypto/ed25519.
// JSON in, JSON out. Run outside any module: GO111MODULE=off GOPATH=/usr/share/gocode go run main.go
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const algorithm = 4

type input struct {
	Name     string // of Go's witness
	Seed     []byte
	Time     uint64
	LogKey   string   // the log's vkey: alg 1, known to Go's package
	Notes    []string // checkpoints signed by the log, for Go to cosign
	Key      string   // our witness's vkey, parsed here
	Cosigned []string // notes with lines by that key, for Go to open
}

type output struct {
	Key      string
	Cosigned []string
	Opened   []string
	Times    []uint64
}

// cosigner is one key of alg 4, as note.Signer and note.Verifier.
type cosigner struct {
	name string
	hash uint32
	priv ed25519.PrivateKey
	pub  ed25519.PublicKey
	time uint64
}

func newCosigner(name string, pub ed25519.PublicKey) *cosigner {
	h := sha256.Sum256(append([]byte(name+"\n"), append([]byte{algorithm}, pub...)...))
	return &cosigner{name: name, hash: binary.BigEndian.Uint32(h[:]), pub: pub}
}

func parseKey(vkey string) *cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	if len(key) != 33 || key[0] != algorithm {
		check(fmt.Errorf("not a key of algorithm 4: %s", vkey))
	}
	c := newCosigner(parts[0], key[1:])
	if parts[1] != fmt.Sprintf("%08x", c.hash) {
		check(fmt.Errorf("not its hash: %s", vkey))
	}
	return c
}

func message(time uint64, text []byte) []byte {
	return []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text))
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Sign(text []byte) ([]byte, error) {
	return append(binary.BigEndian.AppendUint64(nil, c.time), ed25519.Sign(c.priv, message(c.time, text))...), nil
}

func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	c.time = binary.BigEndian.Uint64(signature)
	return ed25519.Verify(c.pub, message(c.time, text), signature[8:])
}

func (c *cosigner) String() string {
	key := base64.StdEncoding.EncodeToString(append([]byte{algorithm}, c.pub...))
	return fmt.Sprintf("%s+%s+%s", c.name, hex.EncodeToString(binary.BigEndian.AppendUint32(nil, c.hash)), key)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var in input
	var out output
	check(json.NewDecoder(os.Stdin).Decode(&in))
	log, err := note.NewVerifier(in.LogKey)
	check(err)
	if len(in.Seed) > 0 {
		priv := ed25519.NewKeyFromSeed(in.Seed)
		own := newCosigner(in.Name, priv.Public().(ed25519.PublicKey))
		own.priv, own.time = priv, in.Time
		out.Key = own.String()
		for _, text := range in.Notes {
			n, err := note.Open([]byte(text), note.VerifierList(log))
			check(err)
			cosigned, err := note.Sign(n, own)
			check(err)
			out.Cosigned = append(out.Cosigned, string(cosigned))
		}
	}
	for _, text := range in.Cosigned {
		witness := parseKey(in.Key)
		n, err := note.Open([]byte(text), note.VerifierList(log, witness))
		said := []string{}
		if err == nil {
			for _, s := range n.Sigs {
				said = append(said, s.Name)
			}
		} else if _, ok := err.(*note.InvalidSignatureError); ok {
			said = append(said, "bad")
		} else {
			said = append(said, "malformed")
		}
		out.Opened = append(out.Opened, strings.Join(said, ","))
		out.Times = append(out.Times, witness.time)
	}
	check(json.NewEncoder(os.Stdout).Encode(out))
}
