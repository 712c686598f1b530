/* Unique identifiers. What must go up is one word a kind, the time and what is counted within it, so that threads need
 * no lock, which a fork could leave locked; what must not repeat is drawn anew for each. */
#include "base/unique_id.h"
#include "base/clock.h"
#include "base/random.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { UUID_TEXT = 36, ULID_TEXT = 26, KSUID_TEXT = 27 };

/* The most milliseconds that fit into 48 bits (in the year 10889). */
static const int64_t most_ms = (INT64_C(1) << 48) - 1;

static uint64_t big_endian(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* Takes `wanted` if its time, which is all but the last `counted` bits, is later than that of the last one, or else the
 * number after the last. That carries into the time when the counted bits are used up. `most` is stayed at, if ever it
 * is reached: then only what is random tells them apart. */
static uint64_t next(_Atomic uint64_t *last, uint64_t wanted, unsigned counted, uint64_t most)
{
    uint64_t was = atomic_load_explicit(last, memory_order_relaxed), is;
    do {
        is = wanted >> counted > was >> counted ? wanted : was < most ? was + 1 : most;
    } while (!atomic_compare_exchange_weak_explicit(last, &was, is, memory_order_relaxed, memory_order_relaxed));
    return is;
}

static int64_t clamp(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

static size_t uuid4(const uint8_t random[16], char *text)
{
    uint64_t high = big_endian(random, 8), low = big_endian(random + 8, 8);
    dynox__uuid_text((high & ~UINT64_C(0xf000)) | 0x4000, low << 2 >> 2 | UINT64_C(1) << 63, text);
    return UUID_TEXT;
}

static size_t uuid7(const uint8_t random[16], char *text)
{
    static _Atomic uint64_t last;
    int64_t                 now  = clamp(dynox__wall_ns(), INT64_MAX);
    uint64_t                fine = (uint64_t)(now % DYNOX__MS) * 4096 / (uint64_t)DYNOX__MS;
    uint64_t                time = next(&last, (uint64_t)(now / DYNOX__MS) << 12 | fine, 0, (UINT64_C(1) << 60) - 1);
    uint64_t                low  = big_endian(random, 8);
    dynox__uuid_text(time >> 12 << 16 | 0x7000 | (time & 0xfff), low << 2 >> 2 | UINT64_C(1) << 63, text);
    return UUID_TEXT;
}

/* 128 bits in 26 digits of 5 bits; the first one has 3. */
static size_t ulid(const uint8_t random[16], char *text)
{
    static _Atomic uint64_t last;
    static const char       digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint64_t                now      = (uint64_t)clamp(dynox__wall_ms(), most_ms);
    uint64_t                high     = next(&last, now << 16 | big_endian(random, 2), 16, UINT64_MAX);
    uint64_t                low      = big_endian(random + 2, 8);
    for (unsigned i = ULID_TEXT; i-- > 0; low = low >> 5 | high << 59, high >>= 5)
        text[i] = digits[low & 31];
    text[ULID_TEXT] = 0;
    return ULID_TEXT;
}

/* 160 bits in 27 digits of base 62, five of them at a time. */
static size_t ksuid(const uint8_t random[16], char *text)
{
    static const char    digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static const int64_t epoch    = 1400000000;
    enum { FIVE = 62 * 62 * 62 * 62 * 62 };
    uint32_t words[5];
    words[0] = (uint32_t)clamp(dynox__wall_ms() / 1000 - epoch, UINT32_MAX);
    for (unsigned i = 0; i < 4; i++)
        words[i + 1] = (uint32_t)big_endian(random + 4 * i, 4);
    for (unsigned i = KSUID_TEXT; i > 0;) {
        uint64_t left = 0;
        for (unsigned word = 0; word < 5; word++) {
            left        = left << 32 | words[word];
            words[word] = (uint32_t)(left / FIVE);
            left %= FIVE;
        }
        for (unsigned k = 0; k < 5 && i > 0; k++, left /= 62)
            text[--i] = digits[left % 62];
    }
    text[KSUID_TEXT] = 0;
    return KSUID_TEXT;
}

size_t dynox__unique_id(enum dynox__unique_id kind, char text[40])
{
    uint8_t random[16];
    text[0] = 0;
    if (!dynox__random_bytes(random, sizeof random)) return 0;
    switch (kind) {
    case DYNOX__UUID4: return uuid4(random, text);
    case DYNOX__UUID7: return uuid7(random, text);
    case DYNOX__ULID: return ulid(random, text);
    case DYNOX__KSUID: return ksuid(random, text);
    }
    return 0;
}
