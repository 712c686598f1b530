/* The POSIX form of strerror_r: this file must not ask for GNU's. */
#include "base/errno_text.h"
#include <stdio.h>
#include <string.h>

const char *dynox__errno_text(int number, char text[DYNOX__ERRNO_TEXT])
{
    if (strerror_r(number, text, DYNOX__ERRNO_TEXT) != 0) snprintf(text, DYNOX__ERRNO_TEXT, "error %d", number);
    return text;
}
