/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * records.c - the answers of an index, each written once.
 * Knows:    a rule's answer as bytes. Not: names.
 * Feeds:    freeze.
 */
#include "records.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void
tlsp_records_init(struct tlsp_records *records, uint64_t at, uint64_t seed)
{
	memset(records, 0, sizeof(*records));
	records->at = at;
	records->seed = seed;
}

void
tlsp_records_clear(struct tlsp_records *records)
{
	free(records->bytes);
	free(records->slots);
	memset(records, 0, sizeof(*records));
}

static const struct tlsp_record *
record_at(const struct tlsp_records *records, uint32_t number)
{
	return (const void *)(records->bytes + ((uint64_t)number *
	    TLSP_RECORD_UNIT - records->at));
}

/* Append a record, sealed. */
static enum tlsp_code
append(struct tlsp_records *records, const struct tlsp_record *head,
    const struct tlsp_frozen_place *place, const void *text,
    uint32_t *ret_number)
{
	const uint64_t number = (records->at + records->len) /
	    TLSP_RECORD_UNIT;
	const size_t body = (size_t)tlsp_record_body(head);
	const size_t size = sizeof(*head) + body;
	struct tlsp_record *record;
	unsigned char *grown;

	if (number > UINT32_MAX)
		return TLSP_E_VALUE;
	if ((grown = tlsp_grow(records->bytes, &records->cap, records->len +
	    size, 1)) == NULL)
		return TLSP_E_NOMEM;
	records->bytes = grown;
	record = (void *)(grown + records->len);
	memset(record, 0, size);
	*record = *head;
	if (place != NULL)
		memcpy(record + 1, place, sizeof(*place));
	memcpy((char *)record + (tlsp_record_text(record) -
	    (const char *)record), text, head->len);
	record->check = tlsp_record_check(record, body, number,
	    records->seed);
	records->len += size;
	*ret_number = (uint32_t)number;
	return TLSP_OK;
}

static uint64_t
hash_of(const struct tlsp_record *head, const char *text)
{
	return tlsp_hash_text(text, head->len) + head->flags;
}

static void
put_slot(struct tlsp_records *records, uint64_t hash, uint32_t number)
{
	size_t n = (size_t)hash & (records->n_slots - 1);

	while (records->slots[n] != 0)
		n = (n + 1) & (records->n_slots - 1);
	records->slots[n] = number;
}

static int
grow_slots(struct tlsp_records *records)
{
	const size_t n_old = records->n_slots;
	uint32_t *old = records->slots;
	const struct tlsp_record *record;
	size_t n;

	records->n_slots = n_old == 0 ? 64 : n_old * 2;
	if ((records->slots = calloc(records->n_slots, sizeof(*old))) ==
	    NULL) {
		records->slots = old;
		records->n_slots = n_old;
		return -1;
	}
	for (n = 0; n < n_old; n++) {
		if (old[n] == 0)
			continue;
		record = record_at(records, old[n]);
		put_slot(records, hash_of(record, tlsp_record_text(record)),
		    old[n]);
	}
	free(old);
	return 0;
}

/* A record that others may have written already. */
static enum tlsp_code
share(struct tlsp_records *records, const struct tlsp_record *head,
    const char *text, uint32_t *ret_number)
{
	const uint64_t hash = hash_of(head, text);
	const struct tlsp_record *record;
	enum tlsp_code code;
	size_t n;

	if (records->n_shared * 2 >= records->n_slots &&
	    grow_slots(records) < 0)
		return TLSP_E_NOMEM;
	for (n = (size_t)hash & (records->n_slots - 1);
	    records->slots[n] != 0; n = (n + 1) & (records->n_slots - 1)) {
		record = record_at(records, records->slots[n]);
		if (record->len == head->len && record->flags == head->flags &&
		    memcmp(tlsp_record_text(record), text, head->len) == 0) {
			*ret_number = records->slots[n];
			return TLSP_OK;
		}
	}
	if ((code = append(records, head, NULL, text, ret_number)) == TLSP_OK) {
		records->slots[n] = *ret_number;
		records->n_shared++;
	}
	return code;
}

enum tlsp_code
tlsp_records_rule(struct tlsp_records *records, const struct tlsp_rule *rule,
    uint32_t *ret_number)
{
	const struct tlsp_policy *policy = &rule->policy;
	const struct tlsp_err *fault = rule->fault;
	const char *text = fault != NULL ? fault->text : policy->text;
	struct tlsp_record head = { .len = (uint32_t)strlen(text) };
	struct tlsp_frozen_place place = { 0, 0, 0, 0 };

	if (fault != NULL) {
		head.flags = TLSP_RECORD_FAULT | TLSP_RECORD_PLACE;
		place.line = fault->at.line;
		place.col = fault->at.col;
		place.code = (int32_t)fault->code;
		return append(records, &head, &place, text, ret_number);
	}
	head.level = (uint8_t)policy->level;
	head.pin = (uint8_t)policy->pin;
	if (policy->is_final)
		head.flags |= TLSP_RECORD_FINAL;
	if (policy->pin == TLSP_PIN_OFF)
		return share(records, &head, text, ret_number);
	head.flags |= TLSP_RECORD_PLACE;
	place.line = rule->line;
	place.col = rule->col;
	place.pin_ttl_s = (uint32_t)policy->pin_ttl_s;
	return append(records, &head, &place, text, ret_number);
}

enum tlsp_code
tlsp_records_more(struct tlsp_records *records, uint32_t exact, uint32_t wild,
    const char *name, size_t len, uint32_t *ret_number)
{
	const struct tlsp_more more = { exact, wild };
	struct tlsp_record head = { .len = sizeof(more),
	    .flags = TLSP_RECORD_MORE };
	enum tlsp_code code;
	char *bytes;

	if (name == NULL)
		return share(records, &head, (const char *)&more, ret_number);
	head.len += (uint32_t)len;
	if ((bytes = malloc(head.len)) == NULL)
		return TLSP_E_NOMEM;
	memcpy(bytes, &more, sizeof(more));
	memcpy(bytes + sizeof(more), name, len);
	code = append(records, &head, NULL, bytes, ret_number);
	free(bytes);
	return code;
}
