/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_scan_plain.c - scan.c as it is where there are no vectors.
 * Feeds:    check_scan.c.
 */
#undef TLSP_SCAN_PLAIN
#define TLSP_SCAN_PLAIN
#define tlsp_scan_init		check_plain_init
#define tlsp_scan_key		check_plain_key
#define tlsp_scan_long		check_plain_long
#define tlsp_scan_label_long	check_plain_label_long
#define tlsp_scan_is_below	check_plain_is_below
#include "../dict_tlspolicy/scan.c"
