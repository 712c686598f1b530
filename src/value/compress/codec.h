/* The compressors underneath, one a file; each may have been left out of the build. They know bytes only. */
#ifndef DYNOX_VALUE_COMPRESS_CODEC_H
#define DYNOX_VALUE_COMPRESS_CODEC_H

#include "base/buffer.h"
#include <dynox/attribute.h>

typedef struct dynox__codec {
    const char *name;               /* "zstd" */
    const char *prefix;             /* "ZSTD:": what stands before what it made, in a table */
    int         least, most, usual; /* levels */

    /* Both write behind what `to` holds, and return DYNOX_OK, DYNOX_E_NO_MEMORY (the buffer's failures too) or, with
     * static words in *why, DYNOX_E_VALUE or DYNOX_E_DECODE. Not more than `limit` bytes are written: what would be
     * longer is DYNOX_E_DECODE. NULL: it was left out of this build. */
    dynox_status (*compress)(int level, const void *bytes, size_t size, dynox__buffer *to, const char **why);
    dynox_status (*expand)(const void *bytes, size_t size, size_t limit, dynox__buffer *to, const char **why);
} dynox__codec;

extern const dynox__codec dynox__zstd, dynox__lz4, dynox__gzip;

#endif
