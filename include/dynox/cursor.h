/* Cursors: where a query or scan goes on, as a text for links and cookies of people who may read it but not choose it.
 */
#ifndef DYNOX_CURSOR_H
#define DYNOX_CURSOR_H

#include <dynox/item.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_cursor_args {
    size_t            size DYNOX_SIZE_(dynox_cursor_args);
    const dynox_item *key;         /* cursor_new only: of dynox_stream_resume_key, or a page's last_key */
    const char       *text;        /* cursor_read only */
    const void       *secret;      /* yours, the same for both: at least 16 bytes that nobody can guess */
    dynox_item      **out;         /* cursor_read only: the .start_key, yours to free */
    size_t            secret_size; /* 0: the secret is a text */
    const char       *scope;       /* what it is good for, such as the table, the index and the user: a cursor is
                                    * refused under another one. NULL: for anything */
    dynox_error *error;
} dynox_cursor_args;

/* A resume key as URL-safe text (RFC 4648, section 5, without padding) that begins with the version of its form and
 * carries a MAC (HMAC-SHA-256) of the key and the scope. The key in it can be read by whoever has it. To be freed with
 * dynox_free. NULL: there is no key (the end), and then no error; or DYNOX_E_ARGUMENT, DYNOX_E_VALUE,
 * DYNOX_E_NO_MEMORY. Any thread. */
DYNOX_API DYNOX_MUST_USE char *dynox_cursor_new_with(const dynox_cursor_args *args);

/* The key of a cursor, to *out. No text (NULL or "") is the start: DYNOX_OK, and no key. DYNOX_E_VALUE: it was changed,
 * or made with another secret or for another scope, or is none at all. What arrives is taken as hostile. Any thread. */
DYNOX_API dynox_status dynox_cursor_read_with(const dynox_cursor_args *args);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* char *cursor = dynox_cursor_new(key, secret, .scope = "visits of ada");
 * dynox_cursor_read(cursor, secret, &key, .scope = "visits of ada", .error = &err) */
#define dynox_cursor_new(key_, ...)                                                                                    \
    dynox_cursor_new_with(&(dynox_cursor_args){.size = sizeof(dynox_cursor_args), .key = (key_), .secret = __VA_ARGS__})
#define dynox_cursor_read(text_, ...)                                                                                  \
    dynox_cursor_read_with(                                                                                            \
        &(dynox_cursor_args){.size = sizeof(dynox_cursor_args), .text = (text_), .secret = __VA_ARGS__})
#endif
#endif
