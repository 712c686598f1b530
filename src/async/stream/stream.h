/* Streams for those who make them. */
#ifndef DYNOX_ASYNC_STREAM_STREAM_H
#define DYNOX_ASYNC_STREAM_STREAM_H

#include <dynox/stream.h>

/* A stream that has failed already, of an error (copied, then cleared). Never NULL: out of memory is a static stream.
 */
dynox_stream *dynox__stream_failed_with(dynox_error *error);
dynox_stream *dynox__stream_failed(dynox_status status);

/* May the items be lent to a variable of that type (NULL: not known)? NULL is fine: it fails otherwise. */
bool dynox__stream_fits(const dynox_stream *stream, const dynox_type *variable);

#endif
