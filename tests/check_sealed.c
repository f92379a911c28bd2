/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_sealed.c - the rooms sealed and btree: what is no store is none,
 *           however good a B-tree it is.
 */
#include "check_store.h"

#include "../compat/bdb.h"
#include "../dict_tlspolicy/sealed.h"

/* Ways to be another file than a store; each with a word of the reason. */
static const struct {
	const char *why;
	uint32_t page_size;
	DBTYPE type;
	uint32_t flags;
	int order;
	const char *sub;
} OTHERS[] = {
	{ "page 1 is not", 4096, DB_BTREE, DB_CHKSUM, 0, NULL },
	{ "no checksums", 4096, DB_BTREE, 0, 0, NULL },
	{ "another size", 8192, DB_BTREE, DB_CHKSUM, 0, NULL },
	{ "no store", 512, DB_BTREE, DB_CHKSUM, 0, NULL },
	{ "no B-tree", 4096, DB_HASH, DB_CHKSUM, 0, NULL },
	{ "no store", 4096, DB_QUEUE, DB_CHKSUM, 0, NULL },
	{ "order of bytes", 4096, DB_BTREE, DB_CHKSUM, 4321, NULL },
	{ "not written as", 4096, DB_BTREE, DB_CHKSUM | DB_DUP, 0, NULL },
	{ "not written as", 4096, DB_BTREE, DB_CHKSUM | DB_RECNUM, 0, NULL },
	{ "not written as", 4096, DB_RECNO, DB_CHKSUM, 0, NULL },
	{ "not written as", 4096, DB_BTREE, DB_CHKSUM, 0, "sub" },
};

static void
write_other(int which)
{
	DB *db;

	ck_assert_int_eq(db_create(&db, NULL, 0), 0);
	ck_assert_int_eq(db->set_pagesize(db, OTHERS[which].page_size), 0);
	ck_assert_int_eq(db->set_flags(db, OTHERS[which].flags), 0);
	if (OTHERS[which].type == DB_QUEUE)
		ck_assert_int_eq(db->set_re_len(db, 100), 0);
	if (OTHERS[which].order != 0)
		ck_assert_int_eq(db->set_lorder(db, OTHERS[which].order), 0);
	ck_assert_int_eq(db->open(db, NULL, name, OTHERS[which].sub,
	    OTHERS[which].type, DB_CREATE, 0644), 0);
	ck_assert_int_eq(db->close(db, 0), 0);
}

static void
expect_damaged(const char *why)
{
	EXPECT_CODE(why, TLSP_E_DAMAGED, open_store());
	EXPECT_ERR(why, &err, TLSP_E_DAMAGED, 0, 0);
	EXPECT_STR(why, path, err.at.file);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s, not %s", err.text,
	    why);
}

START_TEST(sealed_refuses_another_kind_of_file)
{
	(void)umask(022);
	write_other(_i);
	expect_damaged(OTHERS[_i].why);
}
END_TEST

/* Its own steps, with a mistake. */
enum mistake {
	NO_MISTAKE, NO_SEAL, ONE_MORE, ONE_LESS, OTHER_KEY, OTHER_VALUE,
	BLANK_KEY, N_MISTAKES
};

static void
write_mistaken(enum mistake mistake)
{
	struct help_record *records = help_records(10, 1);
	struct tlsp_btree *tree;
	unsigned n;
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);

	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	EXPECT_CODE("create", TLSP_OK, tlsp_btree_create(name, &tree, &err));
	if (mistake == OTHER_KEY)
		records[5].key[3] = 'x';
	else if (mistake == OTHER_VALUE)
		records[5].value[100] ^= 1;
	else if (mistake == BLANK_KEY)
		records[5].key[3] = ' ';
	for (n = 0; n < 10; n++)
		EXPECT_CODE("put", TLSP_OK, tlsp_btree_put(tree,
		    records[n].key, records[n].key_len, records[n].value,
		    records[n].len, &err));
	if (mistake != NO_SEAL)
		EXPECT_CODE("seal", TLSP_OK, tlsp_sealed_seal(tree,
		    mistake == ONE_MORE ? 11 : mistake == ONE_LESS ? 9 : 10,
		    &err));
	EXPECT_CODE("finish", TLSP_OK, tlsp_btree_finish(tree, &err));
	help_records_free(records, 10);
}

