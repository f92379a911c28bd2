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

struct findings {
	struct tlsp_arena arena;
	struct finding *list;
	size_t n, cap;
	const char **files;	/* in the order in which they came */
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

static const char *
copy(struct findings *findings, const char *text)
{
	const char *kept;

	if (text == NULL)
		return NULL;
	if ((kept = tlsp_arena_dup(&findings->arena, text, strlen(text))) ==
	    NULL)
		findings->is_short = 1;
	return kept;
}

/* One copy of each file's name, so that its place in the list is its rank. */
static const char *
copy_file(struct findings *findings, const char *file)
{
	const char **grown, *kept;
	size_t n;

	if (file == NULL)
		return NULL;
	for (n = 0; n < findings->n_files; n++)
		if (strcmp(findings->files[n], file) == 0)
			return findings->files[n];
	grown = tlsp_grow(findings->files, &findings->cap_files,
	    findings->n_files + 1, sizeof(*grown));
	if (grown == NULL || (kept = copy(findings, file)) == NULL) {
		findings->files = grown != NULL ? grown : findings->files;
		findings->is_short = 1;
		return NULL;
	}
	findings->files = grown;
	return grown[findings->n_files++] = kept;
}

void
findings_add(struct findings *findings, const struct finding *finding)
{
	struct finding *grown = tlsp_grow(findings->list, &findings->cap,
	    findings->n + 1, sizeof(*grown)), *new;

	if (grown == NULL) {
		findings->is_short = 1;
		return;
	}
	findings->list = grown;
	new = &grown[findings->n++];
	*new = *finding;
	new->at.file = copy_file(findings, finding->at.file);
	new->key = copy(findings, finding->key);
	new->text = copy(findings, finding->text);
	new->means = copy(findings, finding->means != NULL ? finding->means :
	    finding->kind->means);
	new->remedy = copy(findings, finding->remedy != NULL ?
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
		count += findings->list[n].kind->severity == severity;
	return count;
}

static const char *
severity_name(enum finding_severity severity)
{
	static const char *const names[] = { "error", "warning", "note" };

	return names[severity];
}

/* What is about no file comes last. */
static size_t
rank(const struct findings *findings, const char *file)
{
	size_t n;

	for (n = 0; n < findings->n_files; n++)
		if (findings->files[n] == file)
			break;
	return n;
}

static int
compare(const void *a, const void *b, void *context)
{
	const struct finding *one = a, *two = b;
	const size_t file = rank(context, one->at.file);
	const size_t other = rank(context, two->at.file);

	if (file != other)
		return file < other ? -1 : 1;
	if (one->at.line != two->at.line)
		return one->at.line < two->at.line ? -1 : 1;
	if (one->at.col != two->at.col)
		return one->at.col < two->at.col ? -1 : 1;
	return strcmp(one->kind->id, two->kind->id);
}

/* A sentence, in lines that fit a screen. */
static void
print_wrapped(FILE *out, const char *label, const char *text)
{
	int at = fprintf(out, "%*s%s", INDENT, "", label);
	size_t len;

	for (; *text != '\0'; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (at + 1 + (int)len > WIDTH && at > INDENT)
			at = fprintf(out, "\n%*s", INDENT + 1, "") - 1;
		at += fprintf(out, " %.*s", (int)len, text);
	}
	(void)fputc('\n', out);
}

static void
print_text(FILE *out, const struct finding *finding)
{
	const struct tlsp_pos *at = &finding->at;

	if (at->file == NULL)
		(void)fputs("tlspolicy: ", out);
	else if (at->line == 0)
		(void)fprintf(out, "%s: ", at->file);
	else
		(void)fprintf(out, "%s:%u:%u: ", at->file, at->line, at->col);
	(void)fprintf(out, "%s: %s [%s]\n", severity_name(
	    finding->kind->severity), finding->text, finding->kind->id);
	place_show(at, out);
	print_wrapped(out, "Mail:", finding->means);
	print_wrapped(out, "Do:  ", finding->remedy);
}

static enum tlsp_code
print_json(FILE *out, const struct finding *finding, struct tlsp_err *err)
{
	struct out_json *json = out_json_new();

	out_json_text(json, "id", finding->kind->id);
	out_json_text(json, "severity", severity_name(
	    finding->kind->severity));
	out_json_text(json, "file", finding->at.file);
	out_json_int(json, "line", finding->at.line);
	out_json_int(json, "column", finding->at.col);
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
	enum tlsp_code code;
	size_t n;

	if (findings->is_short)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory for all findings");
	if (findings->n > 0)
		qsort_r(findings->list, findings->n, sizeof(*findings->list),
		    compare, findings);
	for (n = 0; n < findings->n; n++) {
		if (!is_json)
			print_text(out, &findings->list[n]);
		else if ((code = print_json(out, &findings->list[n], err)) !=
		    TLSP_OK)
			return code;
	}
	return TLSP_OK;
}
