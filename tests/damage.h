/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * damage.h - what the damage tests share: an index, a copy of it to damage,
 * and what must be said of it whatever is done to it.
 * Knows:    the rules of a table, as read. Not: how an index is searched.
 * Feeds:    damage.c, damage_small.c, damage_large.c.
 * Source:   the promise of tlspolicy_index(5): the right answer or an error;
 *           never another one, never "not found" for what is there.
 */
#ifndef TLSP_DAMAGE_H
#define TLSP_DAMAGE_H

#include "helper.h"

struct damage_question {
	char *key;			/* owned */
	struct help_want want;
};

/*
 * bytes:    a copy of help.image, aligned to 64; damaged, and made whole. It
 *           is the file that peek reads.
 * what, at, with: what is being done to it; for the message.
 */
struct damage {
	struct help help;
	unsigned char *bytes;
	size_t len;
	struct tlsp_peek peek;
	struct tlsp_frozen head;	/* as it was taken for one */
	struct damage_question *questions;
	size_t n_questions;
	size_t cap_questions;
	const char *what;
	uint64_t at;
	uint64_t with;
	unsigned long n_damages;
	unsigned long n_refused;	/* by its head: nothing was asked */
	unsigned long n_right;
	unsigned long n_errors;
	unsigned long n_peeked;
};

/* Freeze a text, which must be good. */
void damage_init(struct damage *, const char *text, size_t len);
void damage_clear(struct damage *);

/* Another question, answered by reading the rules. key: copied. */
void damage_add(struct damage *, const char *key);

/* The index as it is now: are its first len bytes taken for one? Counts. */
int damage_attach(struct damage *, const unsigned char *bytes, size_t len);

/* Ask; ends the program where the answer is a wrong one. 1: it was right. */
int damage_ask(struct damage *, const struct damage_question *);

/* Attach, and ask everything. */
void damage_ask_all(struct damage *);

/* One line of the summary, and begin to count anew. */
void damage_report(struct damage *, const char *what);

/* A table of 40 rules, everything that can be done to it. */
void damage_small(int is_quick);

/* One of 100,000 rules, damaged at random places. */
void damage_large(unsigned long n_damages, uint64_t seed);

#endif
