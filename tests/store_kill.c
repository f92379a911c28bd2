/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * store_kill.c - writers and readers of one store are killed with -9, at any
 * time: nothing that was acknowledged is lost, nobody reads half a change or
 * waits for a dead process.
 * Usage:    store_kill [N [seed]]: N kills, default 1000.
 * Knows:    what is in the store after each change: change g sets each
 *           seventh record, from g % 7 on, to generation g.
 */
#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"
#include "helper_store.h"

#define N_CLASSES	7
#define N_RECORDS	140
#define N_READERS	2
#define N_WRITERS	2
#define N_PROCESSES	(N_READERS + N_WRITERS)
#define KILL_AFTER_US	12000
#define PATIENCE_S	20

/* What all processes see. */
struct shared {
	atomic_uint acknowledged;	/* the last change that is published */
	atomic_ulong done[N_PROCESSES];	/* changes made, or stores read */
	atomic_int is_wrong;
};

static struct shared *shared;
static char *path;

static double
now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void
wrong(const char *what, const char *why)
{
	(void)printf("FAIL: %s: %s\n", what, why);
	(void)fflush(stdout);
	atomic_store(&shared->is_wrong, 1);
	_exit(EXIT_FAILURE);
}

/* The change that set the n-th record last, of changes 0 to last. */
static unsigned
generation_of(unsigned n, unsigned last)
{
	return last - (last + N_CLASSES - n % N_CLASSES) % N_CLASSES;
}

/* Out of a record: when it was scanned is when it was made. */
static unsigned
generation_in(const char *value)
{
	return (unsigned)(strtoul(value + 19, NULL, 10) - 1700000000);
}

/* Is all of the store as one change left it? Which one? */
static unsigned
read_all(struct tlsp_store *store)
{
	const char *key = "", *value;
	struct help_record want;
	struct tlsp_err err;
	unsigned generations[N_RECORDS], n, last = 0;
	size_t key_len = 0, len;
	enum tlsp_code code;

	for (n = 0; (code = tlsp_store_next(store, key, key_len, &key,
	    &key_len, &value, &len, &err)) == TLSP_OK; n++) {
		if (n == N_RECORDS)
			wrong("read", "too many records");
		generations[n] = generation_in(value);
		help_record(&want, n, generations[n]);
		if (strcmp(key, want.key) != 0 || len != want.len ||
		    memcmp(value, want.value, len) != 0)
			wrong("read", key);
		free(want.value);
		if (generations[n] > last)
			last = generations[n];
	}
	if (code != TLSP_NONE)
		wrong("read", err.text);
	if (n != N_RECORDS)
		wrong("read", "records are lost");
	for (n = 0; n < N_RECORDS; n++)
		if (generations[n] != generation_of(n, last))
			wrong("read", "half of a change");
	return last;
}

static unsigned
read_store(void)
{
	struct tlsp_store *store;
	struct tlsp_file file;
	struct tlsp_err err;
	const unsigned before = atomic_load(&shared->acknowledged);
	unsigned last;

	if (tlsp_store_open(path, geteuid(), &store, &file, &err) != TLSP_OK)
		wrong("open", err.text);
	if ((last = read_all(store)) < before)
		wrong("read", "an acknowledged change is lost");
	tlsp_store_close(store);
	return last;
}

/* One change more than what is there, whoever made that. */
static void
write_store(void)
{
	struct tlsp_store_edit *edit;
	struct help_record record;
	struct tlsp_err err;
	const char *value;
	size_t len;
	unsigned n, last = 0, generation;

	if (tlsp_store_edit_begin(path, geteuid(), 0, PATIENCE_S, &edit,
	    &err) != TLSP_OK)
		wrong("begin", err.text);
	for (n = 0; n < N_CLASSES; n++) {
		help_record(&record, n, 0);
		if (tlsp_store_edit_get(edit, record.key, record.key_len,
		    &value, &len) != TLSP_OK)
			wrong("change", "no record");
		if ((generation = generation_in(value)) > last)
			last = generation;
		free(record.value);
	}
	if (last < atomic_load(&shared->acknowledged))
		wrong("change", "an acknowledged change is lost");
	last++;
	for (n = last % N_CLASSES; n < N_RECORDS; n += N_CLASSES) {
		help_record(&record, n, last);
		if (tlsp_store_edit_put(edit, record.key, record.key_len,
		    record.value, record.len, &err) != TLSP_OK)
			wrong("put", err.text);
		free(record.value);
	}
	if (tlsp_store_edit_commit(edit, &err) != TLSP_OK)
		wrong("commit", err.text);
	/* Another writer may have been faster to say so of a later one. */
	for (n = atomic_load(&shared->acknowledged); n < last; )
		if (atomic_compare_exchange_weak(&shared->acknowledged, &n,
		    last))
			break;
}

