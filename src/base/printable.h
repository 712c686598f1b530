/* Texts from outside on their way to a terminal or a log. */
#ifndef DYNOX_BASE_PRINTABLE_H
#define DYNOX_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/* May the character at the start of `text` (size bytes, at least one) be shown as it is? *length is how many bytes it
 * has; 1 for what is no UTF-8. Not shown is what could move the cursor, break the line, turn the direction of writing
 * or hide: control characters (tab and newline, too, and those from U+0080 to U+009F), the marks and isolates of
 * bidirectional text, line and paragraph separators, invisible operators and tags, byte order marks, and noncharacters.
 */
bool dynox__is_printable(const char *text, size_t size, size_t *length);

/* Replaces in place each character that is not printable, but for tab and newline, by ?. */
void dynox__make_printable(char *text);

/* Replaces in place each byte that is not visible ASCII by ?: for codes and ids, which are nothing else. */
void dynox__make_visible(char *text);

#endif
