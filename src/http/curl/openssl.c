/* OpenSSL does not survive that memory fails while it makes itself ready: some of it crashes, some remembers the
 * failure for ever. So it is not begun unless there is clearly enough, and a reserve helps out while it begins. */
#include "http/curl/openssl.h"
#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ENOUGH = 1024 * 1024, RESERVE = 64 * 1024, ALIGNMENT = 16 };

static _Alignas(ALIGNMENT) unsigned char reserve[RESERVE];
static _Atomic size_t     used;
static _Thread_local bool beginning;

static bool is_reserved(const void *block)
{
    uintptr_t at = (uintptr_t)block, start = (uintptr_t)reserve;
    return at >= start && at < start + RESERVE;
}

/* What is taken is not given back: it happens once in a process, if ever. Its size stands in front of it. */
static void *take(size_t size)
{
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
    if (!beginning || size > RESERVE) return NULL;
    size_t at = atomic_fetch_add(&used, need);
    if (at > RESERVE || need > RESERVE - at) return NULL;
    memcpy(reserve + at, &size, sizeof size);
    return reserve + at + ALIGNMENT;
}

static void *get(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    if (!size) return NULL;
    void *block = malloc(size);
    return block ? block : take(size);
}

static void give_back(void *block, const char *file, int line)
{
    (void)file, (void)line;
    if (!is_reserved(block)) free(block);
}

static void *resize(void *block, size_t size, const char *file, int line)
{
    size_t had = 0;
    if (!block) return get(size, file, line);
    if (!size) {
        give_back(block, file, line);
        return NULL;
    }
    if (!is_reserved(block)) {
        void *moved = realloc(block, size);
        if (moved || !beginning) return moved;
        return NULL; /* how much to copy is not known */
    }
    memcpy(&had, (unsigned char *)block - ALIGNMENT, sizeof had);
    void *moved = get(size, file, line);
    if (moved) memcpy(moved, block, had < size ? had : size);
    return moved;
}

bool dynox__openssl_begin(void)
{
    void *volatile enough = malloc(ENOUGH); /* volatile: or compilers leave both calls out */
    if (!enough) return false;
    free(enough);
    CRYPTO_set_mem_functions(get, resize,
                             give_back); /* refused if the program uses OpenSSL already: then all is well */
    beginning = true;
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
}

void dynox__openssl_begun(void)
{
    beginning = false;
}
