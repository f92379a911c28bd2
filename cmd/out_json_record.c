/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_json_record.c - a probe record as one line of JSON.
 * Knows:    the kinds of fields. Not: which there are, jansson.
 * Feeds:    the verbs.
 */
#include "out_json.h"

#include <stdlib.h>
#include <string.h>

static void
add_strings(struct out_json *json, const char *name, char *const *list,
    size_t n_items)
{
	size_t n;

	out_json_list(json, name);
	for (n = 0; n < n_items; n++)
		out_json_text(json, NULL, list[n]);
	out_json_end(json);
}

static void
add_chain(struct out_json *json, const char *name,
    const struct record_der *chain, size_t n_items)
{
	char *text;
	size_t n;

	out_json_list(json, name);
	for (n = 0; n < n_items; n++) {
		if ((text = record_base64(chain[n].bytes, chain[n].len)) ==
		    NULL)
			out_json_no_memory(json);
		else
			out_json_text(json, NULL, text);
		free(text);
	}
	out_json_end(json);
}

static void
add_mx(struct out_json *json, const char *name, const struct record_mx *list,
    size_t n_items)
{
	size_t n;

	out_json_list(json, name);
	for (n = 0; n < n_items; n++) {
		out_json_object(json, NULL);
		out_json_text(json, "host", list[n].host);
		out_json_int(json, "port", list[n].port);
		out_json_int(json, "preference", list[n].preference);
		out_json_end(json);
	}
	out_json_end(json);
}

static void
add_field(struct out_json *json, const char *name,
    const struct record_field *field, const struct record *record)
{
	const void *at = (const char *)record + field->offset;
	const size_t count = *(const size_t *)(const void *)
	    ((const char *)record + field->count);
	int word;

	switch (field->kind) {
	case RECORD_F_STRING:
		out_json_text(json, name, *(char *const *)at);
		break;
	case RECORD_F_TIME:
		out_json_int(json, name, *(const int64_t *)at);
		break;
	case RECORD_F_HEX64:
		out_json_hex(json, name, *(const uint64_t *)at);
		break;
	case RECORD_F_BOOL:
		out_json_bool(json, name, *(const int *)at);
		break;
	case RECORD_F_INT:
		out_json_int(json, name, *(const int *)at);
		break;
	case RECORD_F_PORT:
		out_json_int(json, name, *(const unsigned *)at);
		break;
	case RECORD_F_STRINGS:
		add_strings(json, name, at, count);
		break;
	case RECORD_F_CHAIN:
		add_chain(json, name, at, count);
		break;
	case RECORD_F_LIST:
		add_mx(json, name, at, count);
		break;
	case RECORD_F_WORD:
		word = *(const int *)at;
		out_json_text(json, name, word >= 0 && word < field->n_names ?
		    field->names[word] : NULL);
		break;
	}
}

/* "ms.connect" is "connect" in the object "ms"; such fields lie together. */
static const char *
enter(struct out_json *json, const char *name, size_t *inner_len,
    const char **inner)
{
	const char *dot = strchr(name, '.');
	const size_t len = dot == NULL ? 0 : (size_t)(dot - name);
	char buf[32];

	if (*inner_len > 0 && (len != *inner_len ||
	    memcmp(*inner, name, len) != 0)) {
		out_json_end(json);
		*inner_len = 0;
	}
	if (len > 0 && *inner_len == 0 && len < sizeof(buf)) {
		(void)snprintf(buf, sizeof(buf), "%.*s", (int)len, name);
		out_json_object(json, buf);
		*inner = name;
		*inner_len = len;
	}
	return dot == NULL ? name : dot + 1;
}

enum tlsp_code
out_json_record(const struct record *record, FILE *out, struct tlsp_err *err)
{
	struct out_json *json = out_json_new();
	const struct record_field *field;
	const char *inner = NULL, *name;
	size_t inner_len = 0;

	out_json_text(json, "record", record_type_name(record->type));
	out_json_int(json, "version", RECORD_VERSION);
	for (field = record_fields; field->name != NULL; field++) {
		if ((field->of & RECORD_OF(record->type)) == 0)
			continue;
		name = enter(json, field->name, &inner_len, &inner);
		add_field(json, name, field, record);
	}
	return out_json_print(json, out, err);
}
