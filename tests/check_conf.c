/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_conf.c - the room cmd/conf: what postconf prints, and how it fails.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../cmd/conf.h"

static const char OUTPUT[] =
    "smtp_tls_CAfile = /etc/ssl/ca.pem\n"
    "empty =\n"
    "empty_too = \n"
    "list = hash:/a, tlspolicy:/b   \n"
    "equal = a = b\n"
    "yes = YES\n"
    "no line of a parameter\n"
    "= nothing\n"
    "\n"
    "last = no newline";

static const struct { const char *name, *value; } VALUES[] = {
	{ "smtp_tls_CAfile", "/etc/ssl/ca.pem" },
	{ "empty", "" },
	{ "empty_too", "" },
	{ "list", "hash:/a, tlspolicy:/b" },
	{ "equal", "a = b" },
	{ "last", "no newline" },
	{ "smtp_tls_CAfil", NULL },
	{ "smtp_tls_CAfile2", NULL },
	{ "no", NULL },
	{ "", NULL },
};

START_TEST(conf_get_finds_what_is_there_and_nothing_else)
{
	const char *want = VALUES[_i].value, *have;
	struct conf *conf;
	struct tlsp_err err;

	ck_assert(conf_parse(strdup(OUTPUT), &conf, &err) == TLSP_OK);
	have = conf_get(conf, VALUES[_i].name);
	ck_assert_msg((want == NULL) == (have == NULL) && (want == NULL ||
	    strcmp(want, have) == 0), "%s: %s", VALUES[_i].name,
	    have == NULL ? "(none)" : have);
	ck_assert(conf_is_yes(conf, "yes") && !conf_is_yes(conf, "last") &&
	    !conf_is_yes(conf, "missing"));
	ck_assert_str_eq(conf_dir(conf), "/etc/postfix");
	conf_free(conf);
}
END_TEST

/* A postconf of our own, first in PATH. */
static const struct {
	const char *script, *want;
} PROGRAMS[] = {
	{ "exit 1", "cannot read the configuration of Postfix: it says "
	    "nothing" },
	{ "echo 'postconf: warning: so so' >&2; "
	    "echo 'postconf: fatal: open /x/main.cf: no way' >&2; exit 1",
	    "cannot read the configuration of Postfix: open /x/main.cf: no "
	    "way" },
	{ "kill -9 $$", "was killed by signal 9" },
	{ "exit 0", "prints nothing" },
	{ "head -c 80000000 /dev/zero | tr '\\000' x", "says more than" },
	{ "printf 'a = b\\000c\\n'", "prints a NUL byte" },
	{ "echo a = \"$*\"", NULL },
	/* More than a pipe holds, on both. */
	{ "i=0; while [ $i -lt 3000 ]; do echo 'warning: a long line that "
	    "fills the pipe' >&2; echo \"p$i = value value value value\"; "
	    "i=$((i + 1)); done; echo a = \"$*\"", NULL },
};

START_TEST(conf_load_has_a_sentence_for_each_failure)
{
	char *dir = help_dir(), path[512], *old = strdup(getenv("PATH"));
	char script[700];
	struct conf *conf = NULL;
	struct tlsp_err err;
	enum tlsp_code code;

	(void)snprintf(path, sizeof(path), "%s:%s", dir, old);
	(void)snprintf(script, sizeof(script), "#!/bin/sh\n%s\n",
	    PROGRAMS[_i].script);
	ck_assert(help_write(help_path(dir, "postconf"), script, 60) == 0);
	ck_assert(chmod(help_path(dir, "postconf"), 0755) == 0);
	ck_assert(setenv("PATH", path, 1) == 0);
	code = conf_load("/some/dir", &conf, &err);
	ck_assert(setenv("PATH", old, 1) == 0);
	if (PROGRAMS[_i].want == NULL) {
		EXPECT_CODE(PROGRAMS[_i].script, TLSP_OK, code);
		EXPECT_STR("arguments", "-c /some/dir -x",
		    conf_get(conf, "a"));
		conf_free(conf);
	} else {
		EXPECT_CODE(PROGRAMS[_i].script, TLSP_E_IO, code);
		ck_assert_msg(strstr(err.text, PROGRAMS[_i].want) != NULL,
		    "%s", err.text);
	}
	free(old);
	help_dir_remove(dir);
}
END_TEST

Suite *
check_conf_suite(void)
{
	Suite *suite = suite_create("conf");
	TCase *tcase;

	ADD_CASE(suite, tcase, "conf_get");
	tcase_add_loop_test(tcase,
	    conf_get_finds_what_is_there_and_nothing_else, 0,
	    N_ITEMS(VALUES));
	ADD_CASE(suite, tcase, "conf_load");
	tcase_add_loop_test(tcase, conf_load_has_a_sentence_for_each_failure,
	    0, N_ITEMS(PROGRAMS));
	return suite;
}
