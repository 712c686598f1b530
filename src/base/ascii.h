/* Letters as protocols mean them. <ctype.h> and <strings.h> go by the program's locale: in a Turkish one, I is not the
 * capital of i. */
#ifndef DYNOX_BASE_ASCII_H
#define DYNOX_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline char dynox__ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Are the first `count` characters the same, in capitals or not? A text that ends before has no more. */
static inline bool dynox__ascii_same_n(const char *a, const char *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (dynox__ascii_lower(a[i]) != dynox__ascii_lower(b[i])) return false;
        if (!a[i]) return true;
    }
    return true;
}

static inline bool dynox__ascii_same(const char *a, const char *b)
{
    return dynox__ascii_same_n(a, b, (size_t)-1);
}

#endif
