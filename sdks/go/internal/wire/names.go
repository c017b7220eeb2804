package wire

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// SourceRule is what a source's name, and so a key, must be.
var SourceRule = fmt.Sprintf("1 to %d characters, no control characters, no white space at its ends", MaxNameLength)

// IsSourceName: sources are named by the world, so almost anything goes.
func IsSourceName(text string) bool {
	return IsText(text, MaxNameLength) && strings.TrimSpace(text) == text
}

// IsText tells whether a text has 1 to so many characters (UTF-16 units, as the hub counts them), none a control character.
func IsText(text string, most int) bool {
	length := len(utf16.Encode([]rune(text)))
	return length >= 1 && length <= most && utf8.ValidString(text) && !strings.ContainsFunc(text, isControl)
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }
