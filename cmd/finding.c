/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * finding.c - one thing that a person should know: what, where, what it means
 *             for mail, what to do.
 * Knows:    how findings are kept in order and told. Not: any of them.
 * Feeds:    check, doctor.
 */
#include "finding.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/mem.h"
#include "out_json.h"
#include "out_text.h"
#include "place.h"

#define WIDTH	78	/* columns of what it means and what to do */
#define INDENT	4

/* rank: of its file, in the order in which they came. number: its own. */
struct entry {
	struct finding finding;
	size_t rank;
	size_t number;
};

struct findings {
	struct tlsp_arena arena;
	struct entry *list;
	size_t n, cap;
	const char **files;
	size_t n_files, cap_files;
	int is_short;		/* of memory */
};

struct findings *
findings_new(void)
{
	return calloc(1, sizeof(struct findings));
}

void
findings_free(struct findings *findings)
{
	if (findings == NULL)
		return;
	tlsp_arena_clear(&findings->arena);
	free(findings->list);
	free(findings->files);
	free(findings);
}

static char *
copy(struct findings *findings, const char *text)
{
	char *kept;

	if (text == NULL)
		return NULL;
	if ((kept = tlsp_arena_dup(&findings->arena, text, strlen(text))) ==
	    NULL)
		findings->is_short = 1;
	return kept;
}

/* A sentence, which may quote what strangers wrote. */
static const char *
copy_safe(struct findings *findings, const char *text)
{
	char *kept = copy(findings, text);
	const size_t len = kept != NULL ? strlen(kept) : 0;

	return kept == NULL ? NULL : out_text_safe(kept, len, kept, len + 1);
}

/* The rank of a file; what is about no file comes last. */
static size_t
rank_of(struct findings *findings, const char *file)
{
	const char **grown, *kept;
	size_t n;

	if (file == NULL)
		return (size_t)-1;
	for (n = 0; n < findings->n_files; n++)
		if (strcmp(findings->files[n], file) == 0)
			return n;
	grown = tlsp_grow(findings->files, &findings->cap_files,
	    findings->n_files + 1, sizeof(*grown));
	if (grown != NULL)
		findings->files = grown;
	if (grown == NULL || (kept = copy(findings, file)) == NULL) {
		findings->is_short = 1;
		return (size_t)-1;
	}
	grown[findings->n_files] = kept;
	return findings->n_files++;
}

void
findings_add(struct findings *findings, const struct finding *finding)
{
	struct entry *grown = tlsp_grow(findings->list, &findings->cap,
	    findings->n + 1, sizeof(*grown)), *new;
	struct finding *kept;

	if (grown == NULL) {
		findings->is_short = 1;
		return;
	}
	findings->list = grown;
	new = &grown[findings->n];
	new->number = findings->n++;
	new->rank = rank_of(findings, finding->at.file);
	kept = &new->finding;
	*kept = *finding;
	kept->at.file = new->rank < findings->n_files ?
	    findings->files[new->rank] : NULL;
	kept->key = copy(findings, finding->key);
	kept->text = copy_safe(findings, finding->text);
	kept->means = copy_safe(findings, finding->means != NULL ?
	    finding->means : finding->kind->means);
	kept->remedy = copy_safe(findings, finding->remedy != NULL ?
	    finding->remedy : finding->kind->remedy);
}

void
findings_say(struct findings *findings, const struct finding_kind *kind,
    const struct tlsp_pos *at, const char *key, const char *fmt, ...)
{
	struct finding finding = { .kind = kind, .key = key };
	char *text;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0) {
		findings->is_short = 1;
		return;
	}
	finding.text = text;
	if (at != NULL)
		finding.at = *at;
	findings_add(findings, &finding);
	free(text);
}

size_t
findings_count(const struct findings *findings, enum finding_severity severity)
{
	size_t n, count = 0;

	for (n = 0; n < findings->n; n++)
		count += findings->list[n].finding.kind->severity == severity;
	return count;
}

static const char *
severity_name(enum finding_severity severity)
{
	static const char *const names[] = { "error", "warning", "note" };

	return names[severity];
}

static int
compare_numbers(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

/* Those of a place and a kind stay in the order in which they came. */
static int
compare(const void *a, const void *b)
{
	const struct entry *one = a, *two = b;
	int order;

	if ((order = compare_numbers(one->rank, two->rank)) != 0 ||
	    (order = compare_numbers(one->finding.at.line,
	    two->finding.at.line)) != 0 ||
	    (order = compare_numbers(one->finding.at.col,
	    two->finding.at.col)) != 0 ||
	    (order = strcmp(one->finding.kind->id, two->finding.kind->id)) !=
	    0)
		return order;
	return compare_numbers(one->number, two->number);
}

/* Of n in order: is this one there? Those of a line and a kind are the last. */
static int
has(const struct entry *list, size_t n, const struct finding *finding)
{
	const struct finding *other;

	while (n-- > 0) {
		other = &list[n].finding;
		if (other->kind != finding->kind ||
		    other->at.line != finding->at.line)
			return 0;
		if (other->at.file == finding->at.file &&
		    other->at.col == finding->at.col &&
		    strcmp(other->text, finding->text) == 0 &&
		    strcmp(other->means, finding->means) == 0 &&
		    strcmp(other->remedy, finding->remedy) == 0)
			return 1;
	}
	return 0;
}

void
findings_unite(struct findings *findings)
{
	struct entry *list = findings->list;
	size_t n, n_kept = 0;

	if (findings->is_short || findings->n == 0)
		return;
	qsort(list, findings->n, sizeof(*list), compare);
	for (n = 0; n < findings->n; n++)
		if (!has(list, n_kept, &list[n].finding))
			list[n_kept++] = list[n];
	findings->n = n_kept;
}

/* How many columns the next word takes; ret_len: how many bytes. */
static int
word_width(const char *text, size_t *ret_len)
{
	int width = 0;

	for (*ret_len = 0; text[*ret_len] != '\0' && text[*ret_len] != ' ';
	    (*ret_len)++)
		width += ((unsigned char)text[*ret_len] & 0xc0) != 0x80;
	return width;
}

/* A sentence, in lines that fit a screen. */
static void
print_wrapped(FILE *out, const char *label, const char *text)
{
	const int margin = fprintf(out, "%*s%s", INDENT, "", label);
	int at = margin, width;
	size_t len;

	for (; *text != '\0'; text += len + strspn(text + len, " ")) {
		width = word_width(text, &len);
		if (at + 1 + width > WIDTH && at > margin)
			at = fprintf(out, "\n%*s", margin, "") - 1;
		(void)fprintf(out, " %.*s", (int)len, text);
		at += 1 + width;
	}
	(void)fputc('\n', out);
}

static void
print_text(FILE *out, struct place_reader *reader,
    const struct finding *finding)
{
	const struct tlsp_pos *at = &finding->at;
	char file[600];

	if (at->file == NULL)
		(void)fputs("tlspolicy: ", out);
	else
		(void)fprintf(out, "%s:", out_text_safe(at->file,
		    strlen(at->file), file, sizeof(file)));
	if (at->file != NULL && at->line == 0)
		(void)fputc(' ', out);
	else if (at->file != NULL)
		(void)fprintf(out, "%u:%u: ", at->line, at->col);
	(void)fprintf(out, "%s: %s [%s]\n", severity_name(
	    finding->kind->severity), finding->text, finding->kind->id);
	place_show_next(reader, at, out);
	print_wrapped(out, "Mail:", finding->means);
	print_wrapped(out, "Do:  ", finding->remedy);
}

/* A number that counts from 1; null where there is none. */
static void
add_place(struct out_json *json, const char *name, unsigned value)
{
	if (value == 0)
		out_json_text(json, name, NULL);
	else
		out_json_int(json, name, value);
}

static enum tlsp_code
print_json(FILE *out, const struct finding *finding, struct tlsp_err *err)
{
	struct out_json *json = out_json_new();

	out_json_text(json, "id", finding->kind->id);
	out_json_text(json, "severity", severity_name(
	    finding->kind->severity));
	out_json_text(json, "file", finding->at.file);
	add_place(json, "line", finding->at.line);
	add_place(json, "column", finding->at.col);
	out_json_text(json, "key", finding->key);
	out_json_text(json, "message", finding->text);
	out_json_text(json, "consequence", finding->means);
	out_json_text(json, "remedy", finding->remedy);
	out_json_text(json, "manual", finding->kind->manual);
	return out_json_print(json, out, err);
}

enum tlsp_code
findings_print(struct findings *findings, FILE *out, int is_json,
    struct tlsp_err *err)
{
	struct place_reader reader = { .file = NULL };
	enum tlsp_code code = TLSP_OK;
	size_t n;

	if (findings->is_short)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory for all findings");
	if (findings->n > 0)
		qsort(findings->list, findings->n, sizeof(*findings->list),
		    compare);
	for (n = 0; code == TLSP_OK && n < findings->n; n++) {
		if (is_json)
			code = print_json(out, &findings->list[n].finding,
			    err);
		else
			print_text(out, &reader, &findings->list[n].finding);
	}
	place_reader_clear(&reader);
	return code;
}
