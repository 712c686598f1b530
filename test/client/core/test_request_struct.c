/* Structs as members of requests. */
#include "client/core/request.h"
#include "support.h"
#include <dynox/model_macros.h>

typedef struct user {
    const char *pk, *name;
} user;
static const dynox_attribute user_attributes[] = {DYNOX_PARTITION_KEY(user, pk), DYNOX_STRING(user, name)};
DYNOX_SHAPE(user)

static void a_struct_is_a_member_of_a_request(void **state)
{
    (void)state;
    const dynox__shape   *shape   = dynox__shape_of(&user_shape, NULL);
    dynox__buffer         buffer  = {0};
    dynox__request_writer writer  = {.json = &buffer};
    const dynox_value     given[] = {dynox_string("USER#1"), dynox_invalid()};
    assert_non_null(shape);
    dynox__request_text(&writer, "TableName", "users");
    dynox__request_struct(&writer, "Item", shape, &(user){"x", "Ada"}, given);
    dynox__buffer_byte(&buffer, 0);
    assert_int_equal(writer.error.status, DYNOX_OK);
    assert_string_equal(buffer.data,
                        "\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"USER#1\"},\"name\":{\"S\":\"Ada\"}}");
    dynox__buffer_free(&buffer);
}

static void what_cannot_be_stored_refuses_the_request(void **state)
{
    (void)state;
    const dynox__shape   *shape  = dynox__shape_of(&user_shape, NULL);
    dynox__buffer         buffer = {0};
    dynox__request_writer writer = {.json = &buffer};
    assert_non_null(shape);
    dynox__request_struct(&writer, "Item", shape, &(user){"x", "\xff"}, NULL);
    assert_int_equal(writer.error.status, DYNOX_E_VALUE);
    assert_string_equal(writer.error.message, "user.name: the text is not UTF-8");
    size_t size = buffer.size;
    dynox__request_struct(&writer, "Item", shape, &(user){"x", "y"}, NULL); /* the first error sticks */
    assert_int_equal(buffer.size, size);
    dynox__buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_struct_is_a_member_of_a_request),
        cmocka_unit_test(what_cannot_be_stored_refuses_the_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
