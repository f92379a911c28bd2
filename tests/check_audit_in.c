/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_audit_in.c - the room cmd/audit_in: the lines of a file, whoever
 * packed it; what is damaged, long or no log is told.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "../cmd/audit_in.h"

/* "one\ntwo\n", as gzip(1) packs it. */
static const unsigned char PACKED[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb,
	0xcf, 0x4b, 0xe5, 0x2a, 0x29, 0xcf, 0xe7, 0x02, 0x00, 0xe6, 0x0b,
	0xba, 0x12, 0x08, 0x00, 0x00, 0x00,
};

static char *dir;

static void
make_dir(void)
{
	dir = help_dir();
}

static void
remove_dir(void)
{
	help_dir_remove(dir);
}

static const char *
put(const char *name, const void *bytes, size_t len)
{
	const char *path = help_path(dir, name);
	FILE *fp = fopen(path, "wb");

	ck_assert(fp != NULL && fwrite(bytes, 1, len, fp) == len);
	ck_assert(fclose(fp) == 0);
	return path;
}

/* All lines, each with a bar behind it; long ones as "LEN|". */
static enum tlsp_code
lines_of(const char *path, char *all, struct audit_in_state *ret_state,
    struct tlsp_err *err)
{
	struct audit_in *in;
	enum tlsp_code code;
	const char *line;
	size_t len;

	*all = '\0';
	if ((code = audit_in_open(path, &in, err)) != TLSP_OK)
		return code;
	while ((code = audit_in_line(in, &line, &len, err)) == TLSP_OK)
		all += len < 20 ? sprintf(all, "%.*s|", (int)len, line) :
		    sprintf(all, "%zu|", len);
	*ret_state = *audit_in_state(in);
	audit_in_close(in);
	return code;
}

static const struct { const char *text, *lines; unsigned long n; } PLAIN[] = {
	{ "", "", 0 }, { "\n", "|", 1 }, { "one", "one|", 1 },
	{ "one\ntwo\n", "one|two|", 2 }, { "one\r\n\r\ntwo", "one||two|", 3 },
	{ "\n\n", "||", 2 },
};

START_TEST(audit_in_line_gives_each_line)
{
	struct audit_in_state state;
	struct tlsp_err err;
	char all[100];

	ck_assert(lines_of(put("log", PLAIN[_i].text,
	    strlen(PLAIN[_i].text)), all, &state, &err) == TLSP_NONE);
	ck_assert_str_eq(all, PLAIN[_i].lines);
	ck_assert_uint_eq(state.n_lines, PLAIN[_i].n);
	ck_assert_uint_eq(state.n_long, 0);
	ck_assert_uint_eq(state.at, strlen(PLAIN[_i].text));
	ck_assert(state.inode != 0);
}
END_TEST

static const struct { size_t len; int has_end; const char *lines; }
LONG[] = {
	{ AUDIT_IN_LINE_MAX, 1, "a|131072|b|" },
	{ AUDIT_IN_LINE_MAX + 1, 1, "a|b|" },
	{ 3 * AUDIT_IN_LINE_MAX, 1, "a|b|" },
	{ 4 * AUDIT_IN_LINE_MAX - 2, 1, "a|b|" },
	{ 9 * AUDIT_IN_LINE_MAX, 1, "a|b|" },
	{ 9 * AUDIT_IN_LINE_MAX, 0, "a|" },
	{ AUDIT_IN_LINE_MAX + 1, 0, "a|" },
};

START_TEST(audit_in_line_passes_over_long_lines)
{
	char *text = malloc(LONG[_i].len + 10), all[100];
	struct audit_in_state state;
	struct tlsp_err err;
	size_t len = LONG[_i].len + 2;

	ck_assert(text != NULL);
	memset(text, 'x', len);
	memcpy(text, "a\n", 2);
	if (LONG[_i].has_end)
		len += (size_t)sprintf(text + len, "\nb\n");
	ck_assert(lines_of(put("log", text, len), all, &state, &err) ==
	    TLSP_NONE);
	ck_assert_str_eq(all, LONG[_i].lines);
	ck_assert_uint_eq(state.n_long, strstr(all, "131072") == NULL);
	ck_assert_uint_eq(state.n_lines, LONG[_i].has_end ? 3 : 2);
	free(text);
}
END_TEST

