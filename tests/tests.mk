# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# tests.mk - what builds and runs the tests. The tests themselves are scripts
# (tests/run says how they are run); here is what they need built.

-include tests/unit.mk
-include tests/bench.mk

PROGRAM_CFLAGS	= $(STD) -Wall -Wextra -Wshadow $(WERROR) -MMD -MP $(CFLAGS)

$(BUILD)/oracle: tests/oracle.c tests/oracle_run.c $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $^ $(LDFLAGS) $(TLSP_LIBS)

# A small Postfix of our own; the module finds its symbols in it.
$(BUILD)/fake_host: tests/fake_host.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -rdynamic -o $@ $< $(LDFLAGS) -ldl

# One that lacks what every Postfix has.
$(BUILD)/fake_host_less: tests/fake_host.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -Dcasefoldx=casefold_no_more -rdynamic -o $@ \
	    $< $(LDFLAGS) -ldl

# Publishes what a test says was verified.
$(BUILD)/put_pins: $(BUILD)/tests/put_pins.o $(HELP_OBJ) $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_CFLAGS) $(ALL_LDFLAGS) $(TLSP_LIBS)

# Prints layouts; never calls what it names.
$(BUILD)/abi_layout: tests/abi_layout.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(STD) -w $(POSTFIX_CPP) -o $@ $< \
	    -Wl,--unresolved-symbols=ignore-all

# A reader of the index from its manual page alone: nothing of the module.
$(BUILD)/read_index: tests/read_index.c tests/read_index_proof.c \
		     tests/read_index_damage.c tests/read_index.h | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $(filter %.c,$^) $(LDFLAGS)

# The same of a store, as the dump program of Berkeley DB prints it.
$(BUILD)/read_pins: tests/read_pins.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $< $(LDFLAGS)

# The module without the reserve behind DICT, to show what it is for.
$(BUILD)/no-reserve.so: $(ADAPTER:%=dict_tlspolicy/%.c) $(BUILD)/libtlsp.a $(MAP)
	$(SAY) LD $@
	$(Q)$(CC) -shared -o $@ $(filter %.c %.a,$^) $(STD) -fPIC -w $(CFLAGS) \
	    -DTLSP_HOST_GROWTH=0 $(ALL_LDFLAGS) \
	    -Wl,--version-script=$(MAP) -Wl,--exclude-libs,ALL $(TLSP_LIBS)

# Certificates; and the command's verdict on a server, without its prober.
$(BUILD)/make_cert: tests/make_cert.c tests/pki.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $(filter %.c,$^) $(LDFLAGS) \
	    $(UNIT_CMD_LIBS)

$(BUILD)/make_records: tests/make_records.c tests/pki.c $(patsubst %, \
		  $(BUILD)/cmd/%.o,x509 record out_json out_json_record \
		  out_text) $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $^ $(LDFLAGS) $(CMD_LIBS)

$(BUILD)/verdict: tests/verdict.c $(UNIT_TLS:%=$(BUILD)/cmd/%.o) \
		  $(BUILD)/cmd/host.o $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $^ $(LDFLAGS) $(CMD_LIBS)

# Mail servers, many and bad ones, for probe.
$(BUILD)/bulk_smtpd: tests/bulk_smtpd.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $< $(LDFLAGS) -lssl -lcrypto
$(BUILD)/peak: tests/peak.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $< $(LDFLAGS)
$(BUILD)/hostile_smtpd: tests/hostile_smtpd.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $< $(LDFLAGS)

# The kernel's clock, for doctor.
$(BUILD)/fake_clock.so: tests/fake_clock.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -shared -fPIC -o $@ $< $(LDFLAGS)

# Calls of the C library that fail.
$(BUILD)/faults.so: tests/faults.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -shared -fPIC -o $@ $< $(LDFLAGS) -ldl

# A resolver that says that what it answers is proved.
$(BUILD)/ad_dns: tests/ad_dns.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $< $(LDFLAGS)

# The command as it is where libpsl is missing.
$(BUILD)/tlspolicy-no-psl: cmd/psl.c $(filter-out $(BUILD)/cmd/psl.o,$(CMD_OBJ)) \
		  $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $^ $(LDFLAGS) $(TLSP_LIBS) $(CMD_LIBS)

# Built before the tests start, for they run side by side.
TEST_PROGRAMS	= check_tlsp golden damage fuzz_text fuzz_policy fuzz_index \
		  fuzz_pin fuzz_smtp fuzz_audit oracle fake_host \
		  fake_host_less abi_layout read_index no-reserve.so \
		  make_cert verdict put_pins bulk_smtpd \
		  hostile_smtpd store_damage store_kill store_tool \
		  make_records ad_dns fake_clock.so faults.so read_pins peak \
		  tlspolicy-no-psl

test-programs: $(TEST_PROGRAMS:%=$(BUILD)/%)

check: deps
	$(Q)$(MAKE) --no-print-directory all test-programs
	$(Q)tests/run

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)tests/host/world tests/host/demo

lint:
	$(Q)tests/plain/t-lint.sh

# Postfix itself, without and with each patch of postfix-patches/.
PATCHED		= 3.7 3.11
check-patches: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)for v in $(PATCHED); do \
		tests/patches/build $$v $(BUILD)/patches/$$v || \
		    [ $$? = 77 ] || exit 1; \
	done
	$(Q)tests/run $(PATCHED:%=patches/t-%)

# Every Postfix that Debian has. V: one of them.
matrix: deps
	$(Q)tests/matrix/run $(BUILD)/matrix $(filter 3.%,$(V))

.PHONY: check check-patches demo lint matrix test-programs
