/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * read_index.h - the parts of FILE.tlsp, as tlspolicy_index(5) has them.
 * Knows:    that page. Not: a line of the module.
 * Feeds:    read_index.c, which finds and answers; read_index_proof.c, which
 *           believes nothing; read_index_damage.c, which does not believe that.
 */
#ifndef READ_INDEX_H
#define READ_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define K1 0xb7e151628aed2a6bULL
#define K2 0xbf7158809cf4f3c7ULL
#define K3 0x62e7160f38b4da57ULL
#define K4 0xa784d9045190cfefULL
#define K5 0x324e7738926cfbe5ULL
#define K6 0xf4bf8d8d8c31d763ULL
#define K7 0xda06c80abb1185ebULL

enum { HEAD = 192, FILTER = 16, NODE = 32, SHORT = 22, LONG = 255 };
enum { HAS_RULE = 1, HAS_WILD = 2, SAYS_MORE = 4, BELOW = 8, AT_ONCE = 16,
	VALID = 32, DIGITS = 64, NEXT_LINE = 128 };
enum { PLACE = 2, FINAL = 4, MORE = 8 };
enum { PIN_REQUIRE = 2 };
#define NONE UINT64_MAX

struct head {
	char magic[8];
	uint32_t order, format, grammar, postfix, host, longest;
	uint64_t size, seed, n_rules, n_names, n_tops, n_filters, n_lines;
	uint64_t filters_at, lines_at, records_at;
	uint64_t dev, ino, text_size, mtime, mtime_ns, ctime, ctime_ns;
	uint64_t pinned, check, pad;
};

struct node {
	char key[SHORT];
	uint8_t len, flags;
	uint32_t record, check;
};

/* Its first 32 bytes are those of the file, or the first 16. */
struct record {
	uint64_t check;
	uint32_t len;
	uint8_t flags, level, pin, spare;
	uint32_t line, column, pin_ttl, fault;
	const char *text;
};

struct name {
	const char *text;
	size_t len;
};

/* The file in memory; the head as it says. */
extern unsigned char *file;
extern uint64_t size;
extern struct head head;

/* What is wrong, and where. */
extern char complaint[600];

uint64_t word(const void *at);
uint64_t bytes(const unsigned char *from, const unsigned char *to, uint64_t s);
uint64_t fold(uint64_t a, uint64_t b);
uint64_t below(uint64_t a, uint64_t n);
void make_key(char key[24], const char *name, size_t len);
uint64_t node_hash(const struct node *node);
uint64_t node_check(uint64_t number, const struct node *node);
uint64_t filter_check(uint64_t number, const unsigned char *filter);
uint64_t node_at(uint64_t number);
void get_node(uint64_t number, struct node *node);
void get_record(uint64_t number, struct record *record);
uint32_t number_in(const struct record *record, size_t at);
void name_of(const struct node *node, struct name *name);
unsigned char *filter_of(unsigned char *all, const char key[24],
    uint64_t ret_bits[2]);
uint64_t find(const char *text, size_t len, struct node *node);

size_t n_labels(const char *name, size_t len);
const char *last_labels(const char *name, size_t len, size_t n);
bool as_it_stands(const char *key, size_t len);
bool is_host_name(const char *key, size_t len, bool digits);

/* False, and the complaint. */
bool wrong(uint64_t at, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Every byte of the file; TEXT may be NULL. False: see complaint. */
bool prove(const char *text);
/* Each bit flipped in turn, each shorter file: must be complained of. */
bool prove_damage(void);

#endif
