/* Every member of every request, with every wrong kind of JSON and out of each of its bounds: refused, and as what it
 * should be. The whole request, with all its members, is generated from the description; one place of it is spoilt. */
#include "local/validate/description.h"
#include "validate_call.h"

typedef struct spoilt {
    dynox__buffer json;
    size_t        places; /* that have been written */
    size_t        place;  /* to be spoilt; SIZE_MAX: none */
    unsigned      way;
    bool          done;
    /* what that has to come to */
    dynox__refusal_type expected;
} spoilt;

static void write_any(spoilt *s, const dynox__shape *shape, bool required);

static void repeat(dynox__buffer *json, char c, int64_t count)
{
    for (; count > 0; count--)
        dynox__buffer_byte(json, c);
}

/* Of `length` characters, if that is in question; else a good one. */
static void write_text(dynox__buffer *json, const dynox__shape *shape, int64_t length)
{
    enum { NAME = 1, ACCOUNT = 3, BUCKET, DELIMITER = 6, HEX = 8 };
    int64_t least = shape->least == NO_LEAST ? 1 : shape->least;
    dynox__buffer_byte(json, '"');
    if (length >= 0) {
        repeat(json, 'a', length);
    } else if (shape->words) {
        const char *words = dynox__description_text(shape->words) + 1;
        dynox__buffer_add(json, words, strcspn(words, ",]"));
    } else if (shape->pattern == ACCOUNT) {
        dynox__buffer_text(json, "123456789012");
    } else if (shape->pattern == DELIMITER) {
        dynox__buffer_byte(json, ';');
    } else {
        repeat(json, 'a', shape->pattern == HEX ? (least + 15) / 16 * 16 : least < 3 && shape->most > 3 ? 3 : least);
    }
    dynox__buffer_byte(json, '"');
}

static void write_element(spoilt *s, const dynox__shape *shape, int64_t number)
{
    if (shape->kind == DYNOX__KIND_MAP) dynox__buffer_format(&s->json, "\"abc%lld\":", (long long)number);
    write_any(s, dynox__shape_at(shape->inner), true);
}

static void write_elements(spoilt *s, const dynox__shape *shape, int64_t count)
{
    bool list = shape->kind == DYNOX__KIND_LIST;
    dynox__buffer_byte(&s->json, list ? '[' : '{');
    for (int64_t i = 0; i < count; i++) {
        if (i) dynox__buffer_byte(&s->json, ',');
        write_element(s, shape, i);
    }
    dynox__buffer_byte(&s->json, list ? ']' : '}');
}

static void write_good(spoilt *s, const dynox__shape *shape)
{
    const dynox__request_member *members = dynox__members_of(shape);
    if (shape->flags & IS_VALUE) {
        dynox__buffer_text(&s->json, "{\"S\":\"x\"}");
        return;
    }
    switch ((dynox__kind)shape->kind) {
    case DYNOX__KIND_STRING:
    case DYNOX__KIND_BLOB: write_text(&s->json, shape, -1); return;
    case DYNOX__KIND_BOOLEAN: dynox__buffer_text(&s->json, "true"); return;
    case DYNOX__KIND_LIST:
    case DYNOX__KIND_MAP: write_elements(s, shape, shape->least > 1 ? shape->least : 1); return;
    case DYNOX__KIND_STRUCTURE:
        dynox__buffer_byte(&s->json, '{');
        for (size_t i = 0; i < shape->count; i++) {
            dynox__buffer_format(&s->json, "%s\"%s\":", i ? "," : "", dynox__description_text(members[i].name));
            write_any(s, dynox__shape_at(members[i].shape), members[i].required);
        }
        dynox__buffer_byte(&s->json, '}');
        return;
    default: dynox__buffer_format(&s->json, "%d", shape->least > 1 ? (int)shape->least : 1);
    }
}

/* JSON of every kind. */
static const char *const kinds[]   = {"true", "7", "1.5", "\"zz\"", "[]", "{}", "[[1]]", "{\"a\":{}}"};
static const uint8_t     kind_of[] = {DYNOX__TREE_TRUE,  DYNOX__TREE_NUMBER, DYNOX__TREE_NUMBER, DYNOX__TREE_TEXT,
                                      DYNOX__TREE_ARRAY, DYNOX__TREE_OBJECT, DYNOX__TREE_ARRAY,  DYNOX__TREE_OBJECT};
enum { KINDS = 8, WAY_NULL = KINDS, WAY_SHORT, WAY_LONG, WAY_NONSENSE, WAY_VALUE, WAYS };

