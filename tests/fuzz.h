/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz.h - what fuzzers share. With libFuzzer: build with -fsanitize=fuzzer
 * and leave fuzz_driver.c out. Without: fuzz_driver.c has a main of its own.
 */
#ifndef TLSP_FUZZ_H
#define TLSP_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* An invariant does not hold: say which one, and end as a crash does. */
#define FUZZ_REQUIRE(cond) do {						\
	if (!(cond)) {							\
		(void)fprintf(stderr, "%s:%d: does not hold: %s\n",	\
		    __FILE__, __LINE__, #cond);				\
		abort();						\
	}								\
} while (0)

#endif
