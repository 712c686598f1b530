/* The twin of fuzz_bind: what was read into a struct is written, and what was written is read and written again, the
 * same. Writing and storing agree, in what they make and in what they refuse; and a snapshot of a struct says that
 * nothing has changed. The input is an item. */
#include "fuzz.h"
#include "value/bind/bound.h"
#include "value/json/encode.h"

static void check_stored(const dynox__shape *shape, const thing *record, const dynox__buffer *written, bool is_written)
{
    dynox_room    room    = {0};
    dynox__buffer encoded = {0};
    dynox_error   error   = {0};
    dynox_item    item;
    bool          is_stored = dynox__bind_store(shape, record, NULL, &room, &item, &error) == DYNOX_OK &&
                     dynox__encode_item(&encoded, &item, &error) == DYNOX_OK;
    PROMISE(is_stored == is_written);
    PROMISE(is_stored || error.message[0]);
    if (is_stored) PROMISE(encoded.size == written->size && memcmp(encoded.data, written->data, encoded.size) == 0);
    dynox__buffer_free(&encoded);
    dynox__room_free(&room);
}

static void check_unchanged(const dynox__shape *shape, const thing *record, bool texts)
{
    dynox_room      room     = {0};
    dynox__snapshot snapshot = {0};
    PROMISE(dynox__snapshot_take(shape, record, texts, &room, &snapshot, NULL) == DYNOX_OK);
    for (size_t i = 0; i < shape->count; i++)
        PROMISE(dynox__snapshot_same(shape, &shape->members[i], record, &snapshot));
    dynox__room_free(&room);
}

/* false: what was read cannot be written: a set with something twice in it, a number that is none of the service. */
static bool write_record(const dynox__shape *shape, thing *record, dynox__buffer *buffer)
{
    dynox_error error = {0};
    if (!record->colour) record->colour = 1; /* not there: 0 has no name */
    dynox_status status = dynox__bind_write(buffer, shape, record, NULL, &error);
    PROMISE(!buffer->failed);
    PROMISE(status == DYNOX_OK || (status == DYNOX_E_VALUE && error.message[0]));
    return status == DYNOX_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const dynox__shape *shape  = bound_shape(&thing_shape);
    thing               record = {0}, again = {0};
    bound               first = {0}, second = {0};
    dynox__buffer       once = {0}, twice = {0};
    if (bound_read(&first, shape, (const char *)data, size, &record) == DYNOX_OK) {
        bool is_written = write_record(shape, &record, &once);
        check_stored(shape, &record, &once, is_written);
        if (is_written) {
            check_unchanged(shape, &record, false);
            check_unchanged(shape, &record, true);
            PROMISE(bound_read(&second, shape, once.data, once.size, &again) == DYNOX_OK);
            PROMISE(write_record(shape, &again, &twice));
            PROMISE(once.size == twice.size && memcmp(once.data, twice.data, once.size) == 0);
        }
    }
    bound_free(&first);
    bound_free(&second);
    dynox__buffer_free(&once);
    dynox__buffer_free(&twice);
    return 0;
}
