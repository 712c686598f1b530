/* gzip (RFC 1952), by zlib. One member: what is behind it is a mistake. */
#include "value/compress/codec.h"

#ifdef DYNOX__HAVE_ZLIB
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16, USUAL_MEMORY = 8, STEP = 16 * 1024 };

static dynox_status failed(int status)
{
    return status == Z_MEM_ERROR ? DYNOX_E_NO_MEMORY : DYNOX_E_DECODE;
}

static dynox_status shrink(int level, const void *bytes, size_t size, dynox__buffer *to, const char **why)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)size};
    if (size > UINT32_MAX / 2) {
        *why = "it is too long for gzip";
        return DYNOX_E_VALUE;
    }
    if (deflateInit2(&stream, level, Z_DEFLATED, GZIP_WINDOW, USUAL_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return DYNOX_E_NO_MEMORY;
    size_t most   = deflateBound(&stream, (uLong)size);
    bool   enough = dynox__buffer_reserve(to, most);
    if (enough) {
        stream.next_out  = (Bytef *)to->data + to->size;
        stream.avail_out = (uInt)most;
        deflate(&stream, Z_FINISH); /* the room is large enough for all of it */
        to->size += most - stream.avail_out;
    }
    deflateEnd(&stream);
    return enough ? DYNOX_OK : DYNOX_E_NO_MEMORY;
}

static dynox_status expand_by(z_stream *stream, size_t limit, dynox__buffer *to, const char **why)
{
    size_t begin = to->size;
    for (int status = Z_OK; status != Z_STREAM_END;) {
        if (!dynox__buffer_reserve(to, STEP)) return DYNOX_E_NO_MEMORY;
        stream->next_out  = (Bytef *)to->data + to->size;
        stream->avail_out = STEP;
        status            = inflate(stream, Z_NO_FLUSH);
        to->size += STEP - stream->avail_out;
        if (to->size - begin > limit) {
            *why = "expanded, it is longer than its limit";
            return DYNOX_E_DECODE;
        }
        if (status != Z_OK && status != Z_STREAM_END) return failed(status); /* Z_BUF_ERROR: it ends in the middle */
    }
    return stream->avail_in ? DYNOX_E_DECODE : DYNOX_OK;
}

static dynox_status expand(const void *bytes, size_t size, size_t limit, dynox__buffer *to, const char **why)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)size};
    *why            = "its gzip data is damaged";
    if (size > UINT32_MAX) return DYNOX_E_DECODE;
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK) return DYNOX_E_NO_MEMORY;
    dynox_status status = expand_by(&stream, limit, to, why);
    inflateEnd(&stream);
    return status;
}
#else
#define shrink NULL
#define expand NULL
#endif

const dynox__codec dynox__gzip = {"gzip", "GZIP:", 1, 9, 6, shrink, expand};
