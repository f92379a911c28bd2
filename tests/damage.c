/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * damage.c - whatever is changed in an index, each lookup gives the right
 * answer or an error.
 * Usage:    damage [-q] [N [seed]]: N random damages of a large table,
 *           default 150000; the whole run is 1000000. -q: fewer of a small
 *           one, for where the program is slow (sanitizers).
 * Knows:    the answers, by reading the rules. Not: where anything is.
 */
#include "damage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void
end(const struct damage *damage, const struct damage_question *question,
    enum tlsp_code code)
{
	const struct help *help = &damage->help;

	(void)printf("FAIL: %s, at %llu, with %llu: \"%s\" gets code %d "
	    "(%s%s), not %d\n", damage->what, (unsigned long long)damage->at,
	    (unsigned long long)damage->with, question->key, (int)code,
	    help->answer != NULL ? help->answer : "",
	    code < 0 ? help->err.text : "", (int)question->want.code);
	exit(EXIT_FAILURE);
}

void
damage_init(struct damage *damage, const char *text, size_t len)
{
	void *bytes;
	int fd;

	memset(damage, 0, sizeof(*damage));
	help_init(&damage->help, 307, 1);
	if (help_compile(&damage->help, text, len) != TLSP_OK ||
	    damage->help.n_errors > 0) {
		(void)printf("FAIL: the rules are bad: %s\n",
		    damage->help.n_found > 0 ? damage->help.found[0].text :
		    damage->help.err.text);
		exit(EXIT_FAILURE);
	}
	damage->len = damage->help.image.len;
	if ((fd = memfd_create("index", MFD_CLOEXEC)) < 0 ||
	    ftruncate(fd, (off_t)damage->len) != 0 || (bytes = mmap(NULL,
	    damage->len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) ==
	    MAP_FAILED)
		abort();
	damage->bytes = bytes;
	damage->peek.fd = fd;
	damage->peek.head = &damage->head;
	memcpy(bytes, damage->help.image.bytes, damage->len);
}

void
damage_clear(struct damage *damage)
{
	size_t n;

	for (n = 0; n < damage->n_questions; n++)
		free(damage->questions[n].key);
	free(damage->questions);
	(void)munmap(damage->bytes, damage->len);
	(void)close(damage->peek.fd);
	help_clear(&damage->help);
}

void
damage_add(struct damage *damage, const char *key)
{
	struct damage_question *question;
	enum tlsp_code code;

	if ((damage->questions = tlsp_grow(damage->questions,
	    &damage->cap_questions, damage->n_questions + 1,
	    sizeof(*question))) == NULL)
		abort();
	question = &damage->questions[damage->n_questions++];
	if ((question->key = strdup(key)) == NULL)
		abort();
	help_want(&damage->help, key, TLSP_QUERY_ONLY, &question->want);
	/* The whole index must know it, or nothing is tested. */
	damage->what = "nothing";
	code = help_query(&damage->help, key, TLSP_QUERY_ONLY);
	if (!help_is_wanted(&damage->help, &question->want, code))
		end(damage, question, code);
}

int
damage_attach(struct damage *damage, const unsigned char *bytes, size_t len)
{
	struct help *help = &damage->help;

	damage->n_damages++;
	memset(&damage->head, 0, sizeof(damage->head));
	memcpy(&damage->head, bytes, len < sizeof(damage->head) ? len :
	    sizeof(damage->head));
	if (tlsp_index_attach(HELP_FILE, &damage->head, bytes, len,
	    &help->resolver.index, &help->err) == TLSP_OK)
		return 1;
	damage->n_refused++;
	return 0;
}

/*
 * The file itself, before it is mapped: the right answer, or none. Reading
 * takes its time: every fifth question, others each time.
 */
static void
peek(struct damage *damage, const struct damage_question *question)
{
	struct help *help = &damage->help;
	enum tlsp_code code;

	if ((damage->n_right + damage->n_errors) % 5 != 0)
		return;
	help->answer = NULL;
	help->resolver.peek = &damage->peek;
	if (tlsp_resolve_peek(&help->resolver, question->key,
	    TLSP_QUERY_ONLY | TLSP_QUERY_FOLD, &code, &help->answer,
	    &help->err)) {
		if (!help_is_wanted(help, &question->want, code))
			end(damage, question, code);
		damage->n_peeked++;
	}
	help->resolver.peek = NULL;
}

int
damage_ask(struct damage *damage, const struct damage_question *question)
{
	struct help *help = &damage->help;
	enum tlsp_code code, traced;
	int is_right;

	/* With a trace, and as mail asks: both ways must find the same. */
	traced = help_query(help, question->key, TLSP_QUERY_ONLY);
	is_right = help_is_wanted(help, &question->want, traced);
	if (!is_right && (traced != TLSP_E_DAMAGED || help->answer != NULL))
		end(damage, question, traced);
	/* What was asked before must not help. */
	help->resolver.parents = 0;
	code = help_mail(help, question->key, TLSP_QUERY_ONLY |
	    TLSP_QUERY_FOLD);
	if (code != traced || is_right != help_is_wanted(help,
	    &question->want, code) || (!is_right && help->answer != NULL))
		end(damage, question, code);
	peek(damage, question);
	if (is_right) {
		damage->n_right++;
		return 1;
	}
	damage->n_errors++;
	return 0;
}

void
damage_ask_all(struct damage *damage)
{
	size_t n;

	if (damage_attach(damage, damage->bytes, damage->len))
		for (n = 0; n < damage->n_questions; n++)
			(void)damage_ask(damage, &damage->questions[n]);
}

void
damage_report(struct damage *damage, const char *what)
{
	(void)printf("damage: %-34s %8lu times, %7lu refused at open; of "
	    "%lu answers %lu right, %lu errors, 0 wrong; %lu by peeking\n",
	    what, damage->n_damages, damage->n_refused, damage->n_right +
	    damage->n_errors, damage->n_right, damage->n_errors,
	    damage->n_peeked);
	(void)fflush(stdout);
	/* Damage that is never seen was none, or was done elsewhere. */
	if (damage->n_damages > 0 && damage->n_refused + damage->n_errors ==
	    0) {
		(void)printf("FAIL: no damage was seen\n");
		exit(EXIT_FAILURE);
	}
	damage->n_damages = damage->n_refused = damage->n_right =
	    damage->n_errors = damage->n_peeked = 0;
}

int
main(int argc, char **argv)
{
	const int is_quick = argc > 1 && strcmp(argv[1], "-q") == 0;

	argc -= is_quick;
	argv += is_quick;
	damage_small(is_quick);
	damage_large(argc > 1 ? strtoul(argv[1], NULL, 10) : 150000,
	    argc > 2 ? strtoull(argv[2], NULL, 10) : 20261123);
	return EXIT_SUCCESS;
}
