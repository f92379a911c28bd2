#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-audit: tlspolicy audit says of the logs in tests/audit, one a version, who
# got mail at which security; as text, JSON, CSV and a page. With SHOW=1 it
# prints all that is compared, KEEP=DIR keeps the page and its pictures.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in

LOGS=$TOP/tests/audit
W=/tmp/audit
mkdir "$W"
cd "$W"
export TZ=UTC
cp "$LOGS"/*.log .
touch -d '2026-11-25 12:00' ./*.log
table <"$LOGS/partners"
setting smtp_tls_policy_maps "tlspolicy:$T"
setting smtp_tls_fingerprint_digest sha256
setting smtp_tls_loglevel 1

# says_of SENTENCE REF COMMAND...: all that it prints, with its exit status.
says_of() {
	local sentence=$1 ref=$LOGS/$2 status=0
	shift 2
	"$@" >out 2>err || status=$?
	{
		cat out
		sed 's/^/! /' err
		echo "status $status"
	} >all
	[ -z "${SHOW:-}" ] || sed "s,^,${ref##*/}: ," all
	if diff "$ref" all >differ; then ok "$sentence"; else
		fail "$sentence" "not as in ${ref#"$TOP"/}"
		sed 's/^/    | /' differ
	fi
}

# --- each version, each form of log ---------------------------------------
for version in 3.4 3.7 3.9 3.11 3.12; do
	says_of "a log of Postfix $version" postfix-$version.ref \
		tlspolicy audit postfix-$version.log
done
says_of 'a journal of Postfix 3.10' postfix-3.10.ref \
	tlspolicy audit postfix-3.10.json.log
says_of 'all of them, in order of time, as CSV' all.csv \
	tlspolicy audit --csv --by day --all postfix-3.*.log

# --- however it is packed, and in whatever order ---------------------------
tlspolicy audit --csv postfix-3.*.log >plain.csv || :
gzip -k ./*.log
same() { # SENTENCE COMMAND...: the same CSV as from the plain files
	local sentence=$1
	shift
	"$@" >other.csv 2>err || :
	claim "$sentence" cmp plain.csv other.csv
}
if "$COMMAND" audit postfix-3.4.log.gz 2>&1 | grep -q 'without zlib'; then
	skip 'logs that gzip packed (built without zlib)'
else
	same 'packed by gzip' tlspolicy audit --csv ./*.log.gz
	gzip -c postfix-3.4.log postfix-3.7.log >both.gz
	touch -r postfix-3.4.log both.gz
	tlspolicy audit --csv both.gz >one.csv 2>err || :
	tlspolicy audit --csv postfix-3.4.log postfix-3.7.log >two.csv || :
	claim 'several packed files in one' cmp two.csv one.csv
	head -c 300 postfix-3.4.log.gz >cut.gz
	prints 'one that breaks off: what is there counts, and it is said' \
		65 'cut.gz: error: what gzip made breaks off' \
		tlspolicy audit cut.gz
	prints 'and the others are read' 65 'postfix-3.7.log:3: ' \
		tlspolicy audit cut.gz postfix-3.7.log
fi
# shellcheck disable=SC2046
same 'named in another order, one of them twice' tlspolicy audit --csv \
	$(ls -r postfix-3.*.log) ./postfix-3.4.log
tlspolicy audit --csv postfix-3.7.log >plain.csv
tlspolicy audit --csv - <postfix-3.7.log >other.csv
claim 'from standard input' cmp plain.csv other.csv
# shellcheck disable=SC2002
cat postfix-3.7.log | tlspolicy audit --csv - >other.csv
claim 'through a pipe' cmp plain.csv other.csv

# --- times ------------------------------------------------------------------
count() { # FIELD-REGEX FILE: of partner lines in CSV
	awk -F, -v re="$1" '$0 ~ re' "$2" | wc -l
}
tlspolicy audit --csv --by day --since 2026-11-10 --until 2026-11-11 \
	postfix-3.*.log >day.csv || :
claim '--since and --until leave one day' test \
	"$(grep -c ',2026-11-10,' day.csv)" = "$(grep -c ',2026-' day.csv)" \
	-a "$(grep -c ',2026-11-10,' day.csv)" = 4
touch -d '2024-03-01 12:00' postfix-3.11.log
prints 'a year that is not written is that of the log' 0 \
	'^read .* 2023-11-10T08:00:00Z to 2023-11-10T08:06:03Z' \
	tlspolicy audit postfix-3.11.log
TZ=Asia/Tokyo prints 'times without an offset are local' 0 \
	'^read .* 2023-11-09T23:00:00Z' tlspolicy audit postfix-3.11.log
touch -d '2026-11-25 12:00' postfix-3.11.log

# --- whom it is about --------------------------------------------------------
partners() {
	{ tlspolicy audit --json "$@" || :; } |
		sed 's/^{"partner":"\([^"]*\)".*/\1/'
}
claim '--partner: one' test "$(partners --partner SECURE.example \
	postfix-3.*.log | xargs)" = secure.example
