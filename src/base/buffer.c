/* Growth and formatting of buffers. */
#include "base/buffer.h"
#include <stdarg.h>
#include <stdio.h>

bool dynox__buffer_grow(dynox__buffer *buffer, size_t more)
{
    size_t need, capacity = buffer->capacity ? buffer->capacity : 128;
    if (buffer->failed || !dynox__add_size(buffer->size, more, &need)) goto fail;
    while (capacity < need) {
        if (capacity > SIZE_MAX / 2) goto fail;
        capacity *= 2;
    }
    char *data = dynox__realloc(buffer->borrowed ? NULL : buffer->data, capacity);
    if (!data) goto fail;
    if (buffer->borrowed) memcpy(data, buffer->data, buffer->size);
    buffer->data     = data;
    buffer->capacity = capacity;
    buffer->borrowed = false;
    return true;
fail:
    buffer->failed = true;
    return false;
}

void dynox__buffer_free(dynox__buffer *buffer)
{
    if (!buffer->borrowed) dynox__free(buffer->data);
    *buffer = (dynox__buffer){0};
}

void dynox__buffer_format(dynox__buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        buffer->failed = true;
        return;
    }
    if (!dynox__buffer_reserve(buffer, (size_t)length + 1)) return;
    va_start(args, format);
    vsnprintf(buffer->data + buffer->size, (size_t)length + 1, format, args);
    va_end(args);
    buffer->size += (size_t)length;
}

void dynox__buffer_unsigned(dynox__buffer *buffer, uint64_t number)
{
    char  digits[20];
    char *first = digits + sizeof digits;
    do {
        *--first = (char)('0' + number % 10);
    } while ((number /= 10) != 0);
    dynox__buffer_add(buffer, first, (size_t)(digits + sizeof digits - first));
}
