#ifndef C_ALLOCATION_COUNT_H
#define C_ALLOCATION_COUNT_H

#include <stdbool.h>
#include <stdint.h>

// Counts what a program takes from the heap and gives back to it, on all of its threads and in all of its libraries.
//
// A program that links this has malloc and its kin from here: they count and call glibc's. Elsewhere than on Linux with
// glibc nothing is replaced, and the counts stay 0.

// Pieces of memory taken since the program began; one that is made larger or smaller counts as given back and taken.
uint64_t millrace_allocation_count(void);

// Pieces of memory given back since the program began.
uint64_t millrace_free_count(void);

// Whether the counts mean anything: tried out with a piece that libc takes by itself.
bool millrace_allocations_are_counted(void);

#endif
