/* The one place that calls malloc. */
#include "base/alloc.h"
#include "base/spare.h"
#include <stdlib.h>
#include <string.h>

static void *(*allocate_fn)(size_t)           = malloc;
static void *(*reallocate_fn)(void *, size_t) = realloc;
static void (*release_fn)(void *)             = free;

void dynox_set_allocator(void *(*allocate)(size_t), void *(*reallocate)(void *, size_t), void (*release)(void *))
{
    dynox__spare_drop(); /* it was allocated the other way */
    bool all      = allocate && reallocate && release;
    allocate_fn   = all ? allocate : malloc;
    reallocate_fn = all ? reallocate : realloc;
    release_fn    = all ? release : free;
}

void *dynox__malloc(size_t size)
{
    return allocate_fn(size ? size : 1);
}

void *dynox__calloc(size_t size)
{
    void *memory = dynox__malloc(size);
    if (memory) memset(memory, 0, size);
    return memory;
}

void *dynox__realloc(void *old, size_t size)
{
    return reallocate_fn(old, size ? size : 1);
}

void *dynox__malloc_array(size_t count, size_t size)
{
    size_t total;
    return dynox__mul_size(count, size, &total) ? dynox__malloc(total) : NULL;
}

void *dynox__realloc_array(void *old, size_t count, size_t size)
{
    size_t total;
    return dynox__mul_size(count, size, &total) ? dynox__realloc(old, total) : NULL;
}

void dynox__free(void *memory)
{
    if (memory) release_fn(memory);
}

void dynox_free(void *memory)
{
    dynox__free(memory);
}

char *dynox__strndup(const char *text, size_t length)
{
    char *copy = length < SIZE_MAX ? dynox__malloc(length + 1) : NULL;
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

char *dynox__strdup(const char *text)
{
    return text ? dynox__strndup(text, strlen(text)) : NULL;
}

/* The compiler cannot know what a volatile pointer points to, so it cannot leave the call out. */
static void *(*const volatile overwrite)(void *, int, size_t) = memset;

void dynox__wipe(void *memory, size_t size)
{
    if (memory) overwrite(memory, 0, size);
}
