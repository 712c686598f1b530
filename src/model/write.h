/* One write of a record: a save, an update or a delete, prepared once and then written into a call of its own, or into
 * the part of a batch or a transaction. */
#ifndef DYNOX_MODEL_WRITE_H
#define DYNOX_MODEL_WRITE_H

#include "model/receipt.h"
#include "model/resolve.h"
#include "model/with.h"

typedef enum dynox__record_write_form {
    DYNOX__WRITE_NOTHING, /* nothing has changed */
    DYNOX__WRITE_PUT,
    DYNOX__WRITE_CHANGES, /* an update that sets and removes members */
    DYNOX__WRITE_UPDATE,  /* an update by an expression */
    DYNOX__WRITE_DELETE,
    DYNOX__WRITE_CHECK
} dynox__record_write_form;

/* What is stored of a member, in an update that the library makes. */
enum { DYNOX__MEMBER_KEEP, DYNOX__MEMBER_SET, DYNOX__MEMBER_REMOVE };

/* What a write of a flat struct needs besides the call is in it; more comes from malloc. */
enum { DYNOX__RECORD_WRITE_NEAR = 512 };

/* Zero it, then one of the functions below; end it with dynox__record_write_end. It stays where it is. */
typedef struct dynox__record_write {
    const dynox__model      *model; /* that the record is */
    void                    *record;
    const dynox_with        *with;
    dynox__record_write_form form;
    dynox_room               room; /* of what the request needs besides the record */
    dynox_named_value        key_parts[2];
    dynox_item               key;
    dynox_value             *given;              /* of each member: see dynox__bind_write; of a put and of changes */
    uint8_t                 *changes;            /* of each member; of changes */
    const dynox_expr        *update, *condition; /* the program's */
    dynox__resolver          resolver;           /* of what these speak of */
    bool                     checks_version, must_exist;
    bool                     is_another; /* a copy that got another key: its version says nothing */
    int64_t                  version;    /* of the record, as it is stored now */
    const dynox__member     *marked;     /* a member that has in it what only this write can have, and that; or NULL */
    char                     mark[40];
    dynox__receipt          *receipt;                /* owned until it is taken; NULL: nothing comes home */
    _Alignas(8) char near[DYNOX__RECORD_WRITE_NEAR]; /* the beginning of the room */
} dynox__record_write;

/* Each checks and prepares, in the order of the guide: hooks before it, defaults, keys, what is required, what has
 * changed, version, size. `call->error` says what is wrong. */
void dynox__record_write_save(dynox__record_write *write, dynox__typed_call *call, void *record);
void dynox__record_write_update(dynox__record_write *write, dynox__typed_call *call, void *record,
                                const dynox_expr *update);
void dynox__record_write_delete(dynox__record_write *write, dynox__typed_call *call, void *record);
void dynox__record_write_ttl(dynox__record_write *write, dynox__typed_call *call, void *record, time_t expires_at);
/* By the key alone: no hooks, no version, nothing comes home. */
void dynox__record_write_by_key(dynox__record_write *write, dynox__typed_call *call, const void *key,
                                const dynox_expr *update, dynox__record_write_form form);
/* Is the whole record as large as its model allows? DYNOX_E_TOO_LARGE: larger. */
dynox_status dynox__record_write_check_size(const dynox__record_write *write, dynox_error *error);
/* What a save of a stored record has to send (changes.c): fills in changes and form; and the expression of it. */
dynox_status dynox__record_write_find_changes(dynox__record_write *write, dynox_error *error);
void         dynox__record_write_changes(const dynox__record_write *write, dynox__request_writer *writer);
/* #n of a stored name and :v of a value, in an expression that is being written. The value has to live as long as the
 * request is written: dynox__record_write_keep makes one that does, NULL (and the writer has failed) if out of memory.
 */
void         dynox__record_write_name(dynox__request_writer *writer, const char *name, size_t length);
void         dynox__record_write_value(dynox__request_writer *writer, const dynox_value *value, dynox__expr_kind kind);
dynox_value *dynox__record_write_keep(const dynox__record_write *write, dynox__request_writer *writer,
                                      dynox_value value);
/* What they have in common: the model of the record and the expressions; and the version. */
void dynox__record_write_begin(dynox__record_write *write, dynox__typed_call *call, const void *record);
bool dynox__record_write_before(const dynox__record_write *write, dynox__typed_call *call, dynox_hook hook);
/* Fills in the key. Its fingerprint; 0 with an error: it is not set, or not the one that the record is stored under. */
uint64_t     dynox__record_write_find_key(dynox__record_write *write, dynox_error *error);
dynox_status dynox__record_write_find_version(dynox__record_write *write, dynox_error *error);
/* Tells the receipt what comes home in any case: key, version and mark. */
void dynox__record_write_tell(dynox__record_write *write, uint64_t saved);
/* Is more stored under its key than is known? Of what is new, such as a record that was deleted, nothing is. */
bool dynox__record_write_is_part(const dynox__record_write *write);
void dynox__record_write_end(dynox__record_write *write);

/* The members of the request but for the table: the item or the key, the expressions and what they use. */
void dynox__record_write_members(const dynox__record_write *write, dynox__request_writer *writer);
/* Whether the stored item should come with a failed condition. */
bool dynox__record_write_wants_stored(const dynox__record_write *write);
/* A call of its own; takes the receipt. Never NULL. */
dynox_future *dynox__record_write_send(dynox__record_write *write, dynox__typed_call *call);

/* The three that have hooks, as a whole. */
typedef enum dynox__verb { DYNOX__SAVE, DYNOX__UPDATE, DYNOX__DELETE } dynox__verb;
dynox_future *dynox__record_write_record(dynox_client *client, const dynox_model *model, dynox__verb verb, void *record,
                                         const dynox_expr *expression, const dynox_with *with, bool before_is_done);
/* With hooks that take time (async_hooks.c). The call is ended. */
bool          dynox__record_write_is_async(const dynox__typed_call *call, dynox__verb verb, const void *record);
dynox_future *dynox__record_write_async(dynox__typed_call *call, dynox__verb verb, void *record,
                                        const dynox_expr *expression);

#endif
