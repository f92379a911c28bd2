# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# make unit               run the Check suites (CK_RUN_SUITE=index, CK_FORK=no)
# make golden-run         run tests/golden
# make damage-run         damage an index in every way (DAMAGES=1000000: at so
#                         many random places, too)
# make fuzz-run N=100000  run each fuzzer so often, from tests/golden on
# With sanitizers: the same, with BUILD=build-asan and
# CFLAGS='-O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer'.

N		?= 20000
DAMAGES		?=
OBJCOPY		?= objcopy

UNIT_SRC	= $(notdir $(wildcard tests/check_*.c))
UNIT_OBJ	= $(UNIT_SRC:%.c=$(BUILD)/tests/%.o)
HELP_OBJ	= $(patsubst tests/%.c,$(BUILD)/tests/%.o, \
		  $(wildcard tests/helper*.c))
FUZZ_OBJ	= $(BUILD)/tests/fuzz_driver.o $(HELP_OBJ)
# Rooms of the command that have suites, and those they need.
UNIT_TLS	= run conf site demand x509 tls_anchors tls_context tls_session \
		  tls_trust tls_verify
UNIT_CMD	= record smtp nexthop net dns witness lesson learner $(UNIT_TLS)
UNIT_CMD	+= master identity reach clock
UNIT_CMD_LIBS	= $(shell pkg-config --libs openssl) -lunbound
UNIT_CMD_OBJ	= $(UNIT_CMD:%=$(BUILD)/cmd/%.o)
GOLDEN_IN	= $(wildcard tests/golden/*.in)

# Check's macros convert and compare as they like.
TEST_CFLAGS	= $(ALL_CFLAGS) -Wno-conversion -Wno-sign-compare
CHECK_CFLAGS	= $(shell pkg-config --cflags check)
CHECK_LIBS	= $(shell pkg-config --libs check)
# Rooms of the command that stand between.
UNIT_CMD	+= draft outlook conf host tables targets out_text out_table out_json \
		   out_json_record pinset \
		   print place finding check_kinds run postfix classes routes rule_text \
		   audit_line audit_journal audit_clock audit_said \
		   audit_in audit_recent audit_match audit_partner audit_sum \
		   audit_silent out_csv out_html out_metrics
CHECK_LIBS	+= $(shell pkg-config --libs jansson icu-uc smartcols $(ZLIB))
TEST_CFLAGS	+= $(if $(ZLIB),-DTLSP_ZLIB)
# Certificates of authorities.
UNIT_CMD	+= bundle authority ca_file chain
# The core, with memory that runs out when a test says so.
WRAP		= $(foreach f,malloc calloc realloc strdup posix_memalign, \
		  --redefine-sym $f=check_$f)

$(BUILD)/tests:
	$(Q)mkdir -p $@

$(BUILD)/tests/check_%.o: TEST_EXTRA = $(CHECK_CFLAGS)
$(BUILD)/tests/%.o: tests/%.c | $(BUILD)/tests
	$(SAY) CC $<
	$(Q)$(CC) $(TEST_CFLAGS) $(TEST_EXTRA) -c -o $@ $<

$(BUILD)/tests/libtlsp.a: $(BUILD)/libtlsp.a | $(BUILD)/tests
	$(Q)$(OBJCOPY) $(WRAP) $< $@

$(BUILD)/check_tlsp: $(UNIT_OBJ) $(HELP_OBJ) $(BUILD)/tests/pki.o $(UNIT_CMD_OBJ) \
		     $(BUILD)/tests/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_CFLAGS) $(ALL_LDFLAGS) $(CHECK_LIBS) $(TLSP_LIBS) \
	    $(UNIT_CMD_LIBS)

$(BUILD)/golden: $(BUILD)/tests/golden.o $(HELP_OBJ) $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_CFLAGS) $(ALL_LDFLAGS) $(TLSP_LIBS)

$(BUILD)/fuzz_text: $(BUILD)/tests/fuzz_postmap.o
$(BUILD)/fuzz_smtp: $(BUILD)/cmd/smtp.o
$(BUILD)/fuzz_audit: $(patsubst %,$(BUILD)/cmd/audit_%.o,line journal clock \
    said recent match partner sum silent)
$(BUILD)/fuzz_text $(BUILD)/fuzz_policy $(BUILD)/fuzz_index $(BUILD)/fuzz_pin \
    $(BUILD)/fuzz_smtp $(BUILD)/fuzz_audit: $(BUILD)/fuzz_%: \
    $(BUILD)/tests/fuzz_%.o $(FUZZ_OBJ) $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_CFLAGS) $(ALL_LDFLAGS) $(TLSP_LIBS)

DAMAGE_OBJ	= $(patsubst tests/%.c,$(BUILD)/tests/%.o, \
		  $(wildcard tests/damage*.c))
$(BUILD)/damage: $(DAMAGE_OBJ) $(HELP_OBJ) $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_CFLAGS) $(ALL_LDFLAGS) $(TLSP_LIBS)

# Stores: damaged, killed, and used by a shell.
$(BUILD)/store_damage $(BUILD)/store_kill $(BUILD)/store_tool: $(BUILD)/%: \
    $(BUILD)/tests/%.o $(HELP_OBJ) $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_CFLAGS) $(ALL_LDFLAGS) $(TLSP_LIBS)

unit: $(BUILD)/check_tlsp
	$(Q)$(BUILD)/check_tlsp

golden-run: $(BUILD)/golden
	$(Q)$(BUILD)/golden $(GOLDEN_IN)

damage-run: $(BUILD)/damage
	$(Q)$(BUILD)/damage $(DAMAGES)

fuzz-run: $(BUILD)/fuzz_text $(BUILD)/fuzz_policy $(BUILD)/fuzz_index \
    $(BUILD)/fuzz_pin $(BUILD)/fuzz_smtp $(BUILD)/fuzz_audit
	$(Q)$(BUILD)/fuzz_text $(N) $(GOLDEN_IN)
	$(Q)$(BUILD)/fuzz_policy $(N) $(GOLDEN_IN)
	$(Q)$(BUILD)/fuzz_index $(N) $(GOLDEN_IN)
	$(Q)$(BUILD)/fuzz_pin $(N) tests/records/records.txt
	$(Q)$(BUILD)/fuzz_smtp $(N) tests/smtp/*.txt
	$(Q)$(BUILD)/fuzz_audit $(N) tests/audit/*.log

-include $(wildcard $(BUILD)/tests/*.d)

.PHONY: unit golden-run damage-run fuzz-run
