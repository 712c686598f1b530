/* Structs to values: the same that is written to the wire, in memory. */
#include "random_order.h"

static dynox_value stored(dynox_room *room, const order *record, const char *name)
{
    dynox_value value;
    dynox_error error = {0};
    if (dynox__bind_store_member(order_made(), order_member(name), record, room, &value, &error))
        fail_msg("%s", error.message);
    return value;
}

static void a_member_is_stored_as_a_value(void **state)
{
    (void)state;
    dynox_room  room   = {0};
    order       record = {.pk = "k", .wide = UINT64_MAX, .weight = 0.1f, .created = 1767323045, .price = {5, "EUR"}};
    dynox_value value  = stored(&room, &record, "pk");
    assert_ptr_equal(value.as.text, record.pk); /* borrowed */
    value = stored(&room, &record, "wide");
    assert_true(
        dynox_value_equal(&value, &(dynox_value){DYNOX_N, DYNOX_NUMBER_UINT_, 0, 0, {.unsigned_ = UINT64_MAX}}));
    value = stored(&room, &record, "weight");
    assert_string_equal(dynox_value_as_number(&value, (char[DYNOX_NUMBER_ROOM]){0}), "0.1");
    value = stored(&room, &record, "created");
    assert_string_equal(dynox_value_as_string(&value), "2026-01-02T03:04:05+00:00");
    value = stored(&room, &record, "price");
    assert_string_equal(dynox_value_as_string(&value), "5 EUR");
    dynox__room_free(&room);
}

static void given_values_stand_for_members(void **state)
{
    (void)state;
    const dynox__shape *shape     = order_made();
    dynox_value         given[64] = {{0}};
    order               record    = {.pk = "mine", .age = 5};
    dynox_room          room      = {0};
    dynox_item          item;
    assert_true(shape->count <= 64);
    for (size_t i = 0; i < shape->count; i++)
        given[i].type = DYNOX_UNKNOWN;
    given[order_member("pk") - shape->members]  = dynox_string("USER#1");
    given[order_member("age") - shape->members] = dynox_invalid();
    assert_int_equal(dynox__bind_store(shape, &record, given, &room, &item, NULL), DYNOX_OK);
    assert_int_equal(item.count, 2);
    assert_string_equal(dynox_get_string(&item, "pk"), "USER#1");
    assert_int_equal(dynox_get_int(&item, "age"), 5);
    dynox__room_free(&room);
}

/* Written and decoded is the same as stored; and stored and encoded is the same text. */
static void writing_and_storing_agree(void **state)
{
    (void)state;
    random_values r = {.state = 88172645463325252u, .sets = true};
    for (int i = 0; i < 3000; i++) {
        order         record  = random_order(&r);
        dynox__buffer written = {0}, encoded = {0};
        dynox_room    room = {0};
        dynox_item    item;
        dynox_error   error = {0};
        if (dynox__bind_write(&written, order_made(), &record, NULL, &error)) fail_msg("%d: %s", i, error.message);
        if (dynox__bind_store(order_made(), &record, NULL, &room, &item, &error)) fail_msg("%d: %s", i, error.message);
        assert_int_equal(dynox__encode_item(&encoded, &item, &error), DYNOX_OK);
        dynox__buffer_byte(&written, 0);
        dynox__buffer_byte(&encoded, 0);
        assert_string_equal(written.data, encoded.data);
        dynox_item *again = dynox_item_from_text(written.data, written.size - 1, &error);
        if (!again) fail_msg("%d: %s", i, error.message);
        assert_true(dynox_item_equal(again, &item));
        dynox_item_free(again);
        dynox__room_free(&room);
        dynox__buffer_free(&written);
        dynox__buffer_free(&encoded);
        dynox__arena_reset(&r.arena);
    }
    dynox__arena_free(&r.arena);
}

/* Memory that runs out is told, by the buffer or the status; nothing is lost. */
static void store_with_failing_memory(void *arg)
{
    const order  *record = (const order *)arg;
    dynox__buffer buffer = {0};
    dynox_room    room   = {0};
    dynox_item    item;
    dynox_error   error  = {0};
    dynox_status  status = dynox__bind_write(&buffer, order_made(), record, NULL, NULL);
    assert_int_equal(status, DYNOX_OK);
    if (!buffer.failed) {
        status = dynox__bind_store(order_made(), record, NULL, &room, &item, &error);
        assert_int_equal(status, atomic_load(&test_allocation_failed) ? DYNOX_E_NO_MEMORY : DYNOX_OK);
        assert_int_equal(error.status, status);
    } else {
        assert_true(atomic_load(&test_allocation_failed));
    }
    dynox__room_free(&room);
    dynox__buffer_free(&buffer);
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    random_values r = {.state = 362436069};
    order_made();
    for (int i = 0; i < 20; i++) {
        order record = random_order(&r);
        test_every_allocation_failing(store_with_failing_memory, &record);
    }
    dynox__arena_free(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_is_stored_as_a_value),
        cmocka_unit_test(given_values_stand_for_members),
        cmocka_unit_test(writing_and_storing_agree),
        cmocka_unit_test(out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
