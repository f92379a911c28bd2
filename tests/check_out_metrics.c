/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_out_metrics.c - numbers for monitoring: as the format wants them, in
 * a file that is replaced whole, or not at all.
 */
#include "check_tlsp.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../cmd/out_metrics.h"

START_TEST(out_metrics_has_help_type_and_labels)
{
	const struct out_metrics_label labels[] = { { "a", "x" },
	    { "table", "/a\"b\\c" }, { NULL, NULL } };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert(out != NULL);
	out_metrics_begin("n", "What it is.", out);
	out_metrics_value("n", NULL, -7, out);
	out_metrics_value("n", labels, INT64_C(123456789012), out);
	ck_assert(fclose(out) == 0);
	ck_assert_str_eq(text, "# HELP n What it is.\n# TYPE n gauge\nn -7\n"
	    "n{a=\"x\",table=\"/a\\\"b\\\\c\"} 123456789012\n");
	free(text);
}
END_TEST

static size_t
n_files(const char *dir)
{
	DIR *stream = opendir(dir);
	size_t n = 0;

	ck_assert(stream != NULL);
	while (readdir(stream) != NULL)
		n++;
	(void)closedir(stream);
	return n - 2;
}

START_TEST(out_metrics_publish_replaces_the_file)
{
	const mode_t mask = umask(077);
	char *dir = help_dir(), *text;
	const char *path = help_path(dir, "x.prom");
	struct stat before, after;
	struct tlsp_err err;
	size_t len;

	ck_assert_int_eq(help_write(path, "old", 0), 0);
	ck_assert_int_eq(stat(path, &before), 0);
	ck_assert_int_eq(out_metrics_publish(path, "new\n", 4, &err), TLSP_OK);
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert(before.st_ino != after.st_ino);
	ck_assert_int_eq(after.st_mode & 07777, 0644);
	ck_assert((text = help_read(path, &len)) != NULL);
	ck_assert_str_eq(text, "new\n");
	ck_assert_uint_eq(n_files(dir), 1);
	free(text);
	help_dir_remove(dir);
	(void)umask(mask);
}
END_TEST

START_TEST(out_metrics_publish_says_what_is_in_the_way)
{
	char *dir = help_dir();
	struct tlsp_err err;
	const char *path = help_path(dir, "none/x.prom");

	ck_assert_int_eq(out_metrics_publish(path, "new\n", 4, &err),
	    TLSP_E_IO);
	ck_assert_str_eq(err.at.file, path);
	/* A folder is not replaced, and nothing is left beside it. */
	path = help_path(dir, "folder");
	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert_int_eq(out_metrics_publish(path, "new\n", 4, &err),
	    TLSP_E_IO);
	ck_assert(strstr(err.text, "cannot replace it") != NULL);
	ck_assert_uint_eq(n_files(dir), 1);
	ck_assert_int_eq(rmdir(path), 0);
	help_dir_remove(dir);
}
END_TEST

Suite *
check_out_metrics_suite(void)
{
	Suite *suite = suite_create("out_metrics");
	TCase *tcase;

	ADD_CASE(suite, tcase, "out_metrics_value");
	tcase_add_test(tcase, out_metrics_has_help_type_and_labels);
	ADD_CASE(suite, tcase, "out_metrics_publish");
	tcase_add_test(tcase, out_metrics_publish_replaces_the_file);
	tcase_add_test(tcase, out_metrics_publish_says_what_is_in_the_way);
	return suite;
}