/* Writes it in the way asked for; false: this way is none for this shape. */
static bool write_spoilt(spoilt *s, const dynox__shape *shape, bool required)
{
    bool value = shape->flags & IS_VALUE, container = shape->kind == DYNOX__KIND_LIST || shape->kind == DYNOX__KIND_MAP;
    bool text   = shape->kind == DYNOX__KIND_STRING;
    s->expected = DYNOX__REFUSAL_VALIDATION;
    if (s->way < KINDS) {
        dynox__tree tree = {.kind = kind_of[s->way]};
        s->expected      = DYNOX__REFUSAL_SERIALIZATION;
        if (dynox__kind_fits(&tree, shape->kind)) return false;
        dynox__buffer_text(&s->json, kinds[s->way]);
        return true;
    }
    switch (s->way) {
    case WAY_NULL:
        if (!required || value) s->expected = DYNOX__REFUSAL_NONE;
        dynox__buffer_text(&s->json, "null");
        return true;
    case WAY_SHORT:
        if (shape->least == NO_LEAST) return false;
        if (text) {
            if (shape->least < 1) return false;
            write_text(&s->json, shape, shape->least - 1);
        } else if (container)
            write_elements(s, shape, shape->least - 1);
        else
            dynox__buffer_format(&s->json, "%lld", (long long)shape->least - 1);
        return true;
    case WAY_LONG:
        if (shape->most == NO_MOST) return false;
        if (text)
            write_text(&s->json, shape, (int64_t)shape->most + 1);
        else if (container)
            write_elements(s, shape, (int64_t)shape->most + 1);
        else
            dynox__buffer_format(&s->json, "%lld", (long long)shape->most + 1);
        return true;
    case WAY_NONSENSE:
        if (!text || !(shape->words || shape->pattern)) return false;
        dynox__buffer_text(&s->json, "\"$\\u0001,\\\"\"");
        return true;
    default:
        s->expected = DYNOX__REFUSAL_SERIALIZATION;
        dynox__buffer_text(&s->json, "{\"L\":[{\"S\":5}]}");
        return value;
    }
}

static void write_any(spoilt *s, const dynox__shape *shape, bool required)
{
    size_t size = s->json.size;
    if (s->places++ == s->place) {
        s->place = SIZE_MAX;
        s->done  = write_spoilt(s, shape, required);
        if (s->done) return;
        s->json.size = size;
    }
    write_good(s, shape);
}

static void check(validation *v, const char *operation, spoilt *s)
{
    for (int old_words = 0; old_words < 2; old_words++) {
        v->settings.old_words = old_words;
        const char *message   = validate_n(v, operation, s->json.data, s->json.size);
        if (v->refusal.type != s->expected)
            fail_msg("%s %.*s\n  is %s: %s\n  not %s", operation, (int)s->json.size, s->json.data,
                     dynox__refusal_name(v->refusal.type), message, dynox__refusal_name(s->expected));
        if (s->expected == DYNOX__REFUSAL_VALIDATION && !strstr(message, "validation error") &&
            !strstr(message, "TableName"))
            fail_msg("%s %.*s\n  is %s", operation, (int)s->json.size, s->json.data, message);
    }
}

static void every_place_of_every_request_is_checked(void **state)
{
    (void)state;
    validation v       = {0};
    size_t     refused = 0;
    for (size_t i = 0; dynox__request_shape_number(i); i++) {
        const dynox__request_shape *operation = dynox__request_shape_number(i);
        const char                 *name      = dynox__description_text(operation->name);
        spoilt                      s         = {.place = SIZE_MAX, .expected = DYNOX__REFUSAL_NONE};
        write_any(&s, dynox__shape_at(operation->shape), true);
        check(&v, name, &s);
        size_t places = s.places;
        for (size_t place = 0; place < places; place++)
            for (unsigned way = 0; way < WAYS; way++) {
                if (place == 0 && way == WAY_NULL) continue; /* no member */
                s.json.size = s.places = 0;
                s.place                = place;
                s.way                  = way;
                s.done                 = false;
                write_any(&s, dynox__shape_at(operation->shape), true);
                if (!s.done) continue;
                check(&v, name, &s);
                refused += s.expected != DYNOX__REFUSAL_NONE;
            }
        dynox__buffer_free(&s.json);
    }
    validation_end(&v);
    print_message("%zu wrong requests\n", refused);
    assert_true(refused > 5000);
}

static void validate_without_memory(void *arg)
{
    (void)arg;
    static const char *const requests[][2] = {
        {"GetItem", "{\"TableName\":\"abc\",\"Key\":{\"a\":{\"S\":\"x\"}}}"},
        {"GetItem", "{\"TableName\":5}"},
        {"PutItem", "{\"TableName\":\"*\",\"Item\":{},\"ReturnValues\":\"x\",\"ReturnConsumedCapacity\":\"y\"}"},
        {"CreateTable", "{\"TableName\":\"x\"}"},
        {"CreateTable", "{\"TableName\":\"abc\",\"KeySchema\":[{},{},{}]}"},
    };
    validation v = {.settings.old_words = true};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        validate_n(&v, requests[i][0], requests[i][1], strlen(requests[i][1]));
    validation_end(&v);
}

static void running_out_of_memory_is_refused_too(void **state)
{
    (void)state;
    test_every_allocation_failing(validate_without_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_of_every_request_is_checked),
        cmocka_unit_test(running_out_of_memory_is_refused_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
