/* gzip by zlib, whose memory is ours. Without zlib nothing is packed, and what is packed is refused. */
#include "local/server/gzip.h"

#ifdef DYNOX__HAVE_ZLIB
#include <zlib.h>

enum { WITH_GZIP_HEAD = 16 + MAX_WBITS, LEVEL = 3, MEMORY = 7, FIRST_ROOM = 16 * 1024 };

static void *allocate(void *arg, unsigned count, unsigned size)
{
    (void)arg;
    return dynox__malloc_array(count, size);
}

static void release(void *arg, void *memory)
{
    (void)arg;
    dynox__free(memory);
}

void dynox__gzip_free(dynox__gzip *gzip)
{
    if (gzip->packs) deflateEnd(gzip->packs);
    if (gzip->unpacks) inflateEnd(gzip->unpacks);
    dynox__free(gzip->packs);
    dynox__free(gzip->unpacks);
    *gzip = (dynox__gzip){0};
}

/* NULL: out of memory. */
static z_stream *made(z_stream **at, bool packs)
{
    if (*at) {
        packs ? deflateReset(*at) : inflateReset(*at);
        return *at;
    }
    z_stream *stream = dynox__calloc(sizeof *stream);
    if (!stream) return NULL;
    stream->zalloc = allocate;
    stream->zfree  = release;
    int result     = packs ? deflateInit2(stream, LEVEL, Z_DEFLATED, WITH_GZIP_HEAD, MEMORY, Z_DEFAULT_STRATEGY)
                           : inflateInit2(stream, WITH_GZIP_HEAD);
    if (result == Z_OK) return *at = stream;
    dynox__free(stream);
    return NULL;
}

static void set_input(z_stream *stream, const void *bytes, size_t size)
{
    stream->next_in  = (z_const Bytef *)(uintptr_t)bytes; /* zlib does not write there */
    stream->avail_in = (unsigned)size;
}

dynox__gzip_result dynox__gzip_pack(dynox__gzip *gzip, const void *bytes, size_t size, dynox__buffer *to)
{
    z_stream *stream = made(&gzip->packs, true);
    to->size         = 0;
    to->failed       = false;
    if (!stream || size > UINT32_MAX / 2 || !dynox__buffer_reserve(to, deflateBound(stream, size)))
        return DYNOX__GZIP_NO_MEMORY;
    set_input(stream, bytes, size);
    stream->next_out  = (Bytef *)to->data;
    stream->avail_out = (unsigned)(to->capacity < UINT32_MAX ? to->capacity : UINT32_MAX);
    if (deflate(stream, Z_FINISH) != Z_STREAM_END) return DYNOX__GZIP_NO_MEMORY;
    to->size = stream->total_out;
    return DYNOX__GZIP_OK;
}

dynox__gzip_result dynox__gzip_unpack(dynox__gzip *gzip, const void *bytes, size_t size, size_t most, dynox__buffer *to)
{
    z_stream *stream = made(&gzip->unpacks, false);
    to->size         = 0;
    to->failed       = false;
    if (!stream || size > UINT32_MAX / 2) return DYNOX__GZIP_NO_MEMORY;
    set_input(stream, bytes, size);
    for (;;) {
        size_t room = to->size < FIRST_ROOM ? FIRST_ROOM : to->size;
        if (room > most - to->size + 1) room = most - to->size + 1; /* one more, to see that it is too much */
        if (!dynox__buffer_reserve(to, room)) return DYNOX__GZIP_NO_MEMORY;
        stream->next_out  = (Bytef *)to->data + to->size;
        stream->avail_out = (unsigned)room;
        int result        = inflate(stream, Z_NO_FLUSH);
        to->size += room - stream->avail_out;
        if (result == Z_MEM_ERROR) return DYNOX__GZIP_NO_MEMORY;
        if (to->size > most) return DYNOX__GZIP_LARGE;
        if (result == Z_STREAM_END) return stream->avail_in ? DYNOX__GZIP_BAD : DYNOX__GZIP_OK;
        if (result != Z_OK || (!stream->avail_in && stream->avail_out)) return DYNOX__GZIP_BAD;
    }
}
#else
void dynox__gzip_free(dynox__gzip *gzip)
{
    (void)gzip;
}

dynox__gzip_result dynox__gzip_pack(dynox__gzip *gzip, const void *bytes, size_t size, dynox__buffer *to)
{
    (void)gzip, (void)bytes, (void)size, (void)to;
    return DYNOX__GZIP_MISSING;
}

dynox__gzip_result dynox__gzip_unpack(dynox__gzip *gzip, const void *bytes, size_t size, size_t most, dynox__buffer *to)
{
    (void)most;
    return dynox__gzip_pack(gzip, bytes, size, to);
}
#endif
