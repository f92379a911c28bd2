/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * read_pins.c - a reader of stores from tlspolicy_pins(5) alone, and from what
 * the dump program of Berkeley DB prints.
 * Usage:    db5.3_dump -p FILE | read_pins
 * Knows:    the manual page. Not: anything of the module.
 * Exit:     0: so many records, all as the page says; 1: not.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

#define H1	UINT64_C(0xb7e151628aed2a6b)
#define H2	UINT64_C(0xbf7158809cf4f3c7)
#define H3	UINT64_C(0x62e7160f38b4da57)
#define H4	UINT64_C(0xa784d9045190cfef)
#define H5	UINT64_C(0x324e7738926cfbe5)

#define LINE	50000

static void
fail(const char *key, const char *why)
{
	(void)printf("%s: %s\n", key, why);
	exit(EXIT_FAILURE);
}

static uint64_t
fold(uint64_t x, uint64_t y)
{
	const wide product = (wide)x * y;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t
sum(const char *bytes, size_t len, uint64_t s)
{
	uint64_t t = s, a, b;
	size_t at, n;

	for (at = 0; at < len; at += 16) {
		for (a = b = 0, n = 0; n < 16 && at + n < len; n++)
			*(n < 8 ? &a : &b) |=
			    (uint64_t)(unsigned char)bytes[at + n] <<
			    n % 8 * 8;
		t += H3;
		s ^= fold(a ^ H1, b ^ t);
	}
	return s;
}

static void
check_sum(const char *key, const char *value)
{
	char want[17];
	const char *rest = value + 19;
	const uint64_t k = sum(key, strlen(key), H5 ^ strlen(key));

	if (strlen(value) < 20 || strncmp(value, "1 ", 2) != 0 ||
	    value[18] != ' ')
		fail(key, "not version 1");
	(void)snprintf(want, sizeof(want), "%016llX", (unsigned long long)
	    sum(rest, strlen(rest), fold(k ^ H2, H4 ^ strlen(rest))));
	if (strncmp(value + 2, want, 16) != 0)
		fail(key, "another CHECK");
}

static int
is_all(const char *text, const char *of)
{
	return text[0] != '\0' && text[strspn(text, of)] == '\0';
}

static int
is_number(const char *text, size_t max)
{
	return is_all(text, "0123456789") && strlen(text) <= max &&
	    (text[0] != '0' || text[1] == '\0');
}

static int
is_fingerprint(const char *text, size_t len)
{
	size_t n;

	for (n = 0; n < len; n++)
		if (n % 3 == 2 ? text[n] != ':' :
		    strchr("0123456789ABCDEF", text[n]) == NULL)
			return 0;
	return text[len] == '\0';
}

static int
is_pin(char *pin, size_t len)
{
	char *part[8], *rest = pin;
	int n;

	for (n = 0; n < 8; n++)
		if ((part[n] = strsep(&rest, ",")) == NULL)
			return 0;
	return rest == NULL && is_fingerprint(part[0], len) &&
	    is_fingerprint(part[1], len) && is_number(part[2], 12) &&
	    is_number(part[3], 12) && is_number(part[4], 12) &&
	    is_all(part[5], "PDM") && strlen(part[5]) == 1 &&
	    (strcmp(part[6], "-") == 0 || is_fingerprint(part[6], len)) &&
	    (strcmp(part[7], "-") == 0) == (part[5][0] != 'M');
}

static void
check_words(const char *key, char *rest)
{
	static const char *const digests[] = { "sha256", "sha384", "sha512" };
	char host[LINE] = "", last[LINE] = "", *word, *colon;
	size_t len = 0, n_words;
	int n;

	for (n_words = 0; (word = strsep(&rest, " ")) != NULL; n_words++) {
		if (n_words == 0 && !is_number(word, 12))
			fail(key, "SCANNED");
		if (n_words == 1 && (strlen(word) != 16 ||
		    !is_all(word, "0123456789ABCDEF")))
			fail(key, "CONSTRAINT");
		for (n = 0; n < 3 && n_words == 2; n++)
			if (strcmp(word, digests[n]) == 0)
				len = (size_t)(32 + 16 * n) * 3 - 1;
		if (n_words == 2 && len == 0)
			fail(key, "DIGEST");
		if (n_words < 3)
			continue;
		if (strncmp(word, "pin=", 4) == 0) {
			if (host[0] == '\0' || strcmp(word, last) <= 0)
				fail(key, "order of pins");
			(void)strcpy(last, word);
			if (!is_pin(word + 4, len))
				fail(key, "PIN");
			continue;
		}
		if (strncmp(word, "mx=", 3) != 0 &&
		    strncmp(word, "gone=", 5) != 0)
			fail(key, "a word");
		word = strchr(word, '=') + 1;
		colon = strrchr(word, ':');
		if (colon == NULL || !is_number(colon + 1, 5))
			fail(key, "PORT");
		*colon = '\0';
		if (strcmp(word, host) < 0)
			fail(key, "order of hosts");
		(void)strcpy(host, word);
		last[0] = '\0';
	}
	if (n_words < 3)
		fail(key, "too few words");
}

/* A line of the dump: a blank, then the text. 0: there is none. */
static int
get_line(char *line)
{
	if (fgets(line, LINE, stdin) == NULL || line[0] != ' ')
		return 0;
	line[strcspn(line, "\n")] = '\0';
	return 1;
}

int
main(void)
{
	static char key[LINE], value[LINE], last[LINE];
	unsigned long n = 0, sealed = 0;
	int is_sealed = 0;

	while (fgets(key, LINE, stdin) != NULL &&
	    strcmp(key, "HEADER=END\n") != 0)
		if (strncmp(key, "chksum=", 7) == 0 && key[7] == '1')
			is_sealed = 1;
	if (!is_sealed)
		fail("head", "no checksums");
	for (is_sealed = 0; get_line(key) && get_line(value); ) {
		if (strcmp(key, last) <= 0)
			fail(key + 1, "order of keys");
		(void)strcpy(last, key);
		check_sum(key + 1, value + 1);
		if (strcmp(key, " !tlspolicy") == 0) {
			if (sscanf(value + 20, "records=%lu", &sealed) != 1)
				fail(key + 1, "what it says");
			is_sealed = 1;
			continue;
		}
		check_words(key + 1, value + 20);
		n++;
	}
	if (!is_sealed || n != sealed)
		fail("!tlspolicy", "another number");
	(void)printf("%lu records\n", n);
	return EXIT_SUCCESS;
}
