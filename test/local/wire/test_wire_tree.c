/* A request's JSON as a tree: all of it is there, and what is no JSON is none. */
#include "local/wire/tree.h"
#include "support.h"
#include "value/json/decode.h"

typedef struct parsed {
    dynox__arena       arena;
    const char        *why;
    const dynox__tree *root;
} parsed;

static const dynox__tree *parse_n(parsed *p, const char *json, size_t length)
{
    *p         = (parsed){0};
    char *body = dynox__decode_copy(&p->arena, json, length);
    if (body) p->root = dynox__tree_parse(body, length, &p->arena, &p->why);
    return p->root;
}

static const dynox__tree *parse(parsed *p, const char *json)
{
    return parse_n(p, json, strlen(json));
}

static void members_are_found_by_name(void **state)
{
    (void)state;
    parsed             p;
    const dynox__tree *tree = parse(&p, " {\"a\" : \"x\\u00e4\\n\", \"b\":[1,-2.5e3,{}],\"c\":true , \"d\":null} ");
    assert_non_null(tree);
    assert_int_equal(tree->kind, DYNOX__TREE_OBJECT);
    assert_int_equal(tree->count, 4);
    assert_string_equal(dynox__tree_text(tree, "a"), "x\xc3\xa4\n");
    const dynox__tree *b = dynox__tree_member(tree, "b");
    assert_int_equal(b->kind, DYNOX__TREE_ARRAY);
    assert_int_equal(b->count, 3);
    assert_memory_equal(b->first->next->text, "-2.5e3", 6);
    assert_int_equal(b->first->next->length, 6);
    assert_int_equal(b->first->next->next->kind, DYNOX__TREE_OBJECT);
    assert_true(dynox__tree_true(tree, "c"));
    assert_null(dynox__tree_member(tree, "d"));
    assert_null(dynox__tree_member(tree, "e"));
    assert_null(dynox__tree_member(b, "a"));
    assert_null(dynox__tree_member(NULL, "a"));
    assert_null(dynox__tree_text(tree, "b"));
    assert_false(dynox__tree_true(tree, "e"));
    dynox__arena_free(&p.arena);
}

static void the_last_of_several_members_counts(void **state)
{
    (void)state;
    parsed             p;
    const dynox__tree *tree = parse(&p, "{\"a\":\"1\",\"b\":\"3\",\"a\":\"2\",\"b\":null}");
    assert_string_equal(dynox__tree_text(tree, "a"), "2");
    assert_null(dynox__tree_member(tree, "b"));
    dynox__arena_free(&p.arena);
}

static void integers_are_read_as_the_service_reads_them(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int64_t     number;
    } cases[] = {{"{\"n\":7}", 7},
                 {"{\"n\":-7}", -7},
                 {"{\"n\":1e3}", 1000},
                 {"{\"n\":2.9}", 2},
                 {"{\"n\":-2.9}", -2},
                 {"{\"n\":9223372036854775807}", INT64_MAX},
                 {"{\"n\":1e30}", INT64_MAX},
                 {"{\"n\":-1e3000}", INT64_MIN},
                 {"{\"n\":1e-3000}", 0},
                 {"{\"n\":1e99999999999999999999}", INT64_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        parsed  p;
        int64_t number = 1;
        assert_true(dynox__tree_integer(parse(&p, cases[i].json), "n", &number));
        assert_int_equal(number, cases[i].number);
        dynox__arena_free(&p.arena);
    }
}

static void any_value_is_a_tree(void **state)
{
    (void)state;
    static const char *const texts[] = {"null", "1", "\"x\"", "[]", "true", "false", "{}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        parsed p;
        assert_non_null(parse(&p, texts[i]));
        dynox__arena_free(&p.arena);
    }
}

static void nul_in_texts_is_data(void **state)
{
    (void)state;
    parsed             p;
    const dynox__tree *tree = parse(&p, "[\"a\\u0000b\"]");
    assert_int_equal(tree->first->length, 3);
    assert_memory_equal(tree->first->text, "a\0b", 4);
    dynox__arena_free(&p.arena);
}

static void what_is_no_json_is_refused_and_says_why(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",    " ",   "{",   "[1,]", "{\"a\"}", "{\"a\":}",  "{a:1}",       "{\"a\":1,}", "01",  "1.",
        "+1",  "tru", "nul", "\"x",  "\"\\x\"", "\"\x01\"",  "\"\\ud800\"", "\"\xff\"",   "1 2", "{} x",
        "[1}", "'a'", "NaN", "-",    "[1 2]",   "\"\\u12\"", "1e",          "/**/1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        parsed p;
        if (parse(&p, texts[i])) fail_msg("taken: %s", texts[i]);
        assert_non_null(p.why);
        dynox__arena_free(&p.arena);
    }
    parsed p;
    assert_null(parse_n(&p, "{}\0", 3));
    assert_non_null(p.why);
    dynox__arena_free(&p.arena);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    enum { DEEP = 100000 };
    char  *text = calloc(1, 2 * DEEP + 1);
    parsed p;
    assert_non_null(text);
    memset(text, '[', DEEP);
    memset(text + DEEP, ']', DEEP);
    assert_null(parse(&p, text));
    assert_string_equal(p.why, "nested too deep");
    dynox__arena_free(&p.arena);
    text[DEEP + DYNOX__TREE_DEPTH] = 0;
    assert_non_null(parse(&p, text + DEEP - DYNOX__TREE_DEPTH));
    dynox__arena_free(&p.arena);
    free(text);
}

static void parse_without_memory(void *arg)
{
    (void)arg;
    parsed p;
    if (!parse(&p, "{\"a\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20],\"b\":{\"c\":\"d\"}}"))
        assert_null(p.why);
    dynox__arena_free(&p.arena);
}

static void running_out_of_memory_is_told_from_bad_json(void **state)
{
    (void)state;
    test_every_allocation_failing(parse_without_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_by_name),
        cmocka_unit_test(the_last_of_several_members_counts),
        cmocka_unit_test(integers_are_read_as_the_service_reads_them),
        cmocka_unit_test(any_value_is_a_tree),
        cmocka_unit_test(nul_in_texts_is_data),
        cmocka_unit_test(what_is_no_json_is_refused_and_says_why),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(running_out_of_memory_is_told_from_bad_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
