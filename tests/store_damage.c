/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * store_damage.c - whatever is changed in a store, each record is the right
 * one or an error: never a crash, never without end, never "there is none".
 * Usage:    store_damage [N [seed]]: N damages of a store of 100 records and
 *           N / 4 of one of 10,000, default 2000; the whole run is 16000.
 * Knows:    the records; where pages begin. Each damage is read in a process
 *           of its own, so that whatever happens to it is seen.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper.h"
#include "helper_store.h"

#define PAGE		4096
#define SECTOR		512
#define N_RANGES	2
#define PATIENCE_S	20
#define N_ABSENT	25

static const char *const KINDS[] = {
	"a bit", "some bytes", "the head of a page", "the first page",
	"cut short", "a sector zeroed", "a page zeroed", "sectors swapped",
	"pages swapped", "a page written twice", "made longer",
	"a field of a page",
};
#define N_KINDS	(sizeof(KINDS) / sizeof(KINDS[0]))

/* What a process that read it came to. */
enum outcome {
	ALL_RIGHT, REFUSED, SOME_ERRORS, WRONG, CRASHED, HUNG, N_OUTCOMES
};

struct damage {
	char *path;
	char *name;
	unsigned char *bytes;		/* as it should be */
	size_t len;
	int fd;
	uint64_t dice;
	size_t at[N_RANGES];		/* what was changed, to mend it */
	size_t n[N_RANGES];
	struct help_record *records;
	unsigned n_records;
	unsigned n_asked;
	unsigned long outcomes[N_KINDS][N_OUTCOMES];
};

static size_t
below(struct damage *damage, size_t n)
{
	damage->dice = help_random(damage->dice);
	return (size_t)(damage->dice >> 20) % n;
}

static void
put(struct damage *damage, int range, size_t at, const void *bytes, size_t n)
{
	if (at + n > damage->len)
		n = damage->len - at;
	damage->at[range] = at;
	damage->n[range] = n;
	if (pwrite(damage->fd, bytes, n, (off_t)at) != (ssize_t)n)
		abort();
}

static void
put_random(struct damage *damage, size_t at, size_t n)
{
	unsigned char bytes[64];
	size_t i;

	for (i = 0; i < n; i++)
		bytes[i] = (unsigned char)below(damage, 256);
	put(damage, 0, at, bytes, n);
}

static void
swap(struct damage *damage, size_t unit)
{
	const size_t a = below(damage, damage->len / unit) * unit;
	const size_t b = below(damage, damage->len / unit) * unit;

	put(damage, 0, a, damage->bytes + b, unit);
	put(damage, 1, b, damage->bytes + a, unit);
}

/* One field: a number of the page, its type, a count, an offset. */
static void
put_field(struct damage *damage, size_t page)
{
	static const struct { size_t at; size_t n; } FIELDS[] = {
		{ 8, 4 }, { 12, 4 }, { 16, 4 }, { 20, 2 }, { 22, 2 },
		{ 24, 1 }, { 25, 1 }, { 28, 4 }, { 32, 2 }, { 34, 2 },
	};
	const size_t n = below(damage, sizeof(FIELDS) / sizeof(FIELDS[0]));
	uint32_t value = (uint32_t)below(damage, 4) == 0 ? 0 :
	    (uint32_t)below(damage, damage->len / PAGE + 3);

	put(damage, 0, page + FIELDS[n].at, &value, FIELDS[n].n);
}

static void
damage_it(struct damage *damage, unsigned kind)
{
	static const unsigned char zero[PAGE];
	const size_t page = below(damage, damage->len / PAGE) * PAGE;
	const size_t at = below(damage, damage->len);
	unsigned char byte;

	switch (kind) {
	case 0:
		byte = (unsigned char)(damage->bytes[at] ^
		    1 << below(damage, 8));
		put(damage, 0, at, &byte, 1);
		break;
	case 1:
		put_random(damage, at, 1 + below(damage, 16));
		break;
	case 2:
		put_random(damage, page + below(damage, 26),
		    1 + below(damage, 8));
		break;
	case 3:
		put_random(damage, below(damage, SECTOR),
		    1 + below(damage, 4));
		break;
	case 4:
		if (ftruncate(damage->fd, (off_t)(below(damage, 2) == 0 ? at :
		    page)) < 0)
			abort();
		damage->at[0] = at < page ? at : page;
		damage->n[0] = damage->len - damage->at[0];
		break;
	case 5:
		put(damage, 0, at / SECTOR * SECTOR, zero, SECTOR);
		break;
	case 6:
		put(damage, 0, page, zero, PAGE);
		break;
	case 7:
		swap(damage, SECTOR);
		break;
	case 8:
		swap(damage, PAGE);
		break;
	case 9:
		put(damage, 0, page, damage->bytes +
		    below(damage, damage->len / PAGE) * PAGE, PAGE);
		break;
	case 10:
		if (pwrite(damage->fd, damage->bytes, 1 + at % (2 * PAGE),
		    (off_t)damage->len) < 0)
			abort();
		break;
	default:
		put_field(damage, page);
	}
}

