/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_master.c - the rooms cmd/master, cmd/reach: the services of master.cf,
 * and what a process in a jail can open.
 */
#include "check_tlsp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../cmd/master.h"
#include "../cmd/reach.h"

static const char LINES[] =
    "smtp       inet  n       -       y       -       -       smtpd\n"
    "smtp       unix  -       -       -       -       -       smtp\n"
    "relay      unix  -       -       n       -       -       smtp -o "
    "syslog_name=relay\n"
    "short      unix  -       -       n       -\n"
    "\n"
    "[::1]:2525 inet  n       -       n       -       -       smtpd\n"
    "last unix - - y - 0 smtp";

static const char OVERRIDES[] =
    "relay/unix/syslog_name = relay\n"
    "smtp/inet/smtp_tls_CAfile = /server\n"
    "smtp/unix/smtp_tls_CAfile = /client\n"
    "[::1]:2525/inet/smtpd_tls_security_level = encrypt\n";

static const struct {
	const char *command;
	size_t n;
	const char *name;
	int is_chrooted;
} FOUND[] = {
	{ "smtp", 0, "smtp", 1 },
	{ "smtp", 1, "relay", 0 },
	{ "smtp", 2, "last", 1 },
	{ "smtp", 3, NULL, 0 },
	{ "smtpd", 0, "smtp", 1 },
	{ "smtpd", 1, "[::1]:2525", 0 },
	{ "lmtp", 0, NULL, 0 },
};

static struct master *
read_all(int is_chrooted)
{
	struct master *master;
	struct tlsp_err err;

	ck_assert(master_parse(strdup(LINES), strdup(OVERRIDES), is_chrooted,
	    &master, &err) == TLSP_OK);
	return master;
}

START_TEST(master_find_lists_the_services_of_a_program)
{
	struct master *master = read_all(1);
	const struct master_service *service = master_find(master,
	    FOUND[_i].command, FOUND[_i].n);

	ck_assert((service == NULL) == (FOUND[_i].name == NULL));
	if (service != NULL) {
		EXPECT_STR("name", FOUND[_i].name, service->name);
		ck_assert_int_eq(service->is_chrooted, FOUND[_i].is_chrooted);
	}
	master_free(master);
}
END_TEST

START_TEST(master_transport_is_one_by_which_mail_goes)
{
	struct master *master = read_all(1);
	const struct master_service *smtp = master_transport(master, "smtp");

	ck_assert_ptr_nonnull(smtp);
	EXPECT_STR("not the server", "smtp", smtp->command);
	EXPECT_STR("relay", "smtp", master_transport(master,
	    "relay")->command);
	ck_assert_ptr_null(master_transport(master, "[::1]:2525"));
	ck_assert_ptr_null(master_transport(master, "lmtp"));
	master_free(master);
}
END_TEST

START_TEST(master_parse_fills_in_what_a_dash_means)
{
	struct master *master = read_all(0);

	ck_assert(!master_find(master, "smtp", 0)->is_chrooted);
	ck_assert(master_find(master, "smtp", 2)->is_chrooted);
	master_free(master);
}
END_TEST

START_TEST(master_override_is_that_of_the_service_alone)
{
	struct master *master = read_all(1);
	const struct master_service *smtp = master_find(master, "smtp", 0);

	EXPECT_STR("smtp", "/client", master_override(master, smtp,
	    "smtp_tls_CAfile"));
	EXPECT_STR("smtpd", "encrypt", master_override(master,
	    master_find(master, "smtpd", 1), "smtpd_tls_security_level"));
	ck_assert_ptr_null(master_override(master, smtp, "syslog_name"));
	ck_assert_ptr_null(master_override(master, master_find(master, "smtp",
	    1), "smtp_tls_CAfile"));
	master_free(master);
}
END_TEST

/* A postconf of our own, first in PATH. */
START_TEST(master_load_asks_postconf_twice)
{
	char *dir = help_dir(), path[512], *old = strdup(getenv("PATH"));
	static char level[] = "compatibility_level = 0\n";
	struct master *master = NULL;
	struct conf *conf = NULL;
	struct tlsp_err err;

	(void)snprintf(path, sizeof(path), "%s:%s", dir, old);
	ck_assert(help_write(help_path(dir, "postconf"), "#!/bin/sh\n"
	    "case $* in '-M -c /d') echo 'a unix - - - - - smtp' ;;\n"
	    "'-Px -c /d') echo 'a/unix/x = y' ;;\n"
	    "*) echo 'postconf: fatal: no master.cf' >&2; exit 1 ;; esac\n",
	    60) == 0);
	ck_assert(chmod(help_path(dir, "postconf"), 0755) == 0);
	ck_assert(setenv("PATH", path, 1) == 0);
	ck_assert(conf_parse(strdup(level), &conf, &err) == TLSP_OK);
	ck_assert(master_load("/d", conf, &master, &err) == TLSP_OK);
	ck_assert(master_find(master, "smtp", 0)->is_chrooted);
	EXPECT_STR("x", "y", master_override(master, master_find(master,
	    "smtp", 0), "x"));
	master_free(master);
	EXPECT_CODE("fails", TLSP_E_IO, master_load("/e", conf, &master,
	    &err));
	ck_assert(strstr(err.text, "no master.cf") != NULL);
	ck_assert(setenv("PATH", old, 1) == 0);
	conf_free(conf);
	free(old);
	help_dir_remove(dir);
}
END_TEST

/* Of a file in a folder that only root may enter. */
START_TEST(reach_open_tries_as_another_inside_the_jail)
{
	const int is_root = geteuid() == 0;
	char *dir = help_dir();

	ck_assert(help_write(help_path(dir, "f"), "x", 60) == 0);
	ck_assert_int_eq(reach_open(NULL, "nobody", help_path(dir, "f")),
	    is_root ? EACCES : REACH_UNKNOWN);
	ck_assert_int_eq(reach_open(dir, "nobody", "/f"), is_root ? EACCES :
	    REACH_UNKNOWN);
	ck_assert(chmod(dir, 0755) == 0);
	ck_assert(chmod(help_path(dir, "f"), 0644) == 0);
	ck_assert_int_eq(reach_open(dir, "nobody", "/f"), is_root ? 0 :
	    REACH_UNKNOWN);
	ck_assert_int_eq(reach_open(dir, "nobody", help_path(dir, "f")),
	    ENOENT);
	ck_assert_int_eq(reach_open(NULL, "nobody", help_path(dir, "g")),
	    ENOENT);
	ck_assert_int_eq(reach_open(NULL, "no such user", "/"),
	    REACH_UNKNOWN);
	help_dir_remove(dir);
}
END_TEST

Suite *
check_master_suite(void)
{
	Suite *suite = suite_create("master");
	TCase *tcase;

	ADD_CASE(suite, tcase, "master_find");
	tcase_add_loop_test(tcase, master_find_lists_the_services_of_a_program,
	    0, N_ITEMS(FOUND));
	tcase_add_test(tcase, master_transport_is_one_by_which_mail_goes);
	tcase_add_test(tcase, master_parse_fills_in_what_a_dash_means);
	tcase_add_test(tcase, master_override_is_that_of_the_service_alone);
	ADD_CASE(suite, tcase, "master_load");
	tcase_add_test(tcase, master_load_asks_postconf_twice);
	ADD_CASE(suite, tcase, "reach_open");
	tcase_add_test(tcase, reach_open_tries_as_another_inside_the_jail);
	return suite;
}
