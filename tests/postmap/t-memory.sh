#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-memory: the module in the real postmap(1), under valgrind, and built with
# AddressSanitizer and UndefinedBehaviorSanitizer: by the rules and by the
# index, whole and damaged. And what a process pays for a large table.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
module_in
setting smtp_tls_policy_maps "tlspolicy:$T"
keys='audi.fr
AUDI.FR
a.b.c.example.de
xn--bcher-kva.example
BÜCHER.example
stranger.example
[relay.example.net]:587'

good_rules() {
	cat "$TOP/examples/partners"
	printf '%s\n' 'bücher.example may' 'pin.example secure pin=require'
}

bad_rules() {
	good_rules
	printf '%s\n' 'bad.example secrue' 'twice.example may' \
		'twice.example none'
}

# clean SENTENCE COMMAND...: whatever it answers, nothing to report.
clean() {
	local sentence=$1
	shift
	: >/tmp/report
	"${under[@]}" "$@" >/tmp/answers 2>/tmp/said </tmp/keys || :
	grep -E 'Sanitizer|runtime error' /tmp/said >>/tmp/report || :
	if [ ! -s /tmp/report ]; then ok "$tool: $sentence"; else
		fail "$tool: $sentence" "$(head -n 9 /tmp/report)"; fi
}

six() {
	claim "$tool: $1: six of seven keys were found" \
		test "$(wc -l </tmp/answers)" = 6
}

whole_life() {
	bad_rules | table
	rm -f "$T.tlsp"
	clean 'rules' postmap -q - "tlspolicy:$T"
	six 'rules'
	for key in bad.example twice.example pin.example; do
		clean "rules, $key" postmap -q $key "tlspolicy:$T"
	done
	clean 'rules, a list' postmap -s "tlspolicy:$T"
	clean 'no index of bad rules' postmap "tlspolicy:$T"
	claim "$tool: and none was made" test ! -e "$T.tlsp"
	good_rules | table
	clean 'an index is made' postmap "tlspolicy:$T"
	claim "$tool: it was" test -s "$T.tlsp"
	clean 'a small index' postmap -q - "tlspolicy:$T"
	six 'a small index'
	claim "$tool: without a warning" test ! -s /tmp/said
	clean 'a small index, pin.example' postmap -q pin.example "tlspolicy:$T"
	clean 'a small index, a list' postmap -s "tlspolicy:$T"
	cp "$T.tlsp" /tmp/kept
	damaged /tmp/kept >"$T.tlsp"
	clean 'a damaged index' postmap -q - "tlspolicy:$T"
	six 'a damaged index'
	clean 'a damaged index, a list' postmap -s "tlspolicy:$T"
	head -c 1000 /tmp/kept >"$T.tlsp"
	clean 'half an index' postmap -q - "tlspolicy:$T"
	six 'half an index'
	{ good_rules; seq -f 'n%.0f.example encrypt' 1000; } | table
	clean 'a large index is made' postmap "tlspolicy:$T"
	clean 'a large index' postmap -q - "tlspolicy:$T"
	six 'a large index'
	damaged "$T.tlsp" >/tmp/bad
	cp /tmp/bad "$T.tlsp"
	clean 'a large index, damaged' postmap -q - "tlspolicy:$T"
	six 'a large index, damaged'
}
echo "$keys" >/tmp/keys

# --- what a process pays -----------------------------------------------
mkfifo /tmp/pipe
# private RULES: KiB that a process has to itself once all are looked up; the
# file's own pages are shared, however many processes there are.
private() {
	local pid
	seq -f 'n%.0f.example secure match=a:.b' "$1" | table
	freeze
	postmap -q - "tlspolicy:$T" </tmp/pipe >/tmp/answers 2>/dev/null &
	pid=$!
	exec 7>/tmp/pipe
	awk -v n="$1" 'BEGIN { for (; i < n || i < 1000; i++)
		print "n" i % n + 1 ".example" }' >&7
	# The last of its answers it keeps until the end.
	for _ in {1..100}; do
		[ "$(wc -l </tmp/answers)" -lt $(($1 - 200)) ] ||
			[ "$(wc -l </tmp/answers)" -lt 800 ] || break
		sleep 0.05
	done
	sleep 0.1
	awk '/^(Anonymous|Swap):/ { kib += $2 } END { print kib }' \
		"/proc/$pid/smaps_rollup"
	exec 7>&-
	wait $pid
}
one=$(private 1)
for rules in 23 1000 100000; do
	grown=$(($(private $rules) - one))
	claim "$rules rules, each looked up: $grown KiB of private memory more than one rule" \
		test $grown -le 16
	[ $rules = 23 ] || claim "$rules rules: all were found" \
		test "$(wc -l </tmp/answers)" = $rules
done

tool=valgrind
if command -v valgrind >/dev/null; then
	# Leaks are looked for in the suites; postmap(1) has its own.
	under=(valgrind -q --error-exitcode=9 --leak-check=no
		--log-file=/tmp/report)
	whole_life
else
	skip 'the real postmap under valgrind (no valgrind here)'
fi

tool=ASan+UBSan
asan=$(gcc -print-file-name=libasan.so)
so=$TOP/build-asan/postfix-tlspolicy.so
if [ -e "$so" ] && [ -e "$asan" ]; then
	shlib=$(postconf -hx shlib_directory)
	cp "$so" "$shlib/new" && chmod 644 "$shlib/new"
	mv "$shlib/new" "$shlib/postfix-tlspolicy.so"
	export ASAN_OPTIONS=detect_leaks=0:exitcode=9
	export UBSAN_OPTIONS=halt_on_error=1:exitcode=9
	under=(env "LD_PRELOAD=$(readlink -f "$asan")")
	whole_life
else
	skip 'the real postmap with sanitizers (build-asan was not built)'
fi
the_end
