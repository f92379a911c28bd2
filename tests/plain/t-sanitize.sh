#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-sanitize: suites, golden cases, oracle, damage, fuzzers and the module,
# built with AddressSanitizer and UndefinedBehaviorSanitizer.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
B=build-asan
flags='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer'
if ! echo 'int main(void){return 0;}' | gcc -x c -fsanitize=address,undefined \
	-o "$W/probe" - 2>/dev/null || ! "$W/probe"; then
	skip 'everything again under ASan and UBSan (this compiler has none)'
	the_end
fi
build "BUILD=$B" "CFLAGS=$flags" all $B/check_tlsp $B/golden $B/fuzz_text \
	$B/fuzz_policy $B/fuzz_index $B/fuzz_pin $B/fuzz_smtp $B/fuzz_audit $B/damage \
	$B/store_damage $B/oracle $B/fake_host
passes 'ASan+UBSan: Check suites' env CK_FORK=no $B/check_tlsp
passes 'ASan+UBSan: golden cases' make -s BUILD=$B "CFLAGS=$flags" golden-run
passes 'ASan+UBSan: oracle, 30,000 random keys' $B/oracle 30000
passes 'ASan+UBSan: fuzzing texts, 60,000 of them' $B/fuzz_text 60000 tests/golden/*.in
passes 'ASan+UBSan: fuzzing policies, 300,000 of them' $B/fuzz_policy 300000 tests/golden/*.in
passes 'ASan+UBSan: fuzzing the talk with a server, 100,000 of them' $B/fuzz_smtp 100000 tests/smtp/*.txt
passes 'ASan+UBSan: fuzzing lines of mail logs, 100,000 of them' $B/fuzz_audit 100000 tests/audit/*.log
passes 'ASan+UBSan: fuzzing indexes, 2,000,000 of them' $B/fuzz_index 2000000 tests/golden/*.in
passes 'ASan+UBSan: fuzzing records of pins, 300,000 of them' $B/fuzz_pin 300000 tests/records/records.txt
passes 'ASan+UBSan: a store damaged in every way' $B/store_damage 1000
passes 'ASan+UBSan: an index damaged in every way' $B/damage -q 60000

cp examples/partners "$W/partners"
touch -d '1 minute ago' "$W/partners"
hosted() {
	"$B/fake_host" "$TOP/$B/postfix-tlspolicy.so" "$1" 2 \
		audi.fr x.example.de AUDI.FR stranger.example '[a]:25' '' .
}
passes 'ASan+UBSan: the module in a host' hosted "$W/partners"
printf 'a encrypt\n\0\0' >"$W/damaged"
for table in "$W/damaged" "$W/absent" "$W"; do
	passes "ASan+UBSan: the module and a table that cannot be used: ${table##*/}" \
		hosted "$table"
done
the_end