claim '--partner: all below, and a name in its other form' test \
	"$(partners --partner .wild.example --partner xn--bcher-kva.example \
	postfix-3.*.log | xargs)" = 'bücher.example deep.wild.example'
partners postfix-3.12.log >some
partners --all postfix-3.12.log >everybody
claim 'without --all nobody without a rule' not grep -q stranger some
claim 'with --all, everybody' grep -q stranger everybody

# --- JSON: the names stay ------------------------------------------------------
tlspolicy audit --json --all --by day postfix-3.*.log >all.json || :
sed 's/"clear":0/"clear":"0"/' all.json >bad.json
sed 's/"clear":0/&,"new":0/' all.json >new.json
if python3 -c 'import jsonschema' 2>/dev/null; then
	claim 'the schema is one that can fail' not json_holds audit bad.json \
		>/dev/null
	claim 'a member that it does not name is seen' not json_holds audit \
		new.json >/dev/null
fi

# --- hostile bytes ---------------------------------------------------------------
hostile() {
	local esc=$'\e' at='Nov 25 11:00:0'
	printf '%s0 mail postfix/master[1]: daemon started\n' "$at"
	printf '%s3 mail postfix/smtp[1]: Trusted TLS connection established to mx[1]:25: TLSv1.3 with cipher <script>alert(1)</script>%s[31m (1/1 bits)\n' \
		"$at" "$esc"
	printf '%s3 mail postfix/smtp[1]: 3F2A1: to=<a@=cmd|x.encrypt.example>, relay=mx[1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 "<b>&%s]0;x\a\xff\xc2\x9b)\n' \
		"$at" "$esc"
	printf '%s4 mail postfix/smtp[1]: 3F2A2: to=<a@encrypt.example>, relay=none, delay=1, delays=0/0/0/1, dsn=4.7.5, status=deferred (Cannot start TLS: "><img src=x onerror=alert(1)>%s[2J)\n' \
		"$at" "$esc"
	printf '\0\0\0\n\xff\xfe\n%s\n' "$(head -c 200000 /dev/zero | tr '\0' x)"
}
hostile >hostile.log
touch -d '2026-11-25 12:00' hostile.log
for form in '' --json --csv --html; do
	# shellcheck disable=SC2086
	tlspolicy audit --all $form hostile.log >hostile.out 2>hostile.err || :
	claim "no terminal escape passes through: ${form:-text}" not \
		grep -qP '\x1b|\x07|[\x00-\x08]' hostile.out
	claim "nor in what is said beside: ${form:-text}" not \
		grep -qP '\x1b|\x07' hostile.err
done
tlspolicy audit --all --csv hostile.log >hostile.csv 2>/dev/null || :
claim 'no cell is a formula' not grep -q '^=' hostile.csv
prints 'lines that are none are counted, and the first is named' 0 \
	'hostile.log: warning: 3 of 7 lines begin with no time .* is line 5' \
	tlspolicy audit hostile.log

# The first second that can be counted, and a reply without end.
printf '1970-01-01T00:00:00Z mail postfix/smtp[1]: 3F2A1: to=<a@old.example>, relay=mx[1]:25, delay=1, delays=0/0/0/1, tls=may, dsn=2.0.0, status=sent (250 %s\n' \
	"$(head -c 60000 /dev/zero | tr '\0' '(')" >old.log
for form in '' --json --csv --html; do
	# shellcheck disable=SC2086
	claim "the Epoch is a time: ${form:-text}" grep -q old.example <(
		tlspolicy audit --all $form old.log)
done

# --- what is no log ----------------------------------------------------------------
head -c 100000 /dev/urandom >noise
prints 'noise: said, and no result' 65 'is this the mail log' \
	tlspolicy audit noise
: >empty
prints 'an empty log: nothing was seen' 0 '^unseen secure.example' \
	tlspolicy audit empty
echo 'Nov 25 11:00:00 mail sshd[1]: hello' >other.log
prints 'another log: a warning' 0 'warning: no delivery of .* in 1 line: ' \
	tlspolicy audit other.log
prints 'a log that is not there: nothing is read' 75 \
	'nowhere: error: No such file' tlspolicy audit postfix-3.4.log nowhere
prints 'a folder is no log' 75 'error: Is a directory' tlspolicy audit .
printf '\xfd7zXZ\0\0\4' >log.xz
prints 'packed by another program: what to do' 65 'xzcat' \
	tlspolicy audit log.xz

# --- usage -----------------------------------------------------------------------
prints 'no log: usage' 64 'which log' tlspolicy audit
prints 'two forms: usage' 64 'one of --json, --csv, --html' \
	tlspolicy audit --csv --html empty
