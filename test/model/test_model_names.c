/* What models, kinds and a program's own variables may be called: the macros take no name for themselves. */
#include "support.h"
#include <dynox/model_macros.h>

/* Names of parameters of typed functions, as a program may have them when it declares its models; -Wshadow watches. */
static int db, with, out, list, keys, error, size, value, member, i;

#define MODEL(name)                                                                                                    \
    typedef struct name {                                                                                              \
        DYNOX_RECORD;                                                                                                  \
        const char *pk;                                                                                                \
    } name;                                                                                                            \
    static const dynox_attribute name##_attributes[] = {DYNOX_PARTITION_KEY(name, pk)};                                \
    DYNOX_MODEL(name, .table = "things")                                                                               \
    DYNOX_MODEL_INDEX(name, by_name)
MODEL(record)
MODEL(item)
MODEL(key)
MODEL(text)
MODEL(stream)
MODEL(collection)
MODEL(change)
MODEL(hook)
MODEL(a)
MODEL(to)

static void a_model_is_called_as_a_parameter_is(void **state)
{
    (void)state;
    dynox_error told = {0};
    dynox_item *made = item_to_item(&(item){.pk = "1"}, &told);
    item       *read = item_from_item(made, &told);
    assert_non_null(read);
    assert_string_equal(read->pk, "1");
    assert_true(a_same_key(&(a){.pk = "1"}, &(a){.pk = "1"}));
    item_free(read);
    dynox_item_free(made);
    assert_int_equal(db + with + out + list + keys + error + size + value + member + i, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_model_is_called_as_a_parameter_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
