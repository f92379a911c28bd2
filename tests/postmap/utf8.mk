# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# utf8.mk - a variant of the module for tests/postmap/t-utf8:
# make -f tests/postmap/utf8.mk WITH=FLAGS VARIANT=FILE FILE

include Makefile

$(VARIANT): $(ADAPTER:%=dict_tlspolicy/%.c) $(BUILD)/libtlsp.a $(MAP)
	$(Q)$(CC) -shared -o $@ $(filter %.c %.a,$^) $(STD) -fPIC -w $(CFLAGS) \
	    $(POSTFIX_CPP) $(WITH) $(ALL_LDFLAGS) \
	    -Wl,--version-script=$(MAP) -Wl,--exclude-libs,ALL
