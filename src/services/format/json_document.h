/* Small JSON documents that hold secrets: answers of sign-in and metadata services, and the cache files of the AWS CLI.
 * json-c reads them; nothing else on this floor knows it. Texts are wiped when a document is freed. */
#ifndef DYNOX_SERVICES_FORMAT_JSON_DOCUMENT_H
#define DYNOX_SERVICES_FORMAT_JSON_DOCUMENT_H

#include "base/buffer.h"
#include <dynox/error.h>

/* An object: the document, or one inside it that is borrowed from it. One thread at a time. */
typedef struct json_object dynox__json;

enum { DYNOX__JSON_LARGEST = 1 << 16 }; /* bytes; more is refused */

/* One object and nothing behind it, with valid UTF-8. DYNOX_E_DECODE: it is something else; the error begins with
 * `what` and never shows what was read. The caller ends *document with dynox__json_free. */
dynox_status dynox__json_read(dynox__json **document, const char *text, size_t size, const char *what,
                              dynox_error *error);
void         dynox__json_free(dynox__json *document); /* NULL is fine */

/* A member; NULL: it is not there, is of another type, or (a text) is empty or has a NUL inside. `object` may be NULL.
 * Borrowed. */
const char  *dynox__json_text(const dynox__json *object, const char *key);
dynox__json *dynox__json_inner(const dynox__json *object, const char *key);
/* false: it is not there, or no integer. */
bool dynox__json_integer(const dynox__json *object, const char *key, int64_t *value);

/* Adds or replaces a text. false: out of memory; nothing has changed. */
bool dynox__json_set(dynox__json *object, const char *key, const char *value);
/* A failure is the buffer's to tell. */
void dynox__json_write(dynox__json *document, dynox__buffer *to);

#endif
