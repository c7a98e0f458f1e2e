#include "CCallgrind.h"

#include <string.h>

#if __has_include(<valgrind/callgrind.h>)

#include <valgrind/callgrind.h>

static char current_label[256];

bool millrace_callgrind_is_known(void) { return true; }

bool millrace_callgrind_is_running(void) { return RUNNING_ON_VALGRIND > 0; }

void millrace_callgrind_begin(const char *label) {
    strncpy(current_label, label, sizeof current_label - 1);
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
}

void millrace_callgrind_end(void) {
    CALLGRIND_DUMP_STATS_AT(current_label);
    CALLGRIND_STOP_INSTRUMENTATION;
}

#else

bool millrace_callgrind_is_known(void) { return false; }

bool millrace_callgrind_is_running(void) { return false; }

void millrace_callgrind_begin(const char *label) { (void)label; }

void millrace_callgrind_end(void) {}

#endif