START_TEST(sealed_proves_number_and_records)
{
	struct tlsp_sealed *sealed;
	enum tlsp_code code;

	write_mistaken((enum mistake)_i);
	if (_i == NO_SEAL) {
		expect_damaged("no seal");
		return;
	}
	EXPECT_CODE("open", TLSP_OK, tlsp_sealed_open(name, geteuid(),
	    &sealed, &file, &err));
	code = tlsp_sealed_prove(sealed, &err);
	if (_i == NO_MISTAKE)
		EXPECT_CODE("prove", TLSP_OK, code);
	else
		EXPECT_ERR("prove", &err, TLSP_E_DAMAGED, 0, 0);
	ck_assert_int_eq(code == TLSP_OK, _i == NO_MISTAKE);
	tlsp_sealed_close(sealed);
	tlsp_file_close(&file);
}
END_TEST

static const char *const SEALS[] = {
	"", "1 ", "2 0123456789ABCDEF records=0",
	"1 0123456789ABCDEF records=0", "tlspolicy-pins 1",
	"1 0123456789ABCDEF records=99999999999999999999999999999999999999"
};

START_TEST(sealed_knows_its_seal)
{
	struct tlsp_btree *tree;
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);

	(void)close(fd);
	EXPECT_CODE("create", TLSP_OK, tlsp_btree_create(name, &tree, &err));
	EXPECT_CODE("put", TLSP_OK, tlsp_btree_put(tree, "!tlspolicy", 10,
	    SEALS[_i], strlen(SEALS[_i]), &err));
	EXPECT_CODE("finish", TLSP_OK, tlsp_btree_finish(tree, &err));
	expect_damaged("its seal");
}
END_TEST

/* Texts in its place. */
static const struct { const char *text; size_t len; } TEXTS[] = {
	{ "", 0 }, { "x", 1 }, { "audi.fr secure\n", 15 },
};

START_TEST(sealed_refuses_what_is_no_tree)
{
	char page[8192];

	(void)umask(022);
	if (_i < N_ITEMS(TEXTS)) {
		ck_assert_int_eq(help_write_bytes(name, TEXTS[_i].text,
		    TEXTS[_i].len, 60), 0);
		expect_damaged("it is no store, or was cut short");
	} else {
		memset(page, _i == N_ITEMS(TEXTS) ? 0 : 'x', sizeof(page));
		ck_assert_int_eq(help_write_bytes(name, page, sizeof(page),
		    60), 0);
		expect_damaged("no B-tree");
	}
}
END_TEST

/* What the library is not asked to do. */
START_TEST(btree_refuses_what_it_could_not_read)
{
	char key[TLSP_BTREE_KEY_MAX + 1] = "k";
	static char value[TLSP_BTREE_VALUE_MAX + 1];
	struct tlsp_btree *tree;
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);

	(void)close(fd);
	EXPECT_CODE("create", TLSP_OK, tlsp_btree_create(name, &tree, &err));
	EXPECT_CODE("no key", TLSP_E_BUG, tlsp_btree_put(tree, key, 0, "", 0,
	    &err));
	EXPECT_CODE("key", TLSP_E_BUG, tlsp_btree_put(tree, key, sizeof(key),
	    "", 0, &err));
	EXPECT_CODE("value", TLSP_E_BUG, tlsp_btree_put(tree, key, 1, value,
	    sizeof(value), &err));
	EXPECT_CODE("longest", TLSP_OK, tlsp_btree_put(tree, key,
	    sizeof(key) - 1, value, sizeof(value) - 1, &err));
	EXPECT_CODE("finish", TLSP_OK, tlsp_btree_finish(tree, &err));
	EXPECT_CODE("absent", TLSP_E_IO, tlsp_btree_create(help_path(dir,
	    "absent/x"), &tree, &err));
}
END_TEST

Suite *
check_sealed_suite(void)
{
	Suite *suite = suite_create("sealed");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_sealed_open");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, sealed_refuses_another_kind_of_file, 0,
	    N_ITEMS(OTHERS));
	tcase_add_loop_test(tcase, sealed_refuses_what_is_no_tree, 0,
	    N_ITEMS(TEXTS) + 2);
	tcase_add_loop_test(tcase, sealed_knows_its_seal, 0, N_ITEMS(SEALS));
	ADD_CASE(suite, tcase, "tlsp_sealed_prove");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, sealed_proves_number_and_records, 0,
	    N_MISTAKES);
	ADD_CASE(suite, tcase, "tlsp_btree_put");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, btree_refuses_what_it_could_not_read);
	return suite;
}
