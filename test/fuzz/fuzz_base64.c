/* Base64 that is taken is the base64 of what came out of it; any bytes come back. And CRC-32, both ways of it. */
#include "fuzz.h"
#include "value/json/crc32.h"
#include "value/text/base64.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t   length = dynox__base64_length(size), decoded;
    char    *text   = malloc(length ? length : 1);
    uint8_t *bytes  = malloc(size + 4);
    dynox__base64_encode(text, data, size);
    PROMISE(dynox__base64_decode(bytes, &decoded, text, length));
    PROMISE(decoded == size && memcmp(bytes, data, size) == 0);
    if (dynox__base64_decode(bytes, &decoded, (const char *)data, size)) {
        PROMISE(dynox__base64_length(decoded) == size);
        dynox__base64_encode(text, bytes, decoded);
        PROMISE(memcmp(text, data, size) == 0);
    }
    PROMISE(dynox__crc32(data, size) == dynox__crc32_portable(data, size));
    free(bytes);
    free(text);
    return 0;
}