static void
mend(struct damage *damage)
{
	int range;

	for (range = 0; range < N_RANGES; range++) {
		put(damage, range, damage->at[range], damage->bytes +
		    damage->at[range], damage->n[range]);
		damage->n[range] = 0;
	}
	if (ftruncate(damage->fd, (off_t)damage->len) < 0)
		abort();
}

/* In the child: what is wrong is said, for a person to find it. */
static void
wrong(const char *what, const char *key)
{
	(void)printf("FAIL: %s: %s\n", key, what);
	(void)fflush(stdout);
	_exit(WRONG);
}

static void
reopen(const struct damage *damage, struct tlsp_store **store)
{
	struct tlsp_file file;
	struct tlsp_err err;
	enum tlsp_code code;

	tlsp_store_close(*store);
	*store = NULL;
	code = tlsp_store_open(damage->path, geteuid(), store, &file, &err);
	if (code >= TLSP_OK && *store == NULL)
		wrong("there is no store, it says", damage->name);
	if (*store == NULL) {
		tlsp_file_close(&file);
		_exit(REFUSED);
	}
}

/* After an error, once more with a new handle: each key has its chance. */
static enum tlsp_code
ask(const struct damage *damage, struct tlsp_store **store, const char *key,
    const struct help_record *want)
{
	struct tlsp_err err;
	const char *value;
	size_t len;
	enum tlsp_code code = tlsp_store_get(*store, key, strlen(key), &value,
	    &len, &err);

	if (want == NULL ? code == TLSP_OK : code == TLSP_NONE)
		wrong(want == NULL ? "is there" : "is not there", key);
	if (code == TLSP_OK && (len != want->len ||
	    memcmp(value, want->value, len) != 0))
		wrong("another record", key);
	if (code < 0) {
		reopen(damage, store);
	}
	return code;
}

/* From one to the next: all of them, or an error where they end. */
static enum tlsp_code
walk(const struct damage *damage, struct tlsp_store *store)
{
	const char *key = "", *value;
	struct tlsp_err err;
	size_t key_len = 0, len;
	unsigned n = 0;
	enum tlsp_code code;

	while ((code = tlsp_store_next(store, key, key_len, &key, &key_len,
	    &value, &len, &err)) == TLSP_OK) {
		if (n == damage->n_records ||
		    key_len != damage->records[n].key_len ||
		    memcmp(key, damage->records[n].key, key_len) != 0 ||
		    len != damage->records[n].len ||
		    memcmp(value, damage->records[n].value, len) != 0)
			wrong("not the next record", key);
		n++;
	}
	if (code == TLSP_NONE && n != damage->n_records)
		wrong("not all records", damage->name);
	return code;
}

static void
read_it(struct damage *damage)
{
	struct tlsp_store *store = NULL;
	struct tlsp_store_edit *edit;
	struct tlsp_err err;
	const struct help_record *record;
	char absent[40];
	int is_damaged = 0, is_cut;
	unsigned n;

	(void)alarm(PATIENCE_S);
	reopen(damage, &store);
	for (n = 0; n < damage->n_asked; n++) {
		record = &damage->records[damage->n_asked ==
		    damage->n_records ? n : below(damage, damage->n_records)];
		is_damaged |= ask(damage, &store, record->key, record) < 0;
	}
	for (n = 0; n < N_ABSENT; n++) {
		(void)snprintf(absent, sizeof(absent), "d%06u.absent",
		    (unsigned)below(damage, damage->n_records));
		is_damaged |= ask(damage, &store, absent, NULL) < 0;
	}
	is_cut = walk(damage, store) < 0;
	tlsp_store_close(store);
	/* A writer passes on all of it, or nothing. */
	if (tlsp_store_edit_begin(damage->path, geteuid(), 0, 10, &edit,
	    &err) == TLSP_OK) {
		if (is_cut)
			wrong("a writer finds nothing", damage->name);
		tlsp_store_edit_abort(edit);
	}
	_exit(is_damaged || is_cut ? SOME_ERRORS : ALL_RIGHT);
}

