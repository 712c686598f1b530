/* Documents: who holds a reference holds the body and all nodes. */
#include "codec_items.h"
#include "support.h"
#include "value/json/document.h"

static void use_document(void *arg)
{
    static const char json[] = "{\"pk\":{\"S\":\"x\"},\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}}";
    size_t            length = sizeof json - 1;
    char             *body   = dynox__calloc(length + DYNOX__DECODE_PADDING);
    dynox_item        contents;
    (void)arg;
    if (!body) return;
    memcpy(body, json, length);
    dynox__document *document = dynox__document_new(body, length);
    if (!document) {
        dynox__free(body); /* still the caller's */
        return;
    }
    assert_ptr_equal(document->info.owned_, &document->shared); /* borrowed */
    dynox_item *item = NULL;
    if (!dynox__decode_item(body, length, &document->arena, &contents, NULL))
        item = dynox__document_item(document, &contents);
    dynox__shared_release(&document->shared);
    if (!item) return;
    assert_int_equal(item->count, 2);
    assert_string_equal(item->attributes[0].value.as.text, "x");
    assert_string_equal(item->attributes[1].value.as.list[1].as.text, "2");
    dynox__shared_release(item->owner_);
}

static void an_item_keeps_its_document(void **state)
{
    (void)state;
    use_document(NULL);
}

static void lack_of_memory_leaks_nothing(void **state)
{
    (void)state;
    test_every_allocation_failing(use_document, NULL);
}

static void a_document_needs_no_body_and_no_hint(void **state)
{
    (void)state;
    dynox__document *document = dynox__document_new(NULL, 0);
    assert_non_null(document);
    assert_non_null(dynox__arena_alloc(&document->arena, 100000));
    dynox__shared_release(&document->shared);
    assert_null(dynox__document_new(NULL, SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_keeps_its_document),
        cmocka_unit_test(lack_of_memory_leaks_nothing),
        cmocka_unit_test(a_document_needs_no_body_and_no_hint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