prints 'a time that is none: usage' 64 'since: "yesterday" is no time' \
	tlspolicy audit --since yesterday empty
prints 'a period that is none: usage' 64 'month or day' \
	tlspolicy audit --by year empty
prints '--help: exit status 0, an example' 0 'Example' tlspolicy audit --help
claim '--help fits a screen' test "$(tlspolicy audit --help | wc -l)" -le 24 \
	-a "$(tlspolicy audit --help | awk 'length > n { n = length }
		END { print n }')" -le 80
chmod 646 "$T"
prints 'rules that others can write: no result' 78 \
	'partners: error: others can write' tlspolicy audit postfix-3.4.log
chmod 644 "$T"
broken_pipe() {
	set +o pipefail
	tlspolicy audit --html postfix-3.*.log 2>pipe.err | head -c 1 >/dev/null
	test ! -s pipe.err
}
claim 'who reads no further, hears no complaint' broken_pipe
prints 'a full disk is one' 74 'standard output: No space' \
	sh -c "\"$COMMAND\" audit postfix-3.4.log >/dev/full"

# --- memory does not grow with the log ---------------------------------------------
long_log() { # N
	awk -v n="$1" 'BEGIN {
	print "2026-11-20T00:00:00Z mail postfix/master[1]: daemon started"
	for (i = 0; i < n; i++) {
		t = sprintf("2026-11-%02dT%02d:%02d:%02dZ mail postfix/smtp[%d]: ",
		    20 + int(i / 86400), i / 3600 % 24, i / 60 % 60, i % 60,
		    1000 + i % 500)
		r = sprintf("mx%d.encrypt.example[192.0.2.1]:25", i % 100)
		print t "Trusted TLS connection established to " r \
		    ": TLSv1.3 with cipher X (1/1 bits)"
		printf "%s%s%08d: to=<a@encrypt.example>, relay=%s, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n", t, "4f", i, r
	} }'
}
peak_of() { # N: what it takes at most for N messages, in kB
	long_log "$1" | "$TOP/build/peak" peak "$COMMAND" audit --csv - \
		>long.csv || :
	cat peak
}
peak=$(peak_of 300000)
claim 'each message of a long log counts once' grep -q \
	'^encrypt.example,2026-11,encrypt.example,encrypt,tls,kept,high,300000,' \
	long.csv
more=$(peak_of 900000)
echo "    (peak of $peak kB for 300,000 messages, $more kB for 900,000)"
claim 'memory does not grow with the log' test \
	"$more" -lt $((peak + peak / 20 + 1000))

# --- the page, in a browser -----------------------------------------------------------
tlspolicy audit --html --all --by day postfix-3.*.log hostile.log \
	>page.html 2>/dev/null || :
# What strangers wrote stands in elements of its own.
claim 'the page names nothing to be loaded' not grep -Eiq \
	'(src|href|srcset|action)=|url\(|@import' \
	<(sed 's/<bdi>[^<]*<\/bdi>//g' page.html)
claim 'the page runs nothing' not grep -iq '<script' page.html
BROWSER=$(command -v chromium || command -v chromium-browser || :)
if [ -z "$BROWSER" ]; then
	skip 'the page in a browser (chromium is missing)'
	the_end
fi
browse() { # OPTION...: what it says goes to browser.err
	timeout 60 "$BROWSER" --headless --no-sandbox --disable-gpu \
		--disable-dev-shm-usage --user-data-dir="$W/profile" \
		--no-first-run --window-size=1400,2400 "$@" \
		"file://$W/page.html" 2>browser.err
}
browse --enable-logging=stderr --dump-dom >dom.html || :
claim 'a browser reads it' grep -q '<h1>TLS audit of mail to partners</h1>' \
	dom.html
claim 'nothing of it is refused or fails' not grep -q ':CONSOLE' browser.err
claim 'what strangers wrote is text' grep -q \
	'&lt;script&gt;alert(1)&lt;/script&gt;' dom.html
claim 'no element is theirs' not grep -Eq '<script|<img|onerror="' dom.html
claim 'a bar tells its numbers' grep -q \
	'aria-label="2026-10-05: 3 messages: 1 verified, 1 untrusted, 1 anonymous"' \
	dom.html
claim 'so does one of a cipher' grep -q \
	'aria-label="ECDHE-RSA-AES256-GCM-SHA384: 1 message: 1 tls"' dom.html
browse --screenshot="$W/page.png" || :
claim 'it can be seen' test "$(wc -c <page.png)" -gt 20000
browse --no-pdf-header-footer --print-to-pdf="$W/page.pdf" || :
claim 'it prints' grep -q '^%PDF' page.pdf
[ -z "${KEEP:-}" ] || cp page.html page.png page.pdf "$KEEP"
the_end
