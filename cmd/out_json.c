/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_json.c - one JSON object a line: written, and read.
 * Knows:    jansson, and nobody else does. Not: what is said.
 * Feeds:    the verbs.
 * Source:   RFC 8259.
 */
#include "out_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "out_text.h"

#define DEPTH_MAX	8

/* open: the objects and lists that are open; open[0] is the whole. */
struct out_json {
	json_t *open[DEPTH_MAX];
	size_t depth;
	int is_broken;		/* no memory, or deeper than anybody writes */
};

struct out_json *
out_json_new(void)
{
	struct out_json *json = calloc(1, sizeof(*json));

	if (json != NULL && (json->open[0] = json_object()) == NULL) {
		free(json);
		return NULL;
	}
	return json;
}

void
out_json_free(struct out_json *json)
{
	if (json == NULL)
		return;
	json_decref(json->open[0]);
	free(json);
}

/* value: taken; NULL: no memory. */
static void
add(struct out_json *json, const char *name, json_t *value)
{
	json_t *to;

	if (json == NULL)
		return;
	to = json->open[json->depth];
	if (json->is_broken || value == NULL) {
		json->is_broken = 1;
		json_decref(value);
	} else if ((json_is_array(to) ? json_array_append_new(to, value) :
	    json_object_set_new(to, name, value)) != 0) {
		json->is_broken = 1;
	}
}

void
out_json_no_memory(struct out_json *json)
{
	if (json != NULL)
		json->is_broken = 1;
}

/*
 * What is no UTF-8 becomes a mark that something was there: U+FFFD. jansson
 * itself says what UTF-8 is.
 */
static json_t *
odd_text(const char *text, size_t len)
{
	char *room = malloc(len * 3 + 1), *to = room;
	json_t *one, *all;
	size_t n, width;

	if (room == NULL)
		return NULL;
	for (n = 0; n < len; n += width) {
		one = NULL;
		for (width = 1; width <= 4 && n + width <= len; width++)
			if ((one = json_stringn(text + n, width)) != NULL)
				break;
		if (one != NULL) {
			to = mempcpy(to, text + n, width);
			json_decref(one);
		} else {
			to = mempcpy(to, "\xef\xbf\xbd", 3);
			width = 1;
		}
	}
	all = json_stringn(room, (size_t)(to - room));
	free(room);
	return all;
}

void
out_json_bytes(struct out_json *json, const char *name, const char *value,
    size_t len)
{
	json_t *text = value == NULL ? json_null() : json_stringn(value, len);

	add(json, name, text != NULL ? text : odd_text(value, len));
}

void
out_json_text(struct out_json *json, const char *name, const char *value)
{
	out_json_bytes(json, name, value, value == NULL ? 0 : strlen(value));
}

void
out_json_int(struct out_json *json, const char *name, int64_t value)
{
	add(json, name, json_integer(value));
}

void
out_json_bool(struct out_json *json, const char *name, int value)
{
	add(json, name, json_boolean(value));
}

void
out_json_hex(struct out_json *json, const char *name, uint64_t value)
{
	char buf[20];

	(void)snprintf(buf, sizeof(buf), "%016llX",
	    (unsigned long long)value);
	out_json_text(json, name, buf);
}

void
out_json_time(struct out_json *json, const char *name, int64_t when)
{
	char buf[OUT_TEXT_TIME];

	out_json_text(json, name, when <= 0 ? NULL : out_text_time(when, buf));
}

/* inner: taken by what is open, and borrowed while it is open itself. */
static void
open_inner(struct out_json *json, const char *name, json_t *inner)
{
	if (json == NULL || json->depth + 1 == DEPTH_MAX) {
		if (json != NULL)
			json->is_broken = 1;
		json_decref(inner);
		return;
	}
	add(json, name, inner);
	if (!json->is_broken)
		json->open[++json->depth] = inner;
}

void
out_json_object(struct out_json *json, const char *name)
{
	open_inner(json, name, json_object());
}

