/* Receipts: what a write brings home. The value of a write's future is one; it comes into the record when that future
 * is awaited, joined or taken, on that thread. */
#ifndef DYNOX_MODEL_RECEIPT_H
#define DYNOX_MODEL_RECEIPT_H

#include "model/record.h"

typedef struct dynox__receipt {
    const dynox__model  *model;
    void                *record;
    dynox__block        *block;    /* that of the record; a reference; NULL: it is one of the program's own */
    uint64_t             saved;    /* the fingerprint of its key from now on; 0: it is not stored any more */
    int64_t              version;  /* from now on, if has_version */
    int64_t              expected; /* of what is deleted: the version that it must have */
    const dynox__member *marked;   /* the member by which this write is known again; NULL: none has what is unique */
    char                 mark[40];
    bool                 has_version, has_snapshot, is_stale, must_exist;
    bool                 is_only_condition; /* that it must exist: if that fails, it is gone */
    bool                 marks_ttl;
    bool                 wants_fresh; /* without it, one of the program's own is stale */
    int64_t              ttl;
    dynox_room           room; /* of the snapshot */
    dynox__snapshot      snapshot;
    dynox__block        *spare; /* for a record that has no block, to hang `fresh` on; NULL: not needed */
    dynox__block        *fresh; /* what is stored now, to be taken over; a reference; NULL: nothing */
    dynox_hook           after; /* DYNOX_AFTER_..., if has_after */
    bool                 has_after;
} dynox__receipt;

/* NULL: out of memory. */
dynox__receipt *dynox__receipt_new(const dynox__model *model, void *record);
/* One that will bring a whole record home. NULL: out of memory. */
dynox__receipt *dynox__receipt_of_fresh(const dynox__model *model, void *record);
void            dynox__receipt_free(dynox__receipt *receipt); /* without coming home; NULL is fine */
void            dynox__receipt_end(void *receipt);            /* the same, of any pointer */
void            dynox__receipt_accept(dynox__receipt *receipt);
/* The version failed, and an earlier attempt may have been applied: does what is stored (NULL: nothing) show that it
 * was?
 */
dynox__recovery dynox__receipt_recover(const dynox__receipt *receipt, const dynox_item *stored);
/* Why the condition of that write failed, in words, seen from what is stored (NULL: nothing). 0: it is not known. */
size_t dynox__receipt_why(const void *home, const dynox_item *stored, char *words, size_t room);

extern const dynox_type dynox__receipt_type;

#endif
