/* Times: what is read is in range and can be written, what is written is read as it was, and both readers agree. */
#include "base/date.h"
#include "fuzz.h"
#include <string.h>

static void check_written(int64_t seconds, int32_t nanoseconds)
{
    char    text[40];
    int64_t back = 0;
    int32_t its  = 0;
    for (unsigned digits = 0; digits <= 9; digits++) {
        size_t length = dynox__iso_write(seconds, nanoseconds, digits, text);
        PROMISE(length == strlen(text));
        if (!length) {
            PROMISE(seconds < DYNOX__ISO_FIRST || seconds > DYNOX__ISO_LAST || nanoseconds < 0 ||
                    nanoseconds > 999999999);
            return;
        }
        PROMISE(dynox__iso_read(text, length, &back, &its) && back == seconds && its <= nanoseconds);
    }
    PROMISE(its == nanoseconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t seconds, services;
    int32_t nanoseconds;
    char   *exact = malloc(size ? size : 1), *text = calloc(1, size + 1);
    memcpy(exact, data, size);
    memcpy(text, data, size);
    bool read = dynox__iso_read(exact, size, &seconds, &nanoseconds);
    if (read) {
        PROMISE(seconds >= DYNOX__ISO_FIRST && seconds <= DYNOX__ISO_LAST);
        PROMISE(nanoseconds >= 0 && nanoseconds <= 999999999);
        check_written(seconds, nanoseconds);
    }
    if (dynox__iso8601(text, &services) && read) PROMISE(services == seconds);
    if (dynox__http_date(text, &services)) check_written(services, 0);
    free(exact);
    free(text);
    if (size >= sizeof seconds + sizeof nanoseconds) {
        memcpy(&seconds, data, sizeof seconds);
        memcpy(&nanoseconds, data + sizeof seconds, sizeof nanoseconds);
        check_written(seconds, nanoseconds);
    }
    return 0;
}
