/* Looking for secrets in the memory of the test itself. What is looked for is kept with all bits turned, so that the
 * test holds no copy of it. */
#ifndef DYNOX_TEST_SECRETS_H
#define DYNOX_TEST_SECRETS_H

#include "base/random.h"
#include "support.h"
#include <dynox/credentials.h>
#include <fcntl.h>
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

enum { SIZE = 40, TOKEN = 300, CHUNK = 1 << 16, LARGEST_RANGE = 1 << 28 };

static unsigned char turned_secret[SIZE], turned_token[TOKEN];

static inline void make_turned(unsigned char *to, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (size_t i = 0; i < size; i++)
        to[i] = (unsigned char)~letters[dynox__random() % (sizeof letters - 1)];
}

/* Into memory of the caller, who wipes it. */
static inline void turn_back(char *to, const unsigned char *turned, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (char)~turned[i];
    to[size] = 0;
}

/* ---- the memory of the process ---- */

static inline bool is_here(const unsigned char *at, const unsigned char *turned, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char plain = (unsigned char)~turned[i];
        if (at[i] != plain) return false;
    }
    return true;
}

/* By the first byte: most memory is zero, a sanitizer's above all. */
static inline size_t search_chunk(const unsigned char *at, size_t left, const unsigned char *turned, size_t size)
{
    const unsigned char *end   = at + left;
    const int            first = (unsigned char)~turned[0];
    size_t               found = 0;
    for (; (size_t)(end - at) >= size && (at = memchr(at, first, (size_t)(end - at) - size + 1)); at++)
        found += is_here(at, turned, size);
    return found;
}

/* Half of what is looked for is enough. The pieces that are read overlap. */
static inline size_t search_range(int memory, uintptr_t from, uintptr_t to, const unsigned char *turned, size_t size)
{
    static unsigned char chunk[CHUNK];
    size_t               found = 0;
    while (from < to) {
        size_t  wanted = to - from < CHUNK ? to - from : CHUNK;
        ssize_t got    = pread(memory, chunk, wanted, (off_t)from);
        if (got <= 0) break;
        found += search_chunk(chunk, (size_t)got, turned, size);
        if ((size_t)got <= size) break;
        from += (size_t)got < wanted || wanted < CHUNK ? (size_t)got : CHUNK - size;
    }
    memset(chunk, 0, sizeof chunk);
    return found;
}

/* How often it is in the writable memory of this process. The buffer of the search itself is left out. */
static inline size_t search(const unsigned char *turned, size_t size)
{
    FILE  *maps   = fopen("/proc/self/maps", "r");
    int    memory = maps ? open("/proc/self/mem", O_RDONLY) : -1;
    char   line[512];
    size_t found = 0;
    if (memory < 0) test_skip("there is no /proc/self/mem");
    while (fgets(line, sizeof line, maps)) {
        uintptr_t from, to;
        char      rights[5];
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &from, &to, rights) != 3) continue;
        if (rights[0] != 'r' || rights[1] != 'w') continue;
        if (to - from > LARGEST_RANGE) continue; /* a sanitizer's own */
        found += search_range(memory, from, to, turned, size);
    }
    fclose(maps);
    close(memory);
    return found;
}

static inline size_t secrets_in_memory(void)
{
    return search(turned_secret, SIZE / 2) + search(turned_token, TOKEN / 2);
}

static inline void make_secrets(void)
{
    make_turned(turned_secret, SIZE);
    make_turned(turned_token, TOKEN);
}

/* The helper may still be letting go of the last reference, and stacks are used again only by and by. */
static inline void expect_no_secrets(void)
{
    size_t found = 1;
    for (int i = 0; found && i < 200; i++) {
        found = secrets_in_memory();
        if (found) nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    assert_int_equal(found, 0);
}

#endif
