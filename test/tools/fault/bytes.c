/* Growth and formatting of byte runs. */
#include "bytes.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *what)
{
    perror(what);
    exit(1);
}

void *allocate(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory) die("faultserver");
    return memory;
}

void bytes_reserve(struct bytes *bytes, size_t more)
{
    size_t need = bytes->size + more + 1;
    if (need <= bytes->capacity) return;
    size_t capacity = bytes->capacity ? bytes->capacity : 1024;
    while (capacity < need)
        capacity *= 2;
    bytes->data = realloc(bytes->data, capacity);
    if (!bytes->data) die("faultserver");
    bytes->capacity = capacity;
}

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
    bytes_reserve(bytes, size);
    if (size) memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
    bytes->data[bytes->size] = '\0';
}

void bytes_add_text(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, text, strlen(text));
}

void bytes_format(struct bytes *bytes, const char *format, ...)
{
    va_list args;
    bytes_reserve(bytes, 256);
    va_start(args, format);
    int length = vsnprintf(bytes->data + bytes->size, 256, format, args);
    va_end(args);
    if (length < 0) die("vsnprintf");
    bytes_reserve(bytes, (size_t)length);
    va_start(args, format);
    vsnprintf(bytes->data + bytes->size, (size_t)length + 1, format, args);
    va_end(args);
    bytes->size += (size_t)length;
}

void bytes_add_json(struct bytes *bytes, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c == '"' || c == '\\') {
            bytes_format(bytes, "\\%c", c);
        } else if (c < 0x20 || c >= 0x7f) {
            bytes_format(bytes, "\\u%04x", c);
        } else {
            bytes_add(bytes, &data[i], 1);
        }
    }
}

void bytes_drop(struct bytes *bytes, size_t size)
{
    if (size == 0) return;
    memmove(bytes->data, bytes->data + size, bytes->size - size);
    bytes->size -= size;
    bytes->data[bytes->size] = '\0';
}

void bytes_clear(struct bytes *bytes)
{
    bytes->size = 0;
    if (bytes->data) bytes->data[0] = '\0';
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}
