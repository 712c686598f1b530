/* What an errno means, in words, from any thread. */
#ifndef DYNOX_BASE_ERRNO_TEXT_H
#define DYNOX_BASE_ERRNO_TEXT_H

enum { DYNOX__ERRNO_TEXT = 96 };

/* Fills `text` and returns it: English, whatever the locale of the program is. */
const char *dynox__errno_text(int number, char text[DYNOX__ERRNO_TEXT]);

/* The same for the length of a statement. */
#define DYNOX__ERRNO(number) dynox__errno_text((number), (char[DYNOX__ERRNO_TEXT]){0})

#endif
