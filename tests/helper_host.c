/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper_host.c - a host for tests: folds and converts a little UTF-8.
 * Knows:    Latin-1 letters, sharp s, two IDN labels. Not: ICU.
 * Feeds:    check_*.c, golden.c, fuzz_*.c.
 */
#include "helper.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Enough for a name of 255 bytes in either form. */
#define ROOM	8192

static const struct { const char *utf8; const char *ascii; } LABELS[] = {
	{ "b\xc3\xbc" "cher", "xn--bcher-kva" },
	{ "stra\xc3\x9f" "e", "xn--strae-oqa" },
	{ "\xe4\xbe\x8b", "xn--fsq" },
};
#define N_LABELS	(sizeof(LABELS) / sizeof(LABELS[0]))

/* As casefold() of ICU: A-Z, the upper case of Latin-1, sharp s to ss. */
static const char *
host_fold(void *ctx, const char *key)
{
	struct help *help = ctx;
	char *to;

	if ((to = realloc(help->folded, strlen(key) + 1)) == NULL)
		abort();
	help->folded = to;
	for (; *key != '\0'; key++) {
		const unsigned char next = (unsigned char)key[1];

		if (*key != '\xc3') {
			*to++ = tlsp_name_lower(*key);
			continue;
		}
		if (next == 0x9f) {
			*to++ = 's';
			*to++ = 's';
			key++;
		} else if (next >= 0x80 && next <= 0x9e && next != 0x97) {
			*to++ = *key++;
			*to++ = (char)(next + 0x20);
		} else {
			*to++ = *key;
		}
	}
	*to = '\0';
	return help->folded;
}

/* How many bytes of 0x80 to 0xbf must follow; -1: this begins nothing. */
static int
n_follow(unsigned char first)
{
	return first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 :
	    first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
}

static int
host_valid_utf8(void *ctx, const char *text, size_t len)
{
	const unsigned char *cp = (const unsigned char *)text, *end = cp + len;
	int n;

	(void)ctx;
	while (cp < end) {
		if ((n = n_follow(*cp++)) < 0 || end - cp < n)
			return 0;
		if ((cp[-1] == 0xe0 && *cp < 0xa0) ||
		    (cp[-1] == 0xed && *cp > 0x9f) ||
		    (cp[-1] == 0xf0 && *cp < 0x90) ||
		    (cp[-1] == 0xf4 && *cp > 0x8f))
			return 0;
		for (; n > 0; n--, cp++)
			if (*cp < 0x80 || *cp > 0xbf)
				return 0;
	}
	return 1;
}

/* Letters beyond ASCII count as letters. */
static int
host_valid_name(void *ctx, const char *name)
{
	char plain[TLSP_HOSTNAME_MAX + 2];
	size_t len = 0;

	if (!host_valid_utf8(ctx, name, strlen(name)))
		return 0;
	for (; *name != '\0' && len < sizeof(plain); name++)
		if ((unsigned char)*name < 0x80)
			plain[len++] = *name;
		else if ((unsigned char)*name >= 0xc0)
			plain[len++] = 'u';
	return tlsp_name_is_hostname(plain, len);
}

/* Convert label by label, either way; NULL where one is not in the list. */
static const char *
convert(struct help *help, const char *name, int to_ascii)
{
	char *to = help->converted;
	size_t len, n;
	const char *word;

	if (strlen(name) > TLSP_HOSTNAME_MAX)
		return NULL;
	for (;; name++) {
		len = strcspn(name, ".");
		for (n = 0; n < N_LABELS; n++) {
			word = to_ascii ? LABELS[n].utf8 : LABELS[n].ascii;
			if (strlen(word) == len &&
			    strncasecmp(name, word, len) == 0)
				break;
		}
		if (n < N_LABELS)
			to = stpcpy(to, to_ascii ? LABELS[n].ascii :
			    LABELS[n].utf8);
		else if (to_ascii && !tlsp_name_is_ascii(name, len))
			return NULL;
		else
			for (n = 0; n < len; n++)
				*to++ = tlsp_name_lower(name[n]);
		name += len;
		if (*name == '\0')
			break;
		*to++ = '.';
	}
	*to = '\0';
	return help->converted;
}

/* The label list is in lower case; sharp s must not be folded here. */
static const char *
host_to_ascii(void *ctx, const char *name)
{
	struct help *help = ctx;
	char lower[TLSP_HOSTNAME_MAX + 1];
	size_t n;

	if (strlen(name) > TLSP_HOSTNAME_MAX)
		return NULL;
	for (n = 0; n <= strlen(name); n++)
		lower[n] = n > 0 && name[n - 1] == '\xc3' &&
		    (unsigned char)name[n] >= 0x80 &&
		    (unsigned char)name[n] <= 0x9e ? (char)(name[n] + 0x20) :
		    name[n];
	return convert(help, lower, 1);
}

static const char *
host_to_utf8(void *ctx, const char *name)
{
	return convert(ctx, name, 0);
}

void
help_init(struct help *help, int postfix, int is_utf8)
{
	memset(help, 0, sizeof(*help));
	if ((help->converted = malloc(ROOM)) == NULL)
		abort();
	help->host.postfix = postfix;
	help->host.is_utf8 = is_utf8;
	help->host.ctx = help;
	help->host.fold = host_fold;
	help->host.valid_utf8 = host_valid_utf8;
	help->host.valid_name = host_valid_name;
	help->host.to_ascii = host_to_ascii;
	help->host.to_utf8 = host_to_utf8;
}

void
help_clear(struct help *help)
{
	tlsp_arena_clear(&help->arena);
	tlsp_rules_clear(&help->rules);
	tlsp_keys_clear(&help->keys);
	tlsp_freeze_clear(&help->image);
	free(help->folded);
	free(help->converted);
	memset(help, 0, sizeof(*help));
}
