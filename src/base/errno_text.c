/* The POSIX form of strerror_r: this file must not ask for GNU's. */
#include "base/errno_text.h"
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

static void ask_system(int number, char text[DYNOX__ERRNO_TEXT])
{
    locale_t english = newlocale(LC_MESSAGES_MASK, "C", (locale_t)0); /* as all messages are */
    locale_t before  = english ? uselocale(english) : (locale_t)0;
    if (strerror_r(number, text, DYNOX__ERRNO_TEXT) != 0) snprintf(text, DYNOX__ERRNO_TEXT, "error %d", number);
    if (!english) return;
    uselocale(before);
    freelocale(english);
}

const char *dynox__errno_text(int number, char text[DYNOX__ERRNO_TEXT])
{
    /* Whoever reads these should know which limit it is; the systems' words differ. */
    if (number == EMFILE || number == ENFILE)
        snprintf(text, DYNOX__ERRNO_TEXT, "%s",
                 number == EMFILE ? "too many open files in this process (ulimit -n)"
                                  : "too many open files in the whole system");
    else
        ask_system(number, text);
    return text;
}
