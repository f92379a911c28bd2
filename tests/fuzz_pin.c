/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_pin.c - any bytes as a record: as they are, and under a right check.
 * Holds:    what is read is in order, and is written as it was.
 */
#include "fuzz.h"

#include <string.h>

#include "helper_pins.h"

#define KEY	"example.com"

static void
check_set(const struct tlsp_pin_set *set)
{
	size_t n, n_pins = 0;

	FUZZ_REQUIRE(set->n_hosts <= TLSP_PIN_HOSTS_MAX);
	FUZZ_REQUIRE(set->n_pins <= TLSP_PINS_MAX);
	for (n = 0; n < set->n_hosts; n++) {
		FUZZ_REQUIRE(set->hosts[n].first_pin == n_pins);
		n_pins += set->hosts[n].n_pins;
		FUZZ_REQUIRE(n == 0 || tlsp_pin_host_order(
		    &set->hosts[n - 1], &set->hosts[n]) < 0);
	}
	FUZZ_REQUIRE(n_pins == set->n_pins);
	for (n = 0; n < set->n_pins; n++)
		FUZZ_REQUIRE(set->pins[n].key.len == tlsp_pin_digest_len(
		    set->digest.text, set->digest.len));
}

static int
check_one(const char *value, size_t len)
{
	static char again[TLSP_PIN_RECORD_MAX];
	static struct tlsp_pin_set set;
	struct tlsp_err err;
	size_t again_len;

	if (tlsp_pin_read(KEY, strlen(KEY), value, len, &set, &err) !=
	    TLSP_OK) {
		FUZZ_REQUIRE(err.code == TLSP_E_DAMAGED);
		return 0;
	}
	FUZZ_REQUIRE(tlsp_pin_prove(KEY, strlen(KEY), value, len, &err) ==
	    TLSP_OK);
	check_set(&set);
	FUZZ_REQUIRE(tlsp_pin_write(KEY, strlen(KEY), &set, again, &again_len,
	    &err) == TLSP_OK);
	FUZZ_REQUIRE(again_len == len && memcmp(again, value, len) == 0);
	return 1;
}

/* A file of records has one a line; the first that is changed breaks it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char buf[TLSP_PIN_RECORD_MAX * 2];
	const char *text = (const char *)data, *end = text + len, *nl;

	if (len > TLSP_PIN_RECORD_MAX)
		return 0;
	(void)check_one(text, len);
	for (; text < end; text = nl + 1) {
		if ((nl = memchr(text, '\n', (size_t)(end - text))) == NULL)
			nl = end;
		(void)check_one(buf, help_pins_seal(KEY, text,
		    (size_t)(nl - text), buf));
	}
	return 0;
}
