/* Keys that sort as what they are made of.
 *
 * Bytes: as they are, but 0 is 0 and 255; the end is 0 and 0, which is less than anything that can go on.
 * Numbers: 0 negative, 1 zero, 2 positive; then, unless it is zero, the exponent, and two digits a byte, 1 to 100, and
 * 0 for the end. Of a negative number all of these are turned over, so that the larger magnitude comes first. */
#include "local/store/key.h"
#include "base/hash.h"
#include "value/text/number.h"

enum { END = 0, ZERO_GOES_ON = 255, NEGATIVE = 0, ZERO = 1, POSITIVE = 2, EXPONENT_BIAS = 129 };

void dynox__key_add_u32(dynox__buffer *key, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        dynox__buffer_byte(key, (char)(unsigned char)(number >> shift));
}

void dynox__key_add_u64(dynox__buffer *key, uint64_t number)
{
    dynox__key_add_u32(key, (uint32_t)(number >> 32));
    dynox__key_add_u32(key, (uint32_t)number);
}

void dynox__key_add_prefix(dynox__buffer *key, const void *bytes, size_t size)
{
    if (!size) return;
    const char *at = bytes, *end = at + size;
    while (at < end) {
        const char *zero = memchr(at, 0, (size_t)(end - at));
        dynox__buffer_add(key, at, (size_t)((zero ? zero : end) - at));
        if (!zero) return;
        dynox__buffer_add(key, (const char[]){0, (char)(unsigned char)ZERO_GOES_ON}, 2);
        at = zero + 1;
    }
}

void dynox__key_add_bytes(dynox__buffer *key, const void *bytes, size_t size)
{
    dynox__key_add_prefix(key, bytes, size);
    dynox__buffer_add(key, (const char[]){0, END}, 2);
}

static void add_number(dynox__buffer *key, const char *text, size_t length)
{
    dynox__number_parts parts;
    if (!dynox__number_take_apart(text, length, &parts)) {
        key->failed = true; /* cannot be: it has been checked */
        return;
    }
    dynox__buffer_byte(key, parts.count == 0 ? ZERO : parts.negative ? NEGATIVE : POSITIVE);
    if (parts.count == 0) return;
    unsigned      turn = parts.negative ? 255 : 0;
    unsigned char bytes[DYNOX__NUMBER_DIGITS / 2 + 2];
    size_t        count = 0;
    bytes[count++]      = (unsigned char)((unsigned)(parts.exponent + EXPONENT_BIAS) ^ turn);
    for (unsigned i = 0; i < parts.count; i += 2) {
        unsigned pair  = parts.digits[i] * 10u + (i + 1 < parts.count ? parts.digits[i + 1] : 0u) + 1;
        bytes[count++] = (unsigned char)(pair ^ turn);
    }
    bytes[count++] = (unsigned char)(END ^ turn);
    dynox__buffer_add(key, (const char *)bytes, count);
}

void dynox__key_add_value(dynox__buffer *key, const dynox_value *value)
{
    char text[DYNOX__NUMBER_TEXT];
    if (value->type == DYNOX_B)
        dynox__key_add_bytes(key, value->as.bytes, value->length);
    else if (value->type == DYNOX_S)
        dynox__key_add_bytes(key, value->as.text, value->length);
    else if (value->number_ == DYNOX_NUMBER_TEXT_)
        add_number(key, value->as.text, value->length);
    else if (value->number_ == DYNOX_NUMBER_INT_)
        add_number(key, text, dynox__number_from_int(value->as.integer_, text));
    else if (value->number_ == DYNOX_NUMBER_UINT_)
        add_number(key, text, dynox__number_from_unsigned(value->as.unsigned_, text));
    else
        add_number(key, text, dynox__number_from_double(value->as.real_, text));
}

bool dynox__key_successor(dynox__buffer *key)
{
    while (key->size && (unsigned char)key->data[key->size - 1] == 255)
        key->size--;
    if (!key->size) return false;
    key->data[key->size - 1] = (char)(unsigned char)((unsigned char)key->data[key->size - 1] + 1);
    return true;
}

uint64_t dynox__key_hash(const void *bytes, size_t size)
{
    /* FNV spreads its low bits well, and segments of a scan are ranges of the high ones: so they are mixed once more.
     */
    uint64_t hash = dynox__hash(DYNOX__HASH_START, bytes, size);
    hash          = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    hash          = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}
