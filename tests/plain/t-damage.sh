#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-damage: an index and a store that are damaged, a store whose writers and
# readers are killed, fuzzers.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
build "$B/damage" "$B/fuzz_text" "$B/fuzz_policy" "$B/fuzz_index" \
	"$B/fuzz_pin" "$B/fuzz_smtp" "$B/fuzz_audit" "$B/store_damage" \
	"$B/store_kill"
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
the_end