void
out_json_list(struct out_json *json, const char *name)
{
	open_inner(json, name, json_array());
}

void
out_json_end(struct out_json *json)
{
	if (json != NULL && json->depth > 0)
		json->depth--;
}

enum tlsp_code
out_json_print(struct out_json *json, FILE *out, struct tlsp_err *err)
{
	char *line = json == NULL || json->is_broken ? NULL :
	    json_dumps(json->open[0], JSON_COMPACT);
	int is_written;

	out_json_free(json);
	if (line == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	is_written = fprintf(out, "%s\n", line) >= 0;
	free(line);
	return is_written ? TLSP_OK : tlsp_err_set(err, TLSP_E_IO, NULL,
	    "cannot write");
}

/* Where a field of a record lies. */
#define FIELD(record, field, type)	\
	(*(type *)(void *)((char *)(record) + (field)->offset))

/* A text for a record; its old one is freed. */
static enum tlsp_code
take_text(const json_t *value, char **field, struct tlsp_err *err)
{
	if (json_is_null(value))
		return record_set(field, NULL, err);
	if (!json_is_string(value))
		return TLSP_E_SYNTAX;
	return record_set(field, json_string_value(value), err);
}

static enum tlsp_code
take_number(const json_t *value, int64_t least, int64_t most,
    int64_t *ret_number)
{
	if (!json_is_integer(value) || json_integer_value(value) < least ||
	    json_integer_value(value) > most)
		return TLSP_E_SYNTAX;
	*ret_number = json_integer_value(value);
	return TLSP_OK;
}

static enum tlsp_code
take_hex(const json_t *value, uint64_t *ret_number)
{
	const char *text = json_string_value(value);

	if (text == NULL || strlen(text) != 16 ||
	    strspn(text, "0123456789ABCDEFabcdef") != 16)
		return TLSP_E_SYNTAX;
	*ret_number = strtoull(text, NULL, 16);
	return TLSP_OK;
}

static enum tlsp_code
take_word(const json_t *value, const struct record_field *field,
    int *ret_word)
{
	const char *text = json_string_value(value);
	int n;

	for (n = 0; text != NULL && n < field->n_names; n++)
		if (strcmp(field->names[n], text) == 0) {
			*ret_word = n;
			return TLSP_OK;
		}
	return TLSP_E_SYNTAX;
}

static enum tlsp_code
take_der(const json_t *value, struct record *record, struct tlsp_err *err)
{
	struct record_der der;
	enum tlsp_code code;

	if (!json_is_string(value))
		return TLSP_E_SYNTAX;
	if ((code = record_base64_read(json_string_value(value), &der,
	    err)) != TLSP_OK)
		return code;
	code = record_add_der(record, der.bytes, der.len, err);
	free(der.bytes);
	return code;
}

static enum tlsp_code
take_mx(const json_t *value, struct record *record, struct tlsp_err *err)
{
	const char *host = json_string_value(json_object_get(value, "host"));
	int64_t port, preference;

	if (host == NULL ||
	    take_number(json_object_get(value, "port"), 0, 65535, &port) !=
	    TLSP_OK ||
	    take_number(json_object_get(value, "preference"), -1, 65535,
	    &preference) != TLSP_OK)
		return TLSP_E_SYNTAX;
	return record_add_mx(record, host, (unsigned)port, (int)preference,
	    err);
}

/* A list: one kind of item each. */
static enum tlsp_code
take_list(const json_t *value, const struct record_field *field,
    struct record *record, struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	const json_t *item;
	size_t n;

	if (!json_is_array(value))
		return TLSP_E_SYNTAX;
	for (n = 0; code == TLSP_OK && n < json_array_size(value); n++) {
		item = json_array_get(value, n);
		if (field->kind == RECORD_F_CHAIN)
			code = take_der(item, record, err);
		else if (field->kind == RECORD_F_LIST)
			code = take_mx(item, record, err);
		else if (!json_is_string(item))
			code = TLSP_E_SYNTAX;
		else
			code = record_add_tlsa(record,
			    json_string_value(item), err);
	}
	return code;
}

/* err is set unless it is TLSP_E_SYNTAX: of another type. */
static enum tlsp_code
take_field(const json_t *value, const struct record_field *field,
    struct record *record, struct tlsp_err *err)
{
	enum tlsp_code code;
	int64_t number;

	switch (field->kind) {
	case RECORD_F_STRING:
		return take_text(value, &FIELD(record, field, char *), err);
	case RECORD_F_TIME:
		return take_number(value, 0, INT64_MAX,
		    &FIELD(record, field, int64_t));
	case RECORD_F_HEX64:
		return take_hex(value, &FIELD(record, field, uint64_t));
	case RECORD_F_BOOL:
		FIELD(record, field, int) = json_is_true(value);
		return json_is_boolean(value) ? TLSP_OK : TLSP_E_SYNTAX;
	case RECORD_F_INT:
		if ((code = take_number(value, INT32_MIN, INT32_MAX,
		    &number)) == TLSP_OK)
			FIELD(record, field, int) = (int)number;
		return code;
	case RECORD_F_PORT:
		if ((code = take_number(value, 0, 65535, &number)) == TLSP_OK)
			FIELD(record, field, unsigned) = (unsigned)number;
		return code;
	case RECORD_F_WORD:
		return take_word(value, field, &FIELD(record, field, int));
	case RECORD_F_STRINGS:
	case RECORD_F_CHAIN:
	case RECORD_F_LIST:
		break;
	}
	return take_list(value, field, record, err);
}

/* A member by its name, "ms.connect" too. NULL: it is not there. */
static const json_t *
member(const json_t *object, const char *name)
{
	const char *dot = strchr(name, '.');
	char outer[32];

	if (dot == NULL)
		return json_object_get(object, name);
	(void)snprintf(outer, sizeof(outer), "%.*s", (int)(dot - name), name);
	return json_object_get(json_object_get(object, outer), dot + 1);
}

static enum tlsp_code
take_record(const json_t *object, struct record *record, struct tlsp_err *err)
{
	const char *type = json_string_value(json_object_get(object,
	    "record"));
	const json_t *version = json_object_get(object, "version"), *value;
	const struct record_field *field;
	enum tlsp_code code;

	if (type == NULL || record_type_find(type) < 0)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "this is no "
		    "record of tlspolicy probe");
	if (!json_is_integer(version) ||
	    json_integer_value(version) != RECORD_VERSION)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "a record of "
		    "another version; this is version %d", RECORD_VERSION);
	record_init(record, (enum record_type)record_type_find(type));
	for (field = record_fields; field->name != NULL; field++) {
		if ((field->of & RECORD_OF(record->type)) == 0 ||
		    (value = member(object, field->name)) == NULL)
			continue;
		code = take_field(value, field, record, err);
		if (code == TLSP_E_SYNTAX)
			code = tlsp_err_set(err, code, NULL, "\"%s\" is of "
			    "another type, or out of range", field->name);
		if (code != TLSP_OK) {
			record_clear(record);
			return code;
		}
	}
	return TLSP_OK;
}

enum tlsp_code
out_json_read_record(const char *line, size_t len, struct record *ret_record,
    struct tlsp_err *err)
{
	json_error_t why;
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
	enum tlsp_code code;
	struct tlsp_pos at = { NULL, 0, 0 };

	if (object == NULL) {
		at.col = why.position > 0 ? (unsigned)why.position : 1;
		return tlsp_err_set(err, TLSP_E_SYNTAX, &at, "%s", why.text);
	}
	if (!json_is_object(object))
		code = tlsp_err_set(err, TLSP_E_SYNTAX, &at, "no JSON object");
	else
		code = take_record(object, ret_record, err);
	json_decref(object);
	return code;
}
