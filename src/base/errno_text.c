/* The POSIX form of strerror_r: this file must not ask for GNU's. */
#include "base/errno_text.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *dynox__errno_text(int number, char text[DYNOX__ERRNO_TEXT])
{
    /* Whoever reads these should know which limit it is; the systems' words differ. */
    if (number == EMFILE || number == ENFILE)
        snprintf(text, DYNOX__ERRNO_TEXT, "%s",
                 number == EMFILE ? "too many open files in this process (ulimit -n)"
                                  : "too many open files in the whole system");
    else if (strerror_r(number, text, DYNOX__ERRNO_TEXT) != 0)
        snprintf(text, DYNOX__ERRNO_TEXT, "error %d", number);
    return text;
}
