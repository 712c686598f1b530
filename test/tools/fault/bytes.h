/* A growable run of bytes. The tool gives up when memory does: nothing here fails. */
#ifndef FAULT_BYTES_H
#define FAULT_BYTES_H

#include <stddef.h>

struct bytes {
    char  *data; /* followed by a NUL that `size` does not count; NULL while empty and unused */
    size_t size, capacity;
};

/* Ends the program with a message on stderr. */
_Noreturn void die(const char *what);

/* Zeroed memory. */
void *allocate(size_t size);

void bytes_reserve(struct bytes *bytes, size_t more);
void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_add_text(struct bytes *bytes, const char *text);
void bytes_format(struct bytes *bytes, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As the inside of a JSON string. */
void bytes_add_json(struct bytes *bytes, const char *data, size_t size);
/* Drops the first `size` bytes. */
void bytes_drop(struct bytes *bytes, size_t size);
void bytes_clear(struct bytes *bytes);
void bytes_free(struct bytes *bytes);

#endif
