/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper_pins.h - sets of pins for tests, and the records they make.
 * Knows:    pin. Not: Check.
 * Feeds:    check_*.c, fuzz_pin.c.
 */
#ifndef TLSP_HELPER_PINS_H
#define TLSP_HELPER_PINS_H

#include "../dict_tlspolicy/pin.h"

#define HELP_PIN_TEXTS	(3 * TLSP_PINS_MAX)

/* A set, and the fingerprints it borrows. */
struct help_pins {
	struct tlsp_pin_set set;
	char texts[HELP_PIN_TEXTS][64 * 3];
	size_t n_texts;
	char record[TLSP_PIN_RECORD_MAX];
	size_t len;
};

/* An empty set, scanned at that time. digest: "sha256" and its kin. */
void help_pins_init(struct help_pins *, int64_t scanned, uint64_t constraint,
    const char *digest);

/* Append a host; name is borrowed. */
struct tlsp_pin_host *help_pins_host(struct help_pins *, const char *name,
    int is_gone);

/*
 * Append a pin to the last host: fingerprints that begin with this byte, and
 * are otherwise the same for the same byte.
 */
struct tlsp_pin *help_pins_pin(struct help_pins *, unsigned char first,
    int64_t verified, int64_t not_after);

/* The fingerprint of a pin that begins so; borrowed from the set. */
const char *help_pins_key(struct help_pins *, unsigned char first);

/* Write it. A set that cannot be written ends the program. */
void help_pins_write(struct help_pins *, const char *key);

/* Any content behind "1 CHECK ", with the right check before it. */
size_t help_pins_seal(const char *key, const char *content, size_t len,
    char *buf);

/* Are both sets the same, text for text? */
int help_pins_equal(const struct tlsp_pin_set *, const struct tlsp_pin_set *);

#endif
