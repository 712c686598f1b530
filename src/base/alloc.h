/* Memory for the rest of the library: every allocation may fail and says so with NULL. Sizes of arrays go through
 * the _array forms, which check the multiplication. */
#ifndef DYNOX_BASE_ALLOC_H
#define DYNOX_BASE_ALLOC_H

#include <dynox/memory.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *dynox__malloc(size_t size);
void *dynox__calloc(size_t size);             /* zeroed */
void *dynox__realloc(void *old, size_t size); /* on failure the old block stays */
void *dynox__malloc_array(size_t count, size_t size);
void *dynox__realloc_array(void *old, size_t count, size_t size);
void  dynox__free(void *memory);
char *dynox__strdup(const char *text); /* NULL gives NULL */
char *dynox__strndup(const char *text, size_t length);

/* Overwrites secrets in a way that no compiler leaves out. NULL is fine. */
void dynox__wipe(void *memory, size_t size);

/* a + b and a * b; false on overflow. */
static inline bool dynox__add_size(size_t a, size_t b, size_t *sum)
{
    *sum = a + b;
    return *sum >= a;
}
static inline bool dynox__mul_size(size_t a, size_t b, size_t *product)
{
    *product = a * b;
    return b == 0 || a <= SIZE_MAX / b;
}

/* The object that embeds `member` at `pointer`. */
#define DYNOX__CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
