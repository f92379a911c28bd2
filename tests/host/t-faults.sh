#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-faults: whatever is wrong with the table, mail to the partners it concerns
# waits (4.7.5) and never goes out in clear; the log names the file; once the
# file is mended mail flows again, without reload or restart. A missed rule
# would show as clear text: the default level here is `none`.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

GOOD='other.example encrypt
p.example encrypt ciphers=high'
N=0

waits() { # NAME LOG-PATTERN
	send "b$N@p.example"
	verdict "$QID"
	expect "$1: mail waits" - deferred 'client TLS configuration problem'
	claim "$1: the status is 4.7.5" [ "$DSN" = 4.7.5 ]
	claim "$1: the log says why and names the file" \
		logged "warning: .*$TABLE.*$2"
}

flows() { # NAME: the mail that waited, then a new one
	flush "$QID"
	expect "$1: once mended, the queue flows" Trusted sent
	send "c$N@p.example"
	verdict "$QID"
	expect "$1: once mended, the next mail goes out" Trusted sent
}

# fault NAME LOG-PATTERN BREAK MEND: under a process that has delivered.
fault() {
	N=$((N + 1))
	send "a$N@p.example"
	verdict "$QID"
	[ "$STATUS" = sent ] || expect "$1: mail flows before" Trusted sent
	mark
	"$3"
	waits "$1" "$2"
	"$4"
	flows "$1"
}

# A bad line harms its own key alone.
bad_line() { # NAME COLUMN-PATTERN LINE
	BAD_LINE=$3
	fault "$1" ":2:$2" write_bad_line write_good_after_other
}

write_bad_line() {
	printf 'other.example encrypt\n%s\n' "$BAD_LINE" | table_put
}

write_good_after_other() {
	local waiting=$QID
	send "d$N@other.example"
	verdict "$QID"
	expect "'$BAD_LINE': other partners are not troubled" Trusted sent
	QID=$waiting
	write_good
}

write_good() { table_put <<<"$GOOD"; }
truncated() { : >"$TABLE"; }
group_writable() { unseen chmod 664 "$TABLE"; }
mode_again() { chmod 644 "$TABLE"; }
given_away() { unseen chown "$(postconf -h mail_owner)" "$TABLE"; }
taken_back() { chown root "$TABLE"; }
# A folder does not touch its file: the next process to open it objects.
folder_open() { chmod 777 "${TABLE%/*}"; touch "$TABLE"; }
folder_closed() { chmod 755 "${TABLE%/*}"; }
deleted() { rm "$TABLE"; }
a_directory() { rm "$TABLE"; mkdir "$TABLE"; }
no_directory() { rmdir "$TABLE"; write_good; }
dangling() { ln -sf /etc/postfix/nowhere "$TABLE.l"; mv "$TABLE.l" "$TABLE"; }
no_symlink() { rm "$TABLE"; write_good; }

stage p.example=good other.example=good <<<"$GOOD"
bad_line 'level mistyped' '[0-9]+' 'p.example encript ciphers=high'
bad_line 'value missing' '[0-9]+' 'p.example'
bad_line 'cipher grade mistyped' '[0-9]+' 'p.example encrypt ciphers=hihg'
fault 'truncated to nothing' '' truncated write_good
fault 'writable by the group' '' group_writable mode_again
fault "the mail owner's" '' given_away taken_back
fault 'folder writable by all' '' folder_open folder_closed
fault 'deleted' '' deleted write_good
fault 'replaced by a directory' '' a_directory no_directory
fault 'replaced by a dangling link' '' dangling no_symlink
MARK=1
claim 'nobody reloaded Postfix' not logged reload
sent_in_clear() {
	attempts | grep " clear sent "
}
claim 'nothing was ever sent in clear' not sent_in_clear
the_end
