/* Zstandard (RFC 8878). Frames of other writers may not tell how long their content is: they are read as a stream. */
#include "value/compress/codec.h"

#ifdef DYNOX__HAVE_ZSTD
#include <zstd.h>

static dynox_status shrink(int level, const void *bytes, size_t size, dynox__buffer *to, const char **why)
{
    size_t most = ZSTD_compressBound(size);
    if (ZSTD_isError(most)) {
        *why = "it is too long for zstd";
        return DYNOX_E_VALUE;
    }
    if (!dynox__buffer_reserve(to, most)) return DYNOX_E_NO_MEMORY;
    size_t written = ZSTD_compress(to->data + to->size, most, bytes, size, level);
    if (ZSTD_isError(written)) return DYNOX_E_NO_MEMORY; /* the room is large enough: nothing else can be wrong */
    to->size += written;
    return DYNOX_OK;
}

static dynox_status expand_by(ZSTD_DStream *stream, const void *bytes, size_t size, size_t limit, dynox__buffer *to,
                              const char **why)
{
    ZSTD_inBuffer in   = {bytes, size, 0};
    size_t        rest = 1, begin = to->size;
    *why = "its zstd frame is damaged";
    while (in.pos < size || rest) {
        if (!dynox__buffer_reserve(to, ZSTD_DStreamOutSize())) return DYNOX_E_NO_MEMORY;
        ZSTD_outBuffer out = {to->data + to->size, to->capacity - to->size, 0};
        size_t         was = in.pos;
        rest               = ZSTD_decompressStream(stream, &out, &in);
        if (ZSTD_isError(rest)) return DYNOX_E_DECODE;
        to->size += out.pos;
        if (to->size - begin > limit) {
            *why = "expanded, it is longer than its limit";
            return DYNOX_E_DECODE;
        }
        if (rest && in.pos == was && !out.pos) return DYNOX_E_DECODE; /* it ends in the middle */
    }
    return DYNOX_OK;
}

static dynox_status expand(const void *bytes, size_t size, size_t limit, dynox__buffer *to, const char **why)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (!stream) return DYNOX_E_NO_MEMORY;
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 27); /* what level 22 uses; a frame may ask for gigabytes */
    dynox_status status = expand_by(stream, bytes, size, limit, to, why);
    ZSTD_freeDStream(stream);
    return status;
}
#else
#define shrink NULL
#define expand NULL
#endif

const dynox__codec dynox__zstd = {"zstd", "ZSTD:", 1, 22, 3, shrink, expand};
