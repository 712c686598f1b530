/* Spare memory: a few blocks, oldest first. */
#include "base/spare.h"
#include <pthread.h>
#include <string.h>

enum { MOST_BLOCKS = 12, MOST_TOO_LARGE = 4 /* times what is needed */ };
static const size_t most_bytes = (size_t)16 * 1024 * 1024;

typedef struct spare {
    void  *block;
    size_t size;
} spare;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static spare           kept[MOST_BLOCKS];
static size_t          count, bytes, users;

static spare remove_at(size_t i)
{
    spare removed = kept[i];
    memmove(&kept[i], &kept[i + 1], (--count - i) * sizeof *kept);
    bytes -= removed.size;
    return removed;
}

void dynox__spare_begin(void)
{
    pthread_mutex_lock(&lock);
    users++;
    pthread_mutex_unlock(&lock);
}

void dynox__spare_end(void)
{
    pthread_mutex_lock(&lock);
    bool last = --users == 0;
    pthread_mutex_unlock(&lock);
    if (last) dynox__spare_drop();
}

void dynox__spare_drop(void)
{
    pthread_mutex_lock(&lock);
    while (count)
        dynox__free(remove_at(count - 1).block);
    pthread_mutex_unlock(&lock);
}

/* The smallest that is large enough, and not much too large. */
static void *find(size_t *size)
{
    size_t best = count;
    for (size_t i = 0; i < count; i++)
        if (kept[i].size >= *size && kept[i].size / MOST_TOO_LARGE <= *size &&
            (best == count || kept[i].size < kept[best].size))
            best = i;
    if (best == count) return NULL;
    spare found = remove_at(best);
    *size       = found.size;
    return found.block;
}

void *dynox__spare_take(size_t *size)
{
    void *block = NULL;
    if (*size >= DYNOX__SPARE_LEAST) {
        pthread_mutex_lock(&lock);
        block = find(size);
        pthread_mutex_unlock(&lock);
    }
    return block ? block : dynox__malloc(*size);
}

void dynox__spare_give(void *block, size_t size)
{
    bool is_kept = false;
    if (block && size >= DYNOX__SPARE_LEAST && size <= most_bytes) {
        pthread_mutex_lock(&lock);
        is_kept = users != 0;
        while (is_kept && (count == MOST_BLOCKS || bytes > most_bytes - size))
            dynox__free(remove_at(0).block);
        if (is_kept) kept[count++] = (spare){block, size};
        if (is_kept) bytes += size;
        pthread_mutex_unlock(&lock);
    }
    if (!is_kept) dynox__free(block);
}
