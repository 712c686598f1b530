/* Texts from outside on their way to a terminal or a log. */
#ifndef DYNOX_BASE_PRINTABLE_H
#define DYNOX_BASE_PRINTABLE_H

/* Replaces in place what could move the cursor, turn the direction of writing, or is no UTF-8, by ?: control characters
 * but tab and newline, those from U+0080 to U+009F, and the marks and isolates of bidirectional text. */
void dynox__make_printable(char *text);

#endif
