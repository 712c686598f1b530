/* gzip of whole bodies. The only place that knows zlib. */
#ifndef DYNOX_LOCAL_SERVER_GZIP_H
#define DYNOX_LOCAL_SERVER_GZIP_H

#include "base/buffer.h"

/* The state of zlib, made when it is first needed and used again. Zero it first. One thread at a time. */
typedef struct dynox__gzip {
    struct z_stream_s *packs, *unpacks;
} dynox__gzip;

void dynox__gzip_free(dynox__gzip *gzip);

typedef enum dynox__gzip_result {
    DYNOX__GZIP_OK,
    DYNOX__GZIP_BAD,   /* it is not gzip, is damaged or ends too early, or there is more behind it */
    DYNOX__GZIP_LARGE, /* it comes to more than `most` bytes */
    DYNOX__GZIP_NO_MEMORY,
    DYNOX__GZIP_MISSING /* this build has no zlib */
} dynox__gzip_result;

/* Both replace what `to` holds. At most `most` bytes are ever written. */
dynox__gzip_result dynox__gzip_pack(dynox__gzip *gzip, const void *bytes, size_t size, dynox__buffer *to);
dynox__gzip_result dynox__gzip_unpack(dynox__gzip *gzip, const void *bytes, size_t size, size_t most,
                                      dynox__buffer *to);

#endif
