/* LZ4's block format, with the length of its content before it: 4 bytes, the lowest first. */
#include "value/compress/codec.h"

#ifdef DYNOX__HAVE_LZ4
#include <lz4.h>

enum { HEAD = 4 };

static dynox_status shrink(int level, const void *bytes, size_t size, dynox__buffer *to, const char **why)
{
    (void)level; /* it has none */
    if (size > LZ4_MAX_INPUT_SIZE) {
        *why = "it is too long for lz4";
        return DYNOX_E_VALUE;
    }
    int most = LZ4_compressBound((int)size);
    if (!dynox__buffer_reserve(to, (size_t)most + HEAD)) return DYNOX_E_NO_MEMORY;
    for (unsigned i = 0; i < HEAD; i++)
        dynox__buffer_byte(to, (char)(size >> (8 * i)));
    int written = LZ4_compress_default(bytes, to->data + to->size, (int)size, most);
    if (written <= 0) return DYNOX_E_NO_MEMORY;
    to->size += (size_t)written;
    return DYNOX_OK;
}

static dynox_status expand(const void *bytes, size_t size, size_t limit, dynox__buffer *to, const char **why)
{
    const uint8_t *head   = bytes;
    uint64_t       length = 0;
    *why                  = "its lz4 block is damaged";
    if (size < HEAD || size - HEAD > LZ4_MAX_INPUT_SIZE) return DYNOX_E_DECODE;
    for (unsigned i = 0; i < HEAD; i++)
        length |= (uint64_t)head[i] << (8 * i);
    if (length > limit) {
        *why = "expanded, it is longer than its limit";
        return DYNOX_E_DECODE;
    }
    /* 255 times is as far as a block can grow: a head that promises more is not believed with memory. */
    if (length > LZ4_MAX_INPUT_SIZE || length > (size - HEAD) * 255 + 64) return DYNOX_E_DECODE;
    if (!dynox__buffer_reserve(to, (size_t)length + 1)) return DYNOX_E_NO_MEMORY;
    int written = LZ4_decompress_safe((const char *)bytes + HEAD, to->data + to->size, (int)(size - HEAD), (int)length);
    if (written < 0 || (uint64_t)written != length) return DYNOX_E_DECODE;
    to->size += (size_t)written;
    return DYNOX_OK;
}
#else
#define shrink NULL
#define expand NULL
#endif

const dynox__codec dynox__lz4 = {"lz4", "LZ4:", 1, 1, 1, shrink, expand};
