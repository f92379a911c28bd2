/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * build.c - how long postmap(1) takes, and how large its file is.
 * Knows:    postmap. Not: tables' formats, reports.
 * Feeds:    report, bench.
 */
#include "build.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spawn.h"

#define MIN_ROUNDS	5
#define MAX_ROUNDS	31
#define SECONDS		3.0	/* for one table */

/* Of one table. */
struct job {
	const struct bench_table *table;
	char *spec;		/* owned */
	char *made;		/* owned */
	struct bench_samples ms;
	struct bench_samples cpu_ms;
	struct bench_samples bytes;
};

struct work {
	struct job *jobs;
	int folder;
};

static void
build_once(void *context, size_t which)
{
	struct work *work = context;
	struct job *job = &work->jobs[which];
	const char *const argv[] = { "postmap", job->spec, NULL };
	struct bench_child child;
	double start;

	/* Nobody shall have to write out what others have left behind. */
	(void)unlink(job->made);
	if (syncfs(work->folder) != 0)
		err(2, "syncfs");
	start = bench_now_ns();
	bench_spawn(argv, &child);
	if (bench_spawn_end(&child) != 0)
		errx(2, "postmap %s: failed", job->spec);
	bench_samples_add(&job->ms, (bench_now_ns() - start) / 1e6);
	bench_samples_add(&job->cpu_ms, child.cpu_ms);
}

static void
add(struct bench_setup *setup, const struct job *job, enum bench_what what,
    struct bench_samples *samples)
{
	const struct bench_figure of = { .what = what, .mode = "", .c = "",
	    .n_rules = setup->text.n_rules, .table = job->table->name };

	bench_figures_add(setup->figures, &of, samples);
}

/* The file in use, not the copy: that is what is looked up. */
static void
weigh(const struct bench_setup *setup, struct job *job)
{
	struct stat st;
	char *path;

	if (asprintf(&path, "%s/%s%s", setup->folder, job->table->file,
	    job->table->suffix) < 0)
		err(2, "asprintf");
	if (stat(path, &st) == 0)
		bench_samples_add(&job->bytes, (double)st.st_size);
	free(path);
}

/* Returns 0 if postmap makes nothing for this table. */
static int
make_job(const struct bench_setup *setup, const struct bench_table *table,
    struct job *job)
{
	if (table->suffix == NULL)
		return 0;
	job->table = table;
	weigh(setup, job);
	if (asprintf(&job->spec, "%s:%s/" BENCH_BUILD_FOLDER "/%s",
	    table->type, setup->folder, table->file) < 0 ||
	    asprintf(&job->made, "%s/" BENCH_BUILD_FOLDER "/%s%s",
	    setup->folder, table->file, table->suffix) < 0)
		err(2, "asprintf");
	/* No index, no build; and the text is nobody's to build. */
	return job->bytes.n > 0 && table->suffix[0] != '\0';
}

void
bench_build(struct bench_setup *setup)
{
	struct bench_turns turns = { 0, MIN_ROUNDS, MAX_ROUNDS, SECONDS };
	struct work work;
	struct job *jobs = bench_alloc(setup->n_tables, sizeof(*jobs)), *job;
	char *path;
	size_t n;

	if (asprintf(&path, "%s/" BENCH_BUILD_FOLDER, setup->folder) < 0)
		err(2, "asprintf");
	if ((work.folder = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		err(2, "%s", path);
	free(path);
	work.jobs = bench_alloc(setup->n_tables, sizeof(*work.jobs));
	for (n = 0; n < setup->n_tables; n++)
		if (make_job(setup, &setup->tables[n], &jobs[n]))
			work.jobs[turns.n++] = jobs[n];
	bench_take_turns(&turns, build_once, &work);
	for (n = 0; n < turns.n; n++) {
		job = &work.jobs[n];
		add(setup, job, BENCH_BUILD_MS, &job->ms);
		add(setup, job, BENCH_BUILD_CPU_MS, &job->cpu_ms);
	}
	for (n = 0; n < setup->n_tables; n++) {
		if (jobs[n].table != NULL)
			add(setup, &jobs[n], BENCH_FILE_BYTES,
			    &jobs[n].bytes);
		free(jobs[n].spec);
		free(jobs[n].made);
	}
	free(work.jobs);
	free(jobs);
	(void)close(work.folder);
}
