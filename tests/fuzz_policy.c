/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_policy.c - any bytes as one right-hand side, for each version.
 * Holds:    a good one is answered as it was read or shorter, byte for byte
 *           where nothing of ours is in it; a bad one has a place inside.
 */
#include "fuzz.h"

#include <string.h>

#include "helper.h"

/* Could the text hold an attribute of ours? */
static int
has_ours(const char *text, size_t len)
{
	return memmem(text, len, "=", 1) != NULL &&
	    (strcasestr(text, "pin") != NULL ||
	    strcasestr(text, "final") != NULL);
}

/* Is every byte of the answer one of the text, in its order? */
static int
is_part_of(const char *answer, const char *text)
{
	for (; *answer != '\0'; answer++, text++)
		if ((text = strchr(text, *answer)) == NULL)
			return 0;
	return 1;
}

static void
check_good(struct help *help, const char *text, size_t len)
{
	const struct tlsp_policy policy = help->policy;
	char *again;

	FUZZ_REQUIRE(help->n_errors == 0);
	FUZZ_REQUIRE(policy.text != NULL && policy.text[0] != '\0');
	FUZZ_REQUIRE(policy.pin_ttl_s >= TLSP_PIN_TTL_MIN &&
	    policy.pin_ttl_s <= TLSP_PIN_TTL_MAX);
	if (!has_ours(text, len)) {
		FUZZ_REQUIRE(policy.pin == TLSP_PIN_OFF && !policy.is_final);
		FUZZ_REQUIRE(strlen(policy.text) == len &&
		    memcmp(policy.text, text, len) == 0);
		return;
	}
	FUZZ_REQUIRE(is_part_of(policy.text, text));
	/* What Postfix gets holds nothing of ours, and means the same. */
	if ((again = strdup(policy.text)) == NULL)
		abort();
	FUZZ_REQUIRE(help_policy(help, again) == TLSP_OK);
	FUZZ_REQUIRE(help->policy.pin == TLSP_PIN_OFF &&
	    !help->policy.is_final);
	FUZZ_REQUIRE(help->policy.level == policy.level);
	FUZZ_REQUIRE(strcmp(help->policy.text, again) == 0);
	free(again);
}

static void
check_one(struct help *help, const char *text, size_t len)
{
	const enum tlsp_code code = help_policy_bytes(help, text, len);

	FUZZ_REQUIRE(code <= TLSP_OK && code > TLSP_E_NOMEM);
	if (code == TLSP_OK) {
		check_good(help, text, len);
	} else {
		FUZZ_REQUIRE(help->n_errors > 0 && help->err.code == code);
		FUZZ_REQUIRE(help_count(help, TLSP_ERROR, code,
		    help->err.at.line, help->err.at.col) > 0 ||
		    help->n_found > HELP_FOUND);
		FUZZ_REQUIRE(help->err.at.line == 1 &&
		    help->err.at.col >= 1 && help->err.at.col <= len + 1);
	}
	tlsp_arena_clear(&help->arena);
}

/* As rule.c hands it over: trimmed, no NUL, not empty. */
static void
check_line(const char *text, const char *end)
{
	static const int versions[] = {
		TLSP_POSTFIX_ANY, 304, 307, 310, 312, 313
	};
	static struct help helps[sizeof(versions) / sizeof(versions[0])];
	char *copy;
	size_t n, len;

	while (text < end && tlsp_line_is_space((unsigned char)*text))
		text++;
	while (end > text && tlsp_line_is_space((unsigned char)end[-1]))
		end--;
	len = (size_t)(end - text);
	if (len == 0 || memchr(text, '\0', len) != NULL)
		return;
	if ((copy = strndup(text, len)) == NULL)
		abort();
	for (n = 0; n < sizeof(versions) / sizeof(versions[0]); n++) {
		if (helps[n].host.ctx == NULL)
			help_init(&helps[n], versions[n], 1);
		check_one(&helps[n], copy, len);
	}
	free(copy);
}

/* A line is a right-hand side, or one of a table with its key before it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data, *end = text + len, *nl, *space;

	for (; text < end; text = nl + 1) {
		if ((nl = memchr(text, '\n', (size_t)(end - text))) == NULL)
			nl = end;
		check_line(text, nl);
		for (space = text; space < nl && *space != ' ' &&
		    *space != '\t'; space++)
			;
		check_line(space, nl);
	}
	return 0;
}