static enum outcome
outcome_of(struct damage *damage)
{
	int status;
	pid_t child;

	(void)fflush(stdout);
	if ((child = fork()) < 0)
		abort();
	if (child == 0)
		read_it(damage);
	if (waitpid(child, &status, 0) != child)
		abort();
	if (WIFEXITED(status))
		return WEXITSTATUS(status) <= WRONG ?
		    (enum outcome)WEXITSTATUS(status) : CRASHED;
	return WTERMSIG(status) == SIGALRM ? HUNG : CRASHED;
}

static int
report(const struct damage *damage)
{
	unsigned long sum[N_OUTCOMES] = { 0 }, seen;
	unsigned kind, n;
	int is_bad = 0;

	for (kind = 0; kind < N_KINDS; kind++) {
		const unsigned long *got = damage->outcomes[kind];

		for (n = 0; n < N_OUTCOMES; n++)
			sum[n] += got[n];
		seen = got[REFUSED] + got[SOME_ERRORS];
		/* Damage that is never seen was none. */
		if (seen == 0 && got[ALL_RIGHT] > 10) {
			(void)printf("FAIL: %s: never seen\n", KINDS[kind]);
			is_bad = 1;
		}
	}
	(void)printf("damage: %6u records: %lu harmless, %lu refused at open, "
	    "%lu with errors, %lu wrong, %lu crashes, %lu hangs\n",
	    damage->n_records, sum[ALL_RIGHT], sum[REFUSED],
	    sum[SOME_ERRORS], sum[WRONG], sum[CRASHED], sum[HUNG]);
	return is_bad || sum[WRONG] + sum[CRASHED] + sum[HUNG] > 0;
}

static int
run(const char *dir, unsigned n_records, unsigned n_asked, unsigned long n,
    uint64_t seed)
{
	struct damage damage = { .dice = seed, .n_records = n_records,
	    .n_asked = n_asked };
	struct tlsp_err err;
	unsigned long i;
	enum outcome outcome;
	int is_bad;

	damage.path = strdup(help_path(dir, "partners"));
	damage.name = strdup(help_path(dir, "partners" TLSP_STORE_SUFFIX));
	damage.records = help_records(n_records, 1);
	if (help_store_publish(damage.path, damage.records, n_records,
	    &err) != TLSP_OK) {
		(void)printf("FAIL: %s\n", err.text);
		return 1;
	}
	damage.bytes = (unsigned char *)help_read(damage.name, &damage.len);
	damage.fd = open(damage.name, O_RDWR);
	if (outcome_of(&damage) != ALL_RIGHT) {
		(void)printf("FAIL: without damage\n");
		return 1;
	}
	for (i = 0; i < n; i++) {
		damage_it(&damage, (unsigned)(i % N_KINDS));
		outcome = outcome_of(&damage);
		damage.outcomes[i % N_KINDS][outcome]++;
		if (outcome >= WRONG)
			(void)printf("FAIL: %s, number %lu, of %u records, "
			    "at %zu and %zu\n", KINDS[i % N_KINDS], i,
			    n_records, damage.at[0], damage.at[1]);
		mend(&damage);
	}
	is_bad = report(&damage) || outcome_of(&damage) != ALL_RIGHT;
	(void)close(damage.fd);
	help_records_free(damage.records, n_records);
	free(damage.bytes);
	free(damage.path);
	free(damage.name);
	return is_bad;
}

int
main(int argc, char **argv)
{
	const unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
	const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) :
	    20261125;
	char *dir = help_dir();
	int is_bad;

	if (dir == NULL)
		return EXIT_FAILURE;
	is_bad = run(dir, 100, 100, n, seed);
	is_bad |= run(dir, 10000, 300, n / 4, seed + 1);
	help_dir_remove(dir);
	return is_bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
