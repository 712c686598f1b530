/* Numbers: text against the system's reading of it, doubles there and back, and an order that is one. */
#include "codec_items.h"
#include "fuzz.h"
#include <math.h>

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void check_text(const char *text, size_t length)
{
    double   ours, systems;
    int64_t  integer;
    uint64_t natural;
    char    *end;
    bool     valid = dynox__number_valid(text, length);
    if (dynox__number_check(text, length) == NULL) PROMISE(valid);
    if (dynox__number_to_int(text, length, &integer)) {
        PROMISE(valid && dynox__number_to_double(text, length, &ours));
        PROMISE(ours == (double)integer);
    }
    if (dynox__number_to_unsigned(text, length, &natural))
        PROMISE(dynox__number_to_double(text, length, &ours) && ours == (double)natural);
    if (!valid || memchr(text, 0, length)) return;
    char *copy = calloc(1, length + 1);
    memcpy(copy, text, length);
    systems = strtod(copy, &end);
    PROMISE(*end == 0);
    if (dynox__number_to_double(text, length, &ours))
        PROMISE(ours == systems);
    else
        PROMISE(isinf(systems));
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t half = size / 2;
    char  *a = malloc(half + 1), *b = malloc(size - half + 1);
    memcpy(a, data, half);
    memcpy(b, data + half, size - half);
    check_text(a, half);
    check_text(b, size - half);
    if (!dynox__number_check(a, half) && !dynox__number_check(b, size - half)) {
        double x, y;
        int    order = dynox__number_compare(a, half, b, size - half);
        PROMISE(sign(dynox__number_compare(b, size - half, a, half)) == -sign(order));
        PROMISE(dynox__number_to_double(a, half, &x) && dynox__number_to_double(b, size - half, &y));
        if (x < y) PROMISE(order < 0);
        if (x > y) PROMISE(order > 0);
    }
    if (size >= sizeof(double)) {
        double number, back;
        char   text[DYNOX__NUMBER_TEXT];
        memcpy(&number, data, sizeof number);
        size_t length = dynox__number_from_double(number, text);
        PROMISE((length == 0) == !isfinite(number));
        if (length) PROMISE(length < sizeof text && dynox__number_to_double(text, length, &back) && back == number);
    }
    free(a);
    free(b);
    return 0;
}
