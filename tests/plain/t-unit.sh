#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-unit: Check suites and golden cases, as they are and under valgrind.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
if ! pkg-config --exists check; then
	skip 'Check suites (the package "check" is missing)'
	the_end
fi
build "$B/check_tlsp" "$B/golden" "$B/fuzz_text"
passes 'Check suites' "$B/check_tlsp"
sed -n 's/^\(100%: .*\)/    \1/p' "$W/out"
passes 'golden cases' make -s golden-run
if has valgrind; then
	passes 'valgrind: Check suites' env CK_FORK=no \
		TLSP_TEST_SPARSELY=1 valgrind -q \
		--suppressions=tests/valgrind.supp --error-exitcode=9 \
		--leak-check=full "$B/check_tlsp"
	passes 'valgrind: fuzzing texts, 300 of them' valgrind -q \
		--error-exitcode=9 --leak-check=full "$B/fuzz_text" 300 tests/golden/*.in
else
	skip 'valgrind: Check suites (no valgrind here)'
fi
the_end