static void
end(pid_t child)
{
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
}

static pid_t
start(int who)
{
	pid_t child;

	(void)fflush(stdout);
	if ((child = fork()) < 0)
		abort();
	if (child > 0)
		return child;
	for (;;) {
		if (who < N_READERS)
			(void)read_store();
		else {
			write_store();
			/* So that the other one gets the lock. */
			(void)usleep(5000);
		}
		atomic_fetch_add(&shared->done[who], 1);
	}
}

/* Does everybody get on? 0, or -1: somebody waits. */
static int
all_get_on(double *worst_s)
{
	const double start_s = now_s();
	unsigned long before[N_PROCESSES];
	int who;

	for (who = 0; who < N_PROCESSES; who++)
		before[who] = atomic_load(&shared->done[who]);
	for (who = 0; who < N_PROCESSES; ) {
		if (atomic_load(&shared->done[who]) != before[who])
			who++;
		else if (atomic_load(&shared->is_wrong) ||
		    now_s() - start_s > PATIENCE_S)
			return -1;
		else
			(void)usleep(200);
	}
	if (now_s() - start_s > *worst_s)
		*worst_s = now_s() - start_s;
	return 0;
}

/* What may lie in the folder when nobody is at work: three files. */
static int
count_files(const char *dir)
{
	DIR *folder = opendir(dir);
	int n = 0;

	if (folder == NULL)
		return -1;
	while (readdir(folder) != NULL)
		n++;
	(void)closedir(folder);
	return n - 2;
}

static int
run(unsigned long n_kills, uint64_t dice)
{
	pid_t children[N_PROCESSES];
	double worst_s = 0;
	unsigned long n;
	int who, is_hung = 0;

	for (who = 0; who < N_PROCESSES; who++)
		children[who] = start(who);
	for (n = 0; n < n_kills && !is_hung &&
	    !atomic_load(&shared->is_wrong); n++) {
		dice = help_random(dice);
		(void)usleep((useconds_t)(dice >> 16) % KILL_AFTER_US);
		/* Of four, three hit a writer. */
		who = dice % 4 == 0 ? (int)(dice >> 8 & 1) :
		    N_READERS + (int)(dice >> 8 & 1);
		end(children[who]);
		children[who] = start(who);
		if (n % 10 == 0 && all_get_on(&worst_s) < 0)
			is_hung = 1;
	}
	for (who = 0; who < N_PROCESSES; who++)
		end(children[who]);
	(void)printf("kills: %lu; %u changes, %lu stores read; nobody waited "
	    "longer than %.2f s\n", n, atomic_load(&shared->acknowledged),
	    atomic_load(&shared->done[0]) + atomic_load(&shared->done[1]),
	    worst_s);
	if (is_hung && !atomic_load(&shared->is_wrong))
		(void)printf("FAIL: somebody waits\n");
	return is_hung || atomic_load(&shared->is_wrong);
}

int
main(int argc, char **argv)
{
	const unsigned long n_kills = argc > 1 ?
	    strtoul(argv[1], NULL, 10) : 1000;
	char *dir = help_dir();
	struct help_record *records = help_records(N_RECORDS, 0);
	struct tlsp_err err;
	unsigned n;
	int is_bad;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (dir == NULL || shared == MAP_FAILED)
		return EXIT_FAILURE;
	path = strdup(help_path(dir, "partners"));
	/* As changes 0 to 6 left it. */
	for (n = 0; n < N_RECORDS; n++) {
		free(records[n].value);
		help_record(&records[n], n, n % N_CLASSES);
	}
	atomic_store(&shared->acknowledged, N_CLASSES - 1);
	if (help_store_publish(path, records, N_RECORDS, &err) != TLSP_OK)
		wrong("publish", err.text);
	is_bad = run(n_kills, argc > 2 ? strtoull(argv[2], NULL, 10) : 7);
	if (!is_bad) {
		write_store();
		(void)read_store();
		if (count_files(dir) != 3)
			wrong(dir, "something is left over");
		if (help_store_verify(help_path(dir, "partners"
		    TLSP_STORE_SUFFIX)) != 0)
			wrong(dir, "the library finds it damaged");
	}
	help_records_free(records, N_RECORDS);
	free(path);
	help_dir_remove(dir);
	return is_bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
