/* Records: the memory behind those that were loaded, what is known of each, and what has changed since. */
#ifndef DYNOX_MODEL_RECORD_H
#define DYNOX_MODEL_RECORD_H

#include "base/shared.h"
#include "model/model.h"
#include "value/json/document.h"
#include <pthread.h>

/* Records that were loaded together, or what hangs on one of the program's own. Counted: a receipt keeps it, so that a
 * record may be freed while its save is under way. */
typedef struct dynox_record_state dynox__block;

/* What came home to one record of a block since. */
typedef struct dynox__renewal {
    dynox_room   *room;    /* where its newer snapshot lives; owned; NULL: there is none */
    dynox__block *adopted; /* what a reload brought, which its members point to; a reference; NULL: nothing */
} dynox__renewal;

struct dynox_record_state {
    dynox__shared        shared;
    pthread_mutex_t      lock;     /* of room and renewals: several threads may have a record each */
    dynox_room           room;     /* what is hung on records */
    dynox__document     *document; /* the answer that texts point to; a reference; NULL: none */
    const dynox__model **models;   /* of each record; NULL: all have `model` */
    const dynox__model  *model;
    void               **records; /* NULL: it hangs on one of the program's own */
    size_t               count;
    size_t               stride;    /* between records that lie behind each other; 0: they do not */
    dynox__snapshot     *snapshots; /* of each; NULL: none were taken */
    dynox__renewal      *renewals;  /* of each; NULL: none yet */
    bool                 is_single; /* its one record was handed to the program */
    bool                 is_copy;   /* under another key it is another record, which is new */
    bool                 is_partial;
    bool                 skips_hooks; /* no after_load */
};

static inline dynox_record *dynox__record(const void *record)
{
    return (dynox_record *)(uintptr_t)record;
}

/* A block for so many records, of which the caller fills in what there is; one reference. NULL: out of memory. */
dynox__block *dynox__block_new(const dynox__model *model, size_t count);
dynox__block *dynox__block_acquire(dynox__block *block); /* NULL is fine */
void          dynox__block_release(dynox__block *block); /* NULL is fine */

/* The block of a record: NULL for one of the program's own on which nothing hangs, and for a copy made with =. */
dynox__block *dynox__record_block(const void *record);
/* The same, made if there is none. NULL: out of memory. */
dynox__block *dynox__record_block_needed(const dynox__model *model, void *record);
/* What the record is: the model it was loaded as; else `model`. */
const dynox__model *dynox__record_model(const dynox__model *model, const void *record);
/* NULL: there is none. */
const dynox__snapshot *dynox__record_snapshot(const void *record);
bool                   dynox__record_is_partial(const void *record);
/* Is it stored, as far as is known? And under which key. */
static inline bool dynox__record_is_new(const void *record)
{
    return !dynox__record(record)->saved_;
}
/* A mark in saved_: what is stored was changed by an expression, and this record, which is one of the program's own,
 * does not know how. */
#define DYNOX__RECORD_STALE (UINT64_C(1) << 63)

/* A copy of a text that lives as long as the record. NULL: out of memory. */
const char *dynox__record_keep(const dynox__model *model, void *record, const char *text, size_t length);

/* The text of a member: NULL or one that lives as long as the record. One that does not fit in is left out. */
void dynox__record_set_text(const dynox__member *member, void *record, const char *text);

/* Puts a snapshot in the place of the one there is; takes the room over, in which it lies. false: nothing of it, since
 * the record has none, or out of memory. */
bool dynox__record_renew(void *record, dynox__snapshot snapshot, dynox_room *room);
/* Memory that the two of them need, so that they cannot fail for want of it: in the record's block, or, if it has none,
 * in one for it, which is *spare then. false: out of memory. */
bool dynox__record_reserve(const dynox__model *model, void *record, dynox__block **spare);
/* The record gets all members that the one of `fresh` has, and keeps what they point to: takes the reference. What an
 * earlier one had brought is gone then. Takes *spare if it is needed. false: out of memory; nothing has changed. */
bool dynox__record_adopt(const dynox__model *model, void *record, dynox__block *fresh, dynox__block **spare);
/* Forgets the snapshot: what is stored is not known any more. */
void dynox__record_forget(void *record);

/* A block with one record of its own, zeroed. NULL: out of memory. */
dynox__block *dynox__block_single(const dynox__model *model);
/* After the members of its records are filled in: what is known of each, parts of keys, and snapshots unless read_only.
 */
dynox_status dynox__block_finish(dynox__block *block, bool read_only, dynox_error *error);

/* ---- keys (key.c) ---- */

/* The values of the key of a record, or of the attributes that an index has for one: by template, or as they are. Texts
 * may lie in the room. DYNOX_E_VALUE: one is not set, or disagrees with its template. */
dynox_status dynox__key_value(const dynox__model *model, const dynox__member *member, const void *record,
                              dynox_room *room, dynox_value *value, dynox_error *error);
/* The same, where it need not be set: DYNOX_INVALID then, and *missing is what its template needs (NULL: it has none).
 */
dynox_status dynox__key_optional(const dynox__model *model, const dynox__member *member, const void *record,
                                 dynox_room *room, dynox_value *value, const dynox__member **missing,
                                 dynox_error *error);
dynox_status dynox__key_of(const dynox__model *model, const void *record, dynox_room *room, dynox_named_value key[2],
                           dynox_item *item, dynox_error *error);
/* Never 0. */
uint64_t dynox__key_fingerprint(const dynox_item *key);
/* Of the members as they are: of a record that was loaded. 0: the key was not loaded. */
uint64_t dynox__key_fingerprint_loaded(const dynox__model *model, const void *record);

#endif
