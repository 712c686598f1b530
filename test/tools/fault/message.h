/* HTTP/1.1 messages: where one ends, what its head says, and how an answer is put together. */
#ifndef FAULT_MESSAGE_H
#define FAULT_MESSAGE_H

#include "bytes.h"
#include <stdbool.h>
#include <stdint.h>

enum message_state { MESSAGE_PARTIAL, MESSAGE_WHOLE, MESSAGE_BAD };

/* No message is larger than this: head, body and framing together. */
enum { MESSAGE_LIMIT = 32 * 1024 * 1024, HEAD_LIMIT = 64 * 1024 };

/* What is known of the message at the start of a run of bytes; all zero before the first look. */
struct message {
    size_t head_size; /* with the empty line; 0: not there yet */
    size_t size;      /* of all, once it is whole */
    int    status;    /* answers only */
    bool   chunked, close, until_close;
    size_t body_size; /* as framed by Content-Length */
    size_t chunk_at;  /* where the next chunk starts */
};

/* Looks at the bytes there are; `is_answer` says which kind of message, `ended` that no more will come. */
enum message_state message_look(struct message *message, const struct bytes *bytes, bool is_answer, bool ended);

/* The value of a header in a head, its length in *size; NULL: not there. */
const char *message_header(const char *head, size_t head_size, const char *name, size_t *size);

/* The body without its framing. */
void message_body(const struct message *message, const struct bytes *bytes, struct bytes *body);

/* Copies the head line by line, without the headers whose names are in the NULL-ended list, and without the empty line.
 */
void message_copy_head(const char *head, size_t head_size, const char *const *without, struct bytes *to);

/* As zlib's crc32(0, ...). */
uint32_t message_crc32(const char *data, size_t size);

#endif
