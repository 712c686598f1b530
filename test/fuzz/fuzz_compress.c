/* Stored texts of any bytes expand to a text or to an error, in bounded memory; any text comes back, however it is
 * compressed. */
#include "fuzz.h"
#include "value/compress/compress.h"
#include "value/text/utf8.h"
#include <string.h>

static void expand(const dynox_value *value)
{
    const dynox_compression how   = {.max_size = 1 << 20};
    dynox__arena            arena = {0};
    const char             *text, *why;
    size_t                  length;
    char                    words[80];
    dynox_status            status = dynox__expand(&how, value, &arena, &text, &length, words, &why);
    PROMISE(status == DYNOX_OK || status == DYNOX_E_DECODE);
    if (status == DYNOX_OK && text != value->as.text) PROMISE(length <= 1 << 20 && dynox__utf8_valid(text, length));
    dynox__arena_free(&arena);
}

static void there_and_back(const char *text, size_t length, uint8_t choice)
{
    const dynox_compression how = {
        .algorithm = (dynox_compressor)(choice % 3), .binary = choice & 4, .min_size = 1, .worth = 1};
    dynox__arena arena = {0};
    dynox_value  value;
    const char  *again, *why;
    size_t       size;
    char         words[80];
    if (dynox__compress_check(&how, words, sizeof words)) return;
    PROMISE(dynox__compress(&how, text, length, &arena, &value, &why) == DYNOX_OK);
    PROMISE(dynox__expand(&how, &value, &arena, &again, &size, words, &why) == DYNOX_OK);
    PROMISE(size == length && (!size || memcmp(again, text, size) == 0));
    dynox__arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    char *text = malloc(size);
    memcpy(text, data + 1, size - 1);
    text[size - 1]       = 0;
    dynox_value as_text  = dynox_string_n(text, size - 1);
    dynox_value as_bytes = dynox_bytes(text, size - 1);
    expand(&as_text);
    expand(&as_bytes);
    if (dynox__utf8_valid(text, size - 1)) there_and_back(text, size - 1, data[0]);
    free(text);
    return 0;
}
