/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper.h - what the tests share: a host, a collector, texts, folders.
 * Knows:    every room but the adapter. Not: Check, so that the golden
 *           runner and the fuzzers can use it too.
 * Feeds:    check_*.c, golden.c, fuzz_*.c.
 */
#ifndef TLSP_HELPER_H
#define TLSP_HELPER_H

#include <sys/types.h>

#include "../dict_tlspolicy/disk.h"
#include "../dict_tlspolicy/resolve.h"

#define HELP_FILE	"t"		/* the name of every text in memory */
#define HELP_FOUND	64
#define HELP_SEED	UINT64_C(0x7e57ab1e)	/* of every index */

#define BUECHER		"b\xc3\xbc" "cher.example"
#define BUECHER_UPPER	"B\xc3\x9c" "CHER.Example"
#define BUECHER_XN	"xn--bcher-kva.example"
#define STRASSE		"stra\xc3\x9f" "e.example"
#define STRASSE_XN	"xn--strae-oqa.example"

/*
 * One test's world. The host's functions answer from the two buffers, so
 * that a room that keeps what was borrowed is caught.
 */
struct help {
	struct tlsp_host host;
	struct tlsp_err found[HELP_FOUND];
	enum tlsp_severity severity[HELP_FOUND];
	size_t n_found;			/* all, also what did not fit */
	size_t n_errors;
	size_t n_warnings;
	struct tlsp_arena arena;
	struct tlsp_policy policy;
	struct tlsp_rules rules;
	struct tlsp_keys keys;
	struct tlsp_image image;
	struct tlsp_resolver resolver;
	struct tlsp_trace trace;
	struct tlsp_err err;
	const char *answer;
	char *folded;
	char *converted;
};

/* A host of this version; one that handles UTF-8, or one that does not. */
void help_init(struct help *, int postfix, int is_utf8);
void help_clear(struct help *);

/* A tlsp_report_fn; ctx is the struct help. */
void help_report(void *ctx, enum tlsp_severity, const struct tlsp_err *);

/* How many such findings there are. line 0: anywhere. */
size_t help_count(const struct help *, enum tlsp_severity, enum tlsp_code,
    unsigned line, unsigned col);

/* Read one right-hand side, which stands in line 1 from column 1 on. */
enum tlsp_code help_policy(struct help *, const char *rhs);
enum tlsp_code help_policy_bytes(struct help *, const char *rhs, size_t len);

/*
 * Read a text into help->rules; that, and sort it out into help->keys; that,
 * and freeze it into help->image, ready to be asked. The last step alone.
 */
enum tlsp_code help_rules(struct help *, const char *text, size_t len);
enum tlsp_code help_keys(struct help *, const char *text, size_t len);
enum tlsp_code help_compile(struct help *, const char *text, size_t len);
enum tlsp_code help_freeze(struct help *, uint64_t seed);

/* Freeze help->keys for a rules file, into help->image. */
enum tlsp_code help_freeze_for(struct help *, const struct tlsp_file *);

/*
 * Look a key up, how: TLSP_QUERY_... What came of it is in answer, trace
 * and err.
 */
enum tlsp_code help_query(struct help *, const char *key, unsigned how);

/* The same as the adapter does it for mail: the shortest way, no trace. */
enum tlsp_code help_mail(struct help *, const char *key, unsigned how);
enum tlsp_code help_ask(struct help *, const char *key, int is_only);
enum tlsp_code help_ask_folding(struct help *, const char *key, int is_only);

/* The rule that the last lookup came to, by its trace; or NULL. */
const struct tlsp_rule *help_traced(const struct help *, const char *key);

/* What a lookup must come to. */
struct help_want {
	enum tlsp_code code;
	const struct tlsp_rule *rule;	/* in help->keys; NULL: none */
	int is_parent;
	int is_left;
};

/*
 * The same by a search from top to bottom, without hashes, bits and bytes.
 * key:      folded.
 */
void help_want(const struct help *, const char *key, unsigned how,
    struct help_want *ret_want);

/* The rule for exactly this key, found by reading all of them, or NULL. */
const struct tlsp_rule *help_search(const struct tlsp_keys *,
    const char *key);

/* Is what the last lookup gave the thing that was wanted? err, too. */
int help_is_wanted(const struct help *, const struct help_want *,
    enum tlsp_code code);

/* Another number for each; the same ones everywhere. */
uint64_t help_random(uint64_t state);

/*
 * Of many cases that are alike, take each one; but where TLSP_TEST_SPARSELY
 * is set, as under valgrind, only each so many.
 */
size_t help_stride(size_t sparsely);

/* A whole file, NUL-terminated, or NULL. Owned by the caller. */
char *help_read(const char *path, size_t *ret_len);

/* A new folder for one test, mode 0700. NULL: none. Owned by the caller. */
char *help_dir(void);
void help_dir_remove(char *dir);

/* "dir/name", borrowed until the fourth call from now. */
const char *help_path(const char *dir, const char *name);

/* Write a file, mode 0600, whose mtime is age_s seconds back. 0: done. */
int help_write(const char *path, const char *text, long age_s);
int help_write_bytes(const char *path, const char *bytes, size_t len,
    long age_s);

/* Set the mtime so many seconds back, from now. 0: done. */
int help_age(const char *path, long age_s);

#endif
