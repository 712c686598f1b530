/* Binding: structs from and to wire JSON, and from and to values, by their shapes. It knows nothing of models.
 *
 * Errors name the member: "user.age: stored as S, the member is an integer". On an error, what was written to the
 * record or the buffer is of no use. */
#ifndef DYNOX_VALUE_BIND_BIND_H
#define DYNOX_VALUE_BIND_BIND_H

#include "base/buffer.h"
#include "value/bind/room.h"
#include "value/bind/shape.h"
#include "value/json/decode_reader.h"

/* ---- from wire JSON (bind_read.c, bind_list.c) ---- */

/* Which member comes first, and which behind each. */
typedef const dynox__member *dynox__guess;

/* Where the content of a member is; NULL: nowhere. */
typedef struct dynox__spot {
    uint8_t *start, *stop;
} dynox__spot;

/* What a decode keeps between records. Guesses belong to it, so that any number of threads may use a shape. */
typedef struct dynox__binder {
    dynox__reader      *reader; /* its arena is the room's */
    dynox_room         *room;
    const dynox__shape *shape;
    dynox__guess       *guesses; /* shape->guesses of them */
    size_t              wrong;   /* guesses, in this record */
    unsigned            unlucky; /* records in a row with more wrong guesses than right ones */
    dynox__spot        *spots;   /* of each member, for those that follow; NULL: not needed yet */
    dynox_error         error;   /* of a member, on its way to the reader */
} dynox__binder;

/* Allocates the guesses. false: out of memory. */
bool dynox__binder_init(dynox__binder *binder, dynox__reader *reader, dynox_room *room, const dynox__shape *shape);
/* The attributes of an item, whose opening brace is at p, into the zeroed struct. Like the functions of
 * decode_reader.h: the place behind it, NULL on failure. */
uint8_t *dynox__bind_record(dynox__binder *binder, uint8_t *p, void *record);
/* An array of items into one array of structs; `hint` is how many are expected. */
uint8_t *dynox__bind_records(dynox__binder *binder, uint8_t *p, size_t hint, void **records, size_t *count);

/* ---- to wire JSON (bind_write.c) ---- */

/* {"pk":{"S":"x"},...}: all that is there. `given` has a value for each member that is not taken from the struct
 * (DYNOX_INVALID: it is taken from there; DYNOX_UNKNOWN: left out); NULL: all are taken from there. Out of memory is
 * the buffer's to tell. */
dynox_status dynox__bind_write(dynox__buffer *buffer, const dynox__shape *shape, const void *record,
                               const dynox_value *given, dynox_error *error);
/* One member as an AttributeValue, {"S":"x"}; it has to be there. */
dynox_status dynox__bind_write_member(dynox__buffer *buffer, const dynox__shape *shape, const dynox__member *member,
                                      const void *record, dynox_error *error);

/* ---- from and to values (load.c and load_scalar.c, store.c) ---- */

/* A member from a value, and all members from an item's attributes; unknown ones go to the DYNOX_EXTRA, if any. What
 * the struct gets may point into the values; their texts end with a NUL, as those of the decoder and of
 * dynox__value_copy do. NULL leaves the member as it is: absent, in a new struct. */
dynox_status dynox__bind_load_member(const dynox__shape *shape, const dynox__member *member, const dynox_value *value,
                                     dynox_room *room, void *record, dynox_error *error);
dynox_status dynox__bind_load(const dynox__shape *shape, const dynox_named_value *attributes, size_t count,
                              dynox_room *room, void *record, dynox_error *error);
/* An element of a list or a set of that member. */
dynox_status dynox__bind_load_element(const dynox__shape *shape, const dynox__member *member, const dynox_value *value,
                                      dynox_room *room, void *element, dynox_error *error);

/* The value of a member that is there; it may point into the record and the room. */
dynox_status dynox__bind_store_member(const dynox__shape *shape, const dynox__member *member, const void *record,
                                      dynox_room *room, dynox_value *value, dynox_error *error);
/* All that is there, `given` as above. */
dynox_status dynox__bind_store(const dynox__shape *shape, const void *record, const dynox_value *given,
                               dynox_room *room, dynox_item *item, dynox_error *error);

/* ---- members as they are (member.c, snapshot.c) ---- */

bool dynox__member_absent(const dynox__member *member, const void *record);
/* An integer of any size; of a date, TTL, version, enum, too. write: false if it does not fit. */
int64_t dynox__member_int(const dynox__member *member, const void *record);
bool    dynox__member_set_int(const dynox__member *member, void *record, int64_t number);

/* A snapshot: the struct as it is, its lists copied, and how its deep members are stored. With `texts` all that it
 * points to is copied, too, so that it stays true whatever becomes of that. Custom members whose kind has an `equal`
 * are in it as their kind loads what it stores. DYNOX_E_NO_MEMORY; or a custom kind cannot store its member, or not
 * load that again: `error` tells. */
typedef struct dynox__snapshot {
    const void        *record; /* NULL: none */
    const dynox_value *deep;   /* shape->deep_count of them; DYNOX_INVALID: absent */
} dynox__snapshot;
dynox_status dynox__snapshot_take(const dynox__shape *shape, const void *record, bool texts, dynox_room *room,
                                  dynox__snapshot *snapshot, dynox_error *error);
/* A copy of one, which owns all it has. What was assigned when it was taken may be gone: only what was kept is read. */
dynox_status dynox__snapshot_copy(const dynox__shape *shape, const dynox__snapshot *from, dynox_room *room,
                                  dynox__snapshot *snapshot, dynox_error *error);
/* Is the member as it was? An error of storing it counts as a change. */
bool dynox__snapshot_same(const dynox__shape *shape, const dynox__member *member, const void *record,
                          const dynox__snapshot *snapshot);

#endif
