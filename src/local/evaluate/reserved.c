/* Is a word one of those that may not stand as names? */
#include "base/ascii.h"
#include "local/evaluate/terms.h"

static const char *const reserved[] = {
#define R(word) #word,
#include "local/evaluate/reserved.inc"
#undef R
};

enum { LONGEST = 16 };

bool dynox__is_reserved(const char *text, size_t length)
{
    char   upper[LONGEST + 1];
    size_t low = 0, high = sizeof reserved / sizeof *reserved;
    if (length > LONGEST) return false;
    for (size_t i = 0; i < length; i++)
        upper[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);
    upper[length] = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int    order  = strcmp(upper, reserved[middle]);
        if (order == 0) return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
