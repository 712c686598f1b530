/* The regular expressions of the service model, each written by hand: there are few. */
#ifndef DYNOX_LOCAL_VALIDATE_PATTERNS_H
#define DYNOX_LOCAL_VALIDATE_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

enum { DYNOX__PATTERNS = 9 };

/* Does all of the text fit? Patterns count from 1, as in the description. */
bool dynox__pattern_fits(unsigned pattern, const char *text, size_t length);

#endif
