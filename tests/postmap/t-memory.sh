#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-memory: the module in the real postmap(1), under valgrind, and built with
# AddressSanitizer and UndefinedBehaviorSanitizer.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
module_in
{ cat "$TOP/examples/partners"
  printf '%s\n' 'bücher.example may' 'bad.example secrue' \
	'twice.example may' 'twice.example none' 'pin.example secure pin=require'
} | table
postconf -e "smtp_tls_policy_maps = tlspolicy:$T"
keys='audi.fr
AUDI.FR
a.b.c.example.de
xn--bcher-kva.example
BÜCHER.example
stranger.example
[relay.example.net]:587'

query_all() { # COMMAND PREFIX...
	"$@" postmap -q - "tlspolicy:$T" <<<"$keys" >/tmp/answers 2>/tmp/stderr
}

if command -v valgrind >/dev/null; then
	# Leaks are looked for in the suites; postmap(1) has its own.
	vg=(valgrind -q --error-exitcode=9 --leak-check=no
		--log-file=/tmp/vg.log)
	claim 'valgrind: answers' query_all "${vg[@]}"
	claim 'valgrind: six of seven keys were found' \
		test "$(wc -l </tmp/answers)" = 6
	claim 'valgrind: nothing to report' test ! -s /tmp/vg.log
	"${vg[@]}" postmap -q bad.example "tlspolicy:$T" >/dev/null 2>&1 || :
	claim 'valgrind: an error, nothing to report' test ! -s /tmp/vg.log
	"${vg[@]}" postmap -s "tlspolicy:$T" >/dev/null 2>&1 || :
	claim 'valgrind: a list, nothing to report' test ! -s /tmp/vg.log
else
	skip 'the real postmap under valgrind (no valgrind here)'
fi

asan=$(gcc -print-file-name=libasan.so)
so=$TOP/build-asan/postfix-tlspolicy.so
if [ -e "$so" ] && [ -e "$asan" ]; then
	shlib=$(postconf -hx shlib_directory)
	cp "$so" "$shlib/new" && chmod 644 "$shlib/new"
	mv "$shlib/new" "$shlib/postfix-tlspolicy.so"
	export ASAN_OPTIONS=detect_leaks=0:exitcode=9
	export UBSAN_OPTIONS=halt_on_error=1:exitcode=9
	asan_env=(env "LD_PRELOAD=$(readlink -f "$asan")")
	claim 'ASan+UBSan: answers' query_all "${asan_env[@]}"
	claim 'ASan+UBSan: six of seven keys were found' \
		test "$(wc -l </tmp/answers)" = 6
	for key in bad.example twice.example pin.example; do
		"${asan_env[@]}" postmap -q $key "tlspolicy:$T" >/dev/null \
			2>/tmp/stderr || :
		claim "ASan+UBSan: $key, nothing to report" \
			bash -c '! grep -E "Sanitizer|runtime error" /tmp/stderr'
	done
else
	skip 'the real postmap with sanitizers (build-asan was not built)'
fi
the_end
