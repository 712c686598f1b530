/* Where the library's memory comes from. */
#ifndef DYNOX_MEMORY_H
#define DYNOX_MEMORY_H

#include <dynox/export.h>
#include <stddef.h>

DYNOX_EXTERN_C_BEGIN

/* Replaces malloc, realloc and free for all of the library's own memory (not that of libcurl, OpenSSL and json-c,
 * which have hooks of their own). Call it before any other function of the library, from one thread; the functions
 * must be thread-safe and may return NULL. Three NULLs bring back the standard ones. */
DYNOX_API void dynox_set_allocator(void *(*allocate)(size_t), void *(*reallocate)(void *, size_t),
                                   void (*release)(void *));

/* Frees memory that a function of the library told you to free with this. NULL is fine. */
DYNOX_API void dynox_free(void *memory);

DYNOX_EXTERN_C_END
#endif
