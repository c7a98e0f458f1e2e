#ifndef C_CALLGRIND_H
#define C_CALLGRIND_H

#include <stdbool.h>

// Tells callgrind, the tool of valgrind that counts instructions, where what is to be counted begins and ends.

// Whether this was compiled where valgrind's headers are; without them the functions below do nothing.
bool millrace_callgrind_is_known(void);

// Whether the program runs under valgrind.
bool millrace_callgrind_is_running(void);

// Begins to count on all threads. `label` is copied, up to 255 bytes.
void millrace_callgrind_begin(const char *label);

// Writes what was counted since the beginning to a file of its own, which names the label, and ends counting.
void millrace_callgrind_end(void);

#endif
