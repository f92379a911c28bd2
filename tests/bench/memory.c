/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * memory.c - what an open table costs, once every rule was looked up.
 * Knows:    new processes, one or many at once. Not: /proc, reports.
 * Feeds:    report, bench.
 */
#include "memory.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smaps.h"
#include "spawn.h"

#define N_ALONE		5	/* processes, one after the other */
#define LINE_SIZE	256
#define KEYS		"keys"	/* the file with every rule, in the folder */

static char *
keys_path(const char *folder)
{
	char *path;

	if (asprintf(&path, "%s/" KEYS, folder) < 0)
		err(2, "asprintf");
	return path;
}

/* Every rule once, in a form that takes no memory to read: key\0answer\0 */
static void
write_keys(const struct bench_setup *setup)
{
	char *path = keys_path(setup->folder);
	FILE *out = fopen(path, "w");
	size_t n;

	if (out == NULL)
		err(2, "%s", path);
	for (n = 0; n < setup->text.n_rules; n++)
		(void)fprintf(out, "%s%c%s%c", setup->text.rules[n].key, '\0',
		    setup->text.rules[n].answer, '\0');
	if (fclose(out) != 0)
		err(2, "%s", path);
	free(path);
}

/* Mapped and in memory, shared by all processes. */
static char *
map_keys(const char *path, size_t *ret_size)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *keys;

	if (fd < 0 || fstat(fd, &st) < 0)
		err(2, "%s", path);
	keys = mmap(NULL, (size_t)st.st_size, PROT_READ,
	    MAP_SHARED | MAP_POPULATE, fd, 0);
	if (keys == MAP_FAILED)
		err(2, "%s", path);
	(void)close(fd);
	*ret_size = (size_t)st.st_size;
	return keys;
}

static int
look_up_all(struct bench_table *table, char *keys, size_t size, size_t step)
{
	struct bench_query query = { .walks = 0 };
	char *p = keys;
	size_t n;

	for (n = 0; p < keys + size; n++) {
		query.key = p;
		query.want = p + strlen(p) + 1;
		p += strlen(p) + 1;
		p += strlen(p) + 1;
		if (n % step == 0 && !bench_tables_is_right(table, &query,
		    bench_tables_ask(table, &query)))
			return 1;
	}
	return 0;
}

/* Say that we are so far, and wait for a line or the end. */
static void
meet(void)
{
	char byte;

	(void)fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n')
		continue;
}

int
bench_memory_child(struct bench_table *table, const char *folder,
    size_t step)
{
	char *path = keys_path(folder), *keys;
	struct bench_smaps before, after;
	size_t size;
	int is_wrong;

	keys = map_keys(path, &size);
	bench_tables_aim(table, folder);
	bench_smaps_here(folder, path, &before);
	(void)printf("ready\n");
	bench_smaps_here(folder, path, &before);
	meet();
	bench_tables_open(table);
	is_wrong = look_up_all(table, keys, size, step);
	bench_smaps_here(folder, path, &after);
	(void)printf("%.0f %.0f %.0f %.0f %d\n",
	    after.private_kb - before.private_kb,
	    after.mapped_kb - before.mapped_kb,
	    after.code_kb - before.code_kb, after.peak_kb - before.all_kb,
	    is_wrong);
	meet();
	return is_wrong;
}

/* Many processes at once; "alone" gets the figures of the last one. */
struct crowd {
	struct bench_child *children;
	size_t n;
	double n_wrong;
	double shares_kb;	/* of all, without what they had before */
	struct bench_smaps alone;
};

static double
all_shares(const struct crowd *crowd)
{
	double kb = 0;
	size_t n;

	for (n = 0; n < crowd->n; n++)
		kb += bench_smaps_share(crowd->children[n].pid);
	return kb;
}

static void
hear(struct bench_child *child, char line[LINE_SIZE])
{
	if (!bench_spawn_line(child, line, LINE_SIZE))
		errx(2, "a new process ended too early");
}

static void
say_go(struct bench_child *child)
{
	(void)fputc('\n', child->to);
	(void)fflush(child->to);
}

