/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * store_tool.c - a store in the hands of a shell: of n known records.
 * Usage:    store_tool publish RULES N GENERATION	a new store
 *           store_tool change RULES N GENERATION	all of them, as learn does
 *           store_tool read RULES N GENERATION	exactly these are there
 *           store_tool jail RULES N GENERATION DIR	the same: opened, then
 *				jailed in DIR as uid 65534, allowed no system
 *				call but to read at a place
 *           store_tool pwrite RULES	may the jail write? It must die.
 * Exit:     0; 1 and what is wrong.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper_store.h"

#define NOBODY	65534

static void
fail(const char *what, const char *why)
{
	(void)printf("%s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* From here on, another system call is the end: SIGSYS. */
static void
allow_reading_only(void)
{
#define ALLOW(nr)							\
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1),		\
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	static struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		ALLOW(__NR_pread64),
		ALLOW(__NR_brk), ALLOW(__NR_mmap), ALLOW(__NR_munmap),
		ALLOW(__NR_exit_group),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	const struct sock_fprog program = {
		sizeof(filter) / sizeof(filter[0]), filter
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		fail("seccomp", "not possible here");
}

static void
go_to_jail(const char *dir)
{
	if (chroot(dir) < 0 || chdir("/") < 0 || setgid(NOBODY) < 0 ||
	    setuid(NOBODY) < 0)
		fail(dir, "no jail");
	allow_reading_only();
}

static struct tlsp_store *
open_store(const char *path)
{
	struct tlsp_store *store;
	struct tlsp_file file;
	struct tlsp_err err;
	const enum tlsp_code code = tlsp_store_open(path, geteuid(), &store,
	    &file, &err);

	if (code != TLSP_OK)
		fail("open", code == TLSP_NONE ? "there is none" : err.text);
	return store;
}

/* Nothing but reading between jail and end; the status says it. */
static void
read_store(const char *path, unsigned n, unsigned generation, const char *jail)
{
	struct help_record *records = help_records(n, generation);
	struct tlsp_store *store = open_store(path);
	const char *key = "", *value, *why = NULL;
	struct tlsp_err err;
	size_t key_len = 0, len;
	unsigned i;

	if (jail != NULL)
		go_to_jail(jail);
	for (i = 0; i < n && why == NULL; i++)
		if (help_store_expect(store, &records[i], &err) < 0)
			why = err.text;
	for (i = 0; why == NULL && tlsp_store_next(store, key, key_len, &key,
	    &key_len, &value, &len, &err) == TLSP_OK; i++)
		if (i == n || strcmp(key, records[i].key) != 0)
			why = "not the next record";
	if (why == NULL && i != n)
		why = "not all records";
	if (jail != NULL)
		_exit(why != NULL);
	if (why != NULL)
		fail("read", why);
	tlsp_store_close(store);
	help_records_free(records, n);
}

static void
change_store(const char *path, unsigned n, unsigned generation)
{
	struct help_record *records = help_records(n, generation);
	struct tlsp_store_edit *edit;
	struct tlsp_err err;
	unsigned i;

	if (tlsp_store_edit_begin(path, geteuid(), 0, 10, &edit, &err) !=
	    TLSP_OK)
		fail("begin", err.text);
	for (i = 0; i < n; i++)
		if (tlsp_store_edit_put(edit, records[i].key,
		    records[i].key_len, records[i].value, records[i].len,
		    &err) != TLSP_OK)
			fail("put", err.text);
	if (tlsp_store_edit_commit(edit, &err) != TLSP_OK)
		fail("commit", err.text);
	help_records_free(records, n);
}

static void
publish_store(const char *path, unsigned n, unsigned generation)
{
	struct help_record *records = help_records(n, generation);
	struct tlsp_err err;

	if (help_store_publish(path, records, n, &err) != TLSP_OK)
		fail("publish", err.text);
	help_records_free(records, n);
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	const unsigned n = argc > 4 ? (unsigned)atoi(argv[3]) : 0;
	const unsigned generation = argc > 4 ? (unsigned)atoi(argv[4]) : 0;

	if (strcmp(verb, "pwrite") == 0) {
		const int fd = open(argv[2], O_RDONLY);

		allow_reading_only();
		if (write(fd, "", 1) != 0)
			_exit(EXIT_SUCCESS);
		_exit(EXIT_SUCCESS);
	} else if (strcmp(verb, "publish") == 0 && argc == 5)
		publish_store(argv[2], n, generation);
	else if (strcmp(verb, "change") == 0 && argc == 5)
		change_store(argv[2], n, generation);
	else if (strcmp(verb, "read") == 0 && argc == 5)
		read_store(argv[2], n, generation, NULL);
	else if (strcmp(verb, "jail") == 0 && argc == 6)
		read_store(argv[2], n, generation, argv[5]);
	else
		fail("store_tool", "how?");
	return EXIT_SUCCESS;
}
