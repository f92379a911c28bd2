/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper_store.c - stores for tests, whose every record is known.
 * Knows:    store, pin, Berkeley DB's own verification. Not: Check.
 * Feeds:    check_*.c, damage_store.c, kill_store.c.
 */
#include "helper_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../compat/bdb.h"
#include "helper_pins.h"

/* As tlspolicy_pins(5) has them, with 2 pins, or with all that may be. */
void
help_record(struct help_record *record, unsigned n, unsigned generation)
{
	static struct help_pins pins;
	const int n_pins = n % HELP_STORE_LONG == 1 ? 20 : 2;
	char host[48];
	int pin;

	record->key_len = (size_t)snprintf(record->key, sizeof(record->key),
	    "d%06u.example", n);
	(void)snprintf(host, sizeof(host), "mx.%s", record->key);
	help_pins_init(&pins, 1700000000 + generation, n, "sha256");
	(void)help_pins_host(&pins, host, 0);
	for (pin = 0; pin < n_pins; pin++)
		(void)help_pins_pin(&pins, (unsigned char)pin,
		    1700000000 + generation, 1800000000);
	help_pins_write(&pins, record->key);
	record->len = pins.len;
	if ((record->value = malloc(pins.len + 1)) == NULL)
		abort();
	memcpy(record->value, pins.record, pins.len);
	record->value[pins.len] = '\0';
}

struct help_record *
help_records(unsigned n, unsigned generation)
{
	struct help_record *records = calloc(n + 1, sizeof(*records));
	unsigned i;

	if (records == NULL)
		abort();
	for (i = 0; i < n; i++)
		help_record(&records[i], i, generation);
	return records;
}

void
help_records_free(struct help_record *records, unsigned n)
{
	while (n-- > 0)
		free(records[n].value);
	free(records);
}

enum tlsp_code
help_store_publish(const char *path, const struct help_record *records,
    unsigned n, struct tlsp_err *err)
{
	struct tlsp_store_edit *edit;
	enum tlsp_code code;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	unsigned i;

	if (fd >= 0)
		(void)close(fd);
	if ((code = tlsp_store_edit_begin(path, geteuid(), 1, 10, &edit,
	    err)) != TLSP_OK)
		return code;
	for (i = 0; i < n; i++)
		if ((code = tlsp_store_edit_put(edit, records[i].key,
		    records[i].key_len, records[i].value, records[i].len,
		    err)) != TLSP_OK) {
			tlsp_store_edit_abort(edit);
			return code;
		}
	return tlsp_store_edit_commit(edit, err);
}

int
help_store_expect(struct tlsp_store *store, const struct help_record *record,
    struct tlsp_err *err)
{
	const char *value;
	size_t len;
	enum tlsp_code code = tlsp_store_get(store, record->key,
	    record->key_len, &value, &len, err);

	if (code == TLSP_OK && len == record->len &&
	    memcmp(value, record->value, len) == 0 && value[len] == '\0')
		return 0;
	if (code >= TLSP_OK)
		(void)tlsp_err_set(err, TLSP_E_BUG, NULL, "%s is %s",
		    record->key, code == TLSP_OK ? "another" : "absent");
	return -1;
}

int
help_store_other(const char *name, unsigned n)
{
	DB *db;
	DBT key = { 0 }, value = { 0 };
	unsigned i, which;
	int status = db_create(&db, NULL, 0);

	if (status != 0)
		return status;
	(void)db->set_pagesize(db, 512);
	if ((status = db->set_cachesize(db, 0, 20 << 10, 1)) != 0 ||
	    (status = db->open(db, NULL, name, NULL, DB_HASH, DB_CREATE,
	    0644)) != 0)
		return status;
	key.size = value.size = sizeof(which);
	for (i = 0; i < 2 * n && status == 0; i++) {
		which = i % n;
		key.data = value.data = &which;
		status = i < n ? db->put(db, NULL, &key, &value, 0) :
		    db->get(db, NULL, &key, &value, 0);
	}
	return status != 0 ? status : db->close(db, 0);
}

int
help_store_verify(const char *name)
{
	DB *db;
	int status = db_create(&db, NULL, 0);

	return status != 0 ? status : db->verify(db, name, NULL, NULL, 0);
}