static void
run_crowd(const struct bench_setup *setup, const struct bench_table *table,
    struct crowd *crowd)
{
	const size_t step = crowd->n == 1 ? 1 :
	    1 + (setup->text.n_rules - 1) / BENCH_MANY_LOOKUPS;
	char step_text[32], line[LINE_SIZE];
	const char *const argv[] = { "self", "-t", table->name, "-M",
	    step_text, setup->folder, NULL };
	size_t n;
	int is_wrong;

	(void)snprintf(step_text, sizeof(step_text), "%zu", step);
	crowd->children = bench_alloc(crowd->n, sizeof(*crowd->children));
	for (n = 0; n < crowd->n; n++)
		bench_spawn(argv, &crowd->children[n]);
	for (n = 0; n < crowd->n; n++)
		hear(&crowd->children[n], line);
	crowd->shares_kb = -all_shares(crowd);
	for (n = 0; n < crowd->n; n++)
		say_go(&crowd->children[n]);
	for (n = 0; n < crowd->n; n++) {
		hear(&crowd->children[n], line);
		if (sscanf(line, "%lf %lf %lf %lf %d",
		    &crowd->alone.private_kb, &crowd->alone.mapped_kb,
		    &crowd->alone.code_kb, &crowd->alone.peak_kb,
		    &is_wrong) != 5)
			errx(2, "a new process said: %s", line);
		crowd->n_wrong += is_wrong;
	}
	crowd->shares_kb += all_shares(crowd);
	for (n = 0; n < crowd->n; n++)
		(void)bench_spawn_end(&crowd->children[n]);
	free(crowd->children);
}

static void
add(struct bench_setup *setup, const char *table, enum bench_what what,
    struct bench_samples *samples)
{
	const struct bench_figure of = { .what = what, .mode = "", .c = "",
	    .n_rules = setup->text.n_rules, .table = table };

	bench_figures_add(setup->figures, &of, samples);
}

/* Returns the most that one process ever needed for itself, in KB. */
static double
measure_alone(struct bench_setup *setup, const struct bench_table *table)
{
	struct bench_samples private = { .n = 0 }, mapped = { .n = 0 },
	    code = { .n = 0 }, peak = { .n = 0 };
	struct crowd crowd;
	double kb;
	size_t n;

	for (n = 0; n < N_ALONE; n++) {
		memset(&crowd, 0, sizeof(crowd));
		crowd.n = 1;
		run_crowd(setup, table, &crowd);
		bench_samples_add(&private, crowd.alone.private_kb);
		bench_samples_add(&mapped, crowd.alone.mapped_kb);
		bench_samples_add(&code, crowd.alone.code_kb);
		bench_samples_add(&peak, crowd.alone.peak_kb);
		setup->figures->n_wrong += crowd.n_wrong;
	}
	kb = bench_samples_median(&peak) - bench_samples_median(&mapped) -
	    bench_samples_median(&code);
	add(setup, table->name, BENCH_PRIVATE_KB, &private);
	add(setup, table->name, BENCH_MAPPED_KB, &mapped);
	add(setup, table->name, BENCH_CODE_KB, &code);
	add(setup, table->name, BENCH_PEAK_KB, &peak);
	return kb;
}

static void
measure_many(struct bench_setup *setup, const struct bench_table *table)
{
	struct bench_samples samples = { .n = 0 };
	struct crowd crowd = { .n = setup->n_processes };

	run_crowd(setup, table, &crowd);
	setup->figures->n_wrong += crowd.n_wrong;
	bench_samples_add(&samples, crowd.shares_kb);
	add(setup, table->name, BENCH_MANY_KB, &samples);
}

void
bench_memory(struct bench_setup *setup)
{
	const double free_kb = bench_smaps_available();
	double kb;
	size_t n;

	write_keys(setup);
	for (n = 0; n < setup->n_tables; n++) {
		kb = measure_alone(setup, &setup->tables[n]);
		/* All at once may be where each needs the most. */
		if (kb * (double)setup->n_processes < free_kb / 2)
			measure_many(setup, &setup->tables[n]);
	}
}
