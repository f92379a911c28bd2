#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-unit: Check suites, golden cases, damage, fuzzers, as they are and under
# valgrind.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
if ! pkg-config --exists check; then
	skip 'Check suites (the package "check" is missing)'
	the_end
fi
build "$B/check_tlsp" "$B/golden" "$B/damage" "$B/fuzz_text" "$B/fuzz_policy" \
	"$B/fuzz_index" "$B/fuzz_pin" "$B/fuzz_smtp" "$B/fuzz_audit" "$B/store_damage" \
	"$B/store_kill"
passes 'Check suites' "$B/check_tlsp"
sed -n 's/^\(100%: .*\)/    \1/p' "$W/out"
passes 'golden cases' make -s golden-run
passes 'an index damaged in every way: the right answer or an error' \
	"$B/damage"
sed -n 's/^damage: /    /p' "$W/out"
passes 'a store damaged in every way: the right record or an error' \
	"$B/store_damage"
sed -n 's/^damage: /    /p' "$W/out"
passes 'writers and readers of a store killed 1,000 times: nothing is lost' \
	"$B/store_kill"
sed -n 's/^kills: /    /p' "$W/out"
passes 'fuzzing texts, 100,000 of them' "$B/fuzz_text" 100000 tests/golden/*.in
passes 'fuzzing policies, 1,000,000 of them' "$B/fuzz_policy" 1000000 tests/golden/*.in
passes 'fuzzing indexes whose checks are good, 1,000,000 of them' \
	"$B/fuzz_index" 1000000 tests/golden/*.in
passes 'fuzzing records of pins, 1,000,000 of them' \
	"$B/fuzz_pin" 1000000 tests/records/records.txt
passes 'fuzzing the talk with a server, 300,000 of them' \
	"$B/fuzz_smtp" 300000 tests/smtp/*.txt
passes 'fuzzing lines of mail logs, 300,000 of them' \
	"$B/fuzz_audit" 300000 tests/audit/*.log
if has valgrind; then
	passes 'valgrind: Check suites' env CK_FORK=no valgrind -q \
		--suppressions=tests/valgrind.supp --error-exitcode=9 \
		--leak-check=full "$B/check_tlsp"
	passes 'valgrind: fuzzing texts, 300 of them' valgrind -q \
		--error-exitcode=9 --leak-check=full "$B/fuzz_text" 300 tests/golden/*.in
else
	skip 'valgrind: Check suites (no valgrind here)'
fi
the_end