START_TEST(audit_in_unpacks_members_one_after_another)
{
	unsigned char twice[2 * sizeof(PACKED)];
	struct audit_in_state state;
	struct tlsp_err err;
	char all[100];

	memcpy(twice, PACKED, sizeof(PACKED));
	memcpy(twice + sizeof(PACKED), PACKED, sizeof(PACKED));
	ck_assert(lines_of(put("log.gz", twice, sizeof(twice)), all, &state,
	    &err) == TLSP_NONE);
	ck_assert_str_eq(all, "one|two|one|two|");
}
END_TEST

/* However it breaks off, or a bit is another one: it is said. */
START_TEST(audit_in_tells_what_is_damaged)
{
	unsigned char damaged[sizeof(PACKED)];
	struct audit_in_state state;
	struct tlsp_err err;
	char all[200];
	size_t n;

	for (n = 2; n < sizeof(PACKED); n++) {
		EXPECT_TRUE(lines_of(put("log.gz", PACKED, n), all, &state,
		    &err) == TLSP_E_DAMAGED, "%zu bytes", n);
		ck_assert(strstr(err.text, "the lines before count") != NULL);
	}
	for (n = 10; n < sizeof(PACKED); n++) {
		/* Here lie only bits that fill a byte up. */
		if (n == 19)
			continue;
		memcpy(damaged, PACKED, sizeof(PACKED));
		damaged[n] ^= 0x10;
		EXPECT_TRUE(lines_of(put("log.gz", damaged, sizeof(damaged)),
		    all, &state, &err) == TLSP_E_DAMAGED, "byte %zu", n);
	}
}
END_TEST

static const struct { const char *bytes; size_t len; const char *says; }
OTHERS[] = {
	{ "\xfd" "7zXZ\0\0\4", 8, "xzcat" },
	{ "\x28\xb5\x2f\xfd\4\4\4\4", 8, "zstdcat" },
	{ "BZh91AY&", 8, "bzcat" },
	{ "LPKSHHRH\0", 9, "journalctl -o json" },
};

START_TEST(audit_in_open_says_what_else_it_is)
{
	struct audit_in_state state;
	struct tlsp_err err;
	char all[100];

	EXPECT_CODE(OTHERS[_i].says, TLSP_E_VALUE, lines_of(put("log",
	    OTHERS[_i].bytes, OTHERS[_i].len), all, &state, &err));
	ck_assert(strstr(err.text, OTHERS[_i].says) != NULL);
	ck_assert(err.at.file != NULL);
}
END_TEST

START_TEST(audit_in_open_says_what_cannot_be_read)
{
	struct audit_in_state state;
	struct tlsp_err err;
	char all[100];

	EXPECT_CODE("absent", TLSP_E_IO, lines_of(help_path(dir, "nowhere"),
	    all, &state, &err));
	EXPECT_CODE("folder", TLSP_E_IO, lines_of(dir, all, &state, &err));
}
END_TEST

Suite *
check_audit_in_suite(void)
{
	Suite *suite = suite_create("audit_in");
	TCase *tcase;

	ADD_CASE(suite, tcase, "audit_in_line");
	tcase_add_checked_fixture(tcase, make_dir, remove_dir);
	tcase_add_loop_test(tcase, audit_in_line_gives_each_line, 0,
	    N_ITEMS(PLAIN));
	tcase_add_loop_test(tcase, audit_in_line_passes_over_long_lines, 0,
	    N_ITEMS(LONG));
#ifdef TLSP_ZLIB
	tcase_add_test(tcase, audit_in_unpacks_members_one_after_another);
	tcase_add_test(tcase, audit_in_tells_what_is_damaged);
#else
	(void)audit_in_unpacks_members_one_after_another;
	(void)audit_in_tells_what_is_damaged;
#endif
	ADD_CASE(suite, tcase, "audit_in_open");
	tcase_add_checked_fixture(tcase, make_dir, remove_dir);
	tcase_add_loop_test(tcase, audit_in_open_says_what_else_it_is, 0,
	    N_ITEMS(OTHERS));
	tcase_add_test(tcase, audit_in_open_says_what_cannot_be_read);
	return suite;
}
