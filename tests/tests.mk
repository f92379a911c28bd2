# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# tests.mk - what builds and runs the tests. The tests themselves are scripts
# (tests/run says how they are run); here is what they need built.

-include tests/unit.mk
-include tests/bench.mk

PROGRAM_CFLAGS	= $(STD) -Wall -Wextra -Wshadow $(WERROR) -MMD -MP $(CFLAGS)

$(BUILD)/oracle: tests/oracle.c tests/oracle_run.c $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -o $@ $^ $(LDFLAGS)

# A small Postfix of our own; the module finds its symbols in it.
$(BUILD)/fake_host: tests/fake_host.c | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) $(PROGRAM_CFLAGS) -rdynamic -o $@ $< $(LDFLAGS) -ldl

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

# The module without the reserve behind DICT, to show what it is for.
$(BUILD)/no-reserve.so: $(ADAPTER:%=dict_tlspolicy/%.c) $(BUILD)/libtlsp.a $(MAP)
	$(SAY) LD $@
	$(Q)$(CC) -shared -o $@ $(filter %.c %.a,$^) $(STD) -fPIC -w $(CFLAGS) \
	    -DTLSP_HOST_GROWTH=0 $(ALL_LDFLAGS) \
	    -Wl,--version-script=$(MAP) -Wl,--exclude-libs,ALL

# Built before the tests start, for they run side by side.
TEST_PROGRAMS	= check_tlsp golden damage fuzz_text fuzz_policy fuzz_index \
		  oracle fake_host abi_layout read_index no-reserve.so

test-programs: $(TEST_PROGRAMS:%=$(BUILD)/%)

check: deps
	$(Q)$(MAKE) --no-print-directory all test-programs
	$(Q)tests/run

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)tests/host/world tests/host/demo

lint:
	$(Q)tests/plain/t-lint.sh

.PHONY: check demo lint test-programs
