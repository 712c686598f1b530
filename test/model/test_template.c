/* Templates: what they make of a record, what they read from a key, and what is wrong with a declaration. */
#include "support.h"
#include "templated.h"

static void assert_key(const char *template_text, bool escape, const user *record, const char *key)
{
    templated            t;
    const dynox__member *missing = NULL;
    if (!templated_begin(&t, template_text, escape)) fail_msg("%s", t.error.message);
    const char *made = dynox__template_build(t.made, record, &t.room, &missing, &t.error);
    if (!made) fail_msg("%s", missing ? missing->attribute->member_ : t.error.message);
    assert_string_equal(made, key);
    templated_end(&t);
}

static void assert_no_key(const char *template_text, const user *record, const char *message)
{
    templated            t;
    const dynox__member *missing = NULL;
    assert_true(templated_begin(&t, template_text, false));
    assert_null(dynox__template_build(t.made, record, &t.room, &missing, &t.error));
    assert_null(missing);
    assert_int_equal(t.error.status, DYNOX_E_VALUE);
    assert_string_equal(t.error.message, message);
    templated_end(&t);
}

static void assert_missing(const char *template_text, const user *record, const char *member, const char *head)
{
    templated            t;
    bool                 whole   = true;
    const dynox__member *missing = NULL;
    assert_true(templated_begin(&t, template_text, false));
    assert_null(dynox__template_build(t.made, record, &t.room, &missing, &t.error));
    assert_non_null(missing);
    assert_string_equal(missing->attribute->member_, member);
    assert_int_equal(t.error.status, DYNOX_OK);
    assert_string_equal(dynox__template_head(t.made, record, &t.room, &whole, &t.error), head);
    assert_false(whole);
    templated_end(&t);
}

static void assert_refused(const char *template_text, const char *message)
{
    templated t;
    assert_false(templated_begin(&t, template_text, false));
    assert_int_equal(t.error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(t.error.message, message);
    templated_end(&t);
}

/* What the record is when a key was read. */
static user parsed(templated *t, const char *template_text, bool escape, const char *key)
{
    user record = {.email = "before", .nick = "before", .number = 1};
    if (!templated_begin(t, template_text, escape)) fail_msg("%s", t->error.message);
    if (dynox__template_parse(t->made, key, strlen(key), &t->room, &record, &t->error))
        fail_msg("%s", t->error.message);
    return record;
}

static void assert_email(const char *template_text, bool escape, const char *key, const char *email)
{
    templated t;
    user      record = parsed(&t, template_text, escape, key);
    assert_string_equal(record.email, email);
    templated_end(&t);
}

/* ---- building ---- */

/* Row 215. */
static void one_many_and_no_placeholders(void **state)
{
    (void)state;
    user record = {.email = "ada@x", .name = "Ada", .number = 42};
    assert_key("USER#{email}", false, &record, "USER#ada@x");
    assert_key("{name}#{number}#{email}!", false, &record, "Ada#42#ada@x!");
    assert_key("PROFILE", false, &record, "PROFILE");
    assert_key("", false, &record, "");
}

static void doubled_braces_are_braces(void **state)
{
    (void)state;
    assert_key("{{{name}}}/{{}}", false, &(user){.name = "Ada"}, "{Ada}/{}");
}

static void parts_are_written_as_they_are_stored(void **state)
{
    (void)state;
    user record = {.code    = "12345678",
                   .amount  = "1.50",
                   .number  = INT64_MIN,
                   .wide    = UINT64_MAX,
                   .small   = -128,
                   .age     = 7,
                   .has_age = true,
                   .day     = 1767323045,
                   .created = 1767323045006,
                   .colour  = GREEN};
    memcpy(record.code, "12345678", sizeof record.code); /* without a NUL: it is full */
    assert_key("{code}", false, &record, "12345678");
    assert_key("{amount}", false, &record, "1.50");
    assert_key("{number}|{small}|{age}|{wide}", false, &record, "-9223372036854775808|-128|7|18446744073709551615");
    assert_key("{day}", false, &record, "2026-01-02T03:04:05+00:00");
    assert_key("{created}", false, &record, "2026-01-02T03:04:05.006+00:00");
    assert_key("{colour}", false, &record, "green");
    record.colour = OTHER;
    assert_key("{colour}", false, &record, "7");
}

static void long_keys_are_whole(void **state)
{
    (void)state;
    char name[3000], key[3010];
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = 0;
    snprintf(key, sizeof key, "<%s>", name);
    assert_key("<{name}>", false, &(user){.name = name}, key);
}

/* Row 215. */
static void a_part_that_is_missing_is_told_and_ends_the_head(void **state)
{
    (void)state;
    assert_missing("USER#{email}", &(user){0}, "email", "USER#");
    assert_missing("{name}#{email}#{code}", &(user){.name = "Ada"}, "email", "Ada#");
    assert_missing("{age}", &(user){.age = 5}, "age", "");
    assert_missing("A{day}", &(user){0}, "day", "A");
    assert_missing("A{code}", &(user){0}, "code", "A");
    assert_missing("A{name}", &(user){.name = ""}, "name", "A");
}

static void the_head_of_a_record_with_all_parts_is_the_key(void **state)
{
    (void)state;
    templated t;
    assert_true(templated_begin(&t, "A#{name}", false));
    bool whole = false;
    assert_string_equal(dynox__template_head(t.made, &(user){.name = "x"}, &t.room, &whole, &t.error), "A#x");
    assert_true(whole);
    templated_end(&t);
}

static void the_head_ends_before_an_integer_that_is_zero(void **state)
{
    (void)state;
    templated t;
    bool      whole = true;
    assert_true(templated_begin(&t, "A#{number}", false));
    assert_string_equal(dynox__template_head(t.made, &(user){0}, &t.room, &whole, &t.error), "A#");
    assert_false(whole);
    templated_end(&t);
    assert_key("A#{number}", false, &(user){0}, "A#0");
}

/* The separator may be in it. */
static void an_escaped_integer_is_read_back(void **state)
{
    (void)state;
    templated t;
    user      record = parsed(&t, "{number}-{name}", true, "%2D5-n");
    assert_int_equal(record.number, -5);
    templated_end(&t);
}

static void values_that_cannot_be_stored_make_no_key(void **state)
{
    (void)state;
    assert_no_key("{colour}", &(user){.colour = (colour)9}, "user.colour: 9 is not one of its values");
    assert_no_key("{created}", &(user){.created = INT64_MAX},
                  "user.created: the time is not in the years 0000 to 9999");
}

/* Row 219. */
static void a_part_that_is_read_back_has_no_separator_in_it(void **state)
{
    (void)state;
    const char *separator = "user.email: \"a#b\" has the separator \"#\" of its template in it";
    assert_no_key("{email}#{name}", &(user){.email = "a#b", .name = "n"}, separator);
    assert_no_key("{email}aa", &(user){.email = "xa"},
                  "user.email: \"xa\" has the separator \"aa\" of its template in it");
    assert_no_key("{name}#{email}", &(user){.name = "a#b", .email = "e"},
                  "user.name: \"a#b\" has the separator \"#\" of its template in it");
    assert_key("{email}aba", false, &(user){.email = "ba"}, "baaba");
    assert_key("{name}#{email}#{code}", false, &(user){.name = "n", .email = "e", .code = "c#d"}, "n#e#c#d");
    assert_key("{name}#{code}", false, &(user){.name = "a#b", .code = "c"}, "a#b#c");
    assert_key("#{email}", false, &(user){.email = "a#b"}, "#a#b");
}

/* Row 219. */
static void escaped_separators_may_be_in_parts(void **state)
{
    (void)state;
    user record = {.email = "a#b%c", .name = "50%|x"};
    assert_key("#{email}#{name}|", true, &record, "#a%23b%25c#50%25%7Cx|");
    assert_email("#{email}#{name}|", true, "#a%23b%25c#50%25%7Cx|", "a#b%c");
}

/* ---- reading back ---- */

/* Row 219. */
static void parts_of_a_key_are_read_back(void **state)
{
    (void)state;
    templated t;
    user      record = parsed(&t, "U#{email}#{name}#{nick}#{number}#{wide}#{small}#{code}", false,
                              "U#a@x#Ada#ada#-5#18446744073709551615#-128#anything#at all");
    assert_string_equal(record.email, "a@x");
    assert_string_equal(record.nick, "ada");
    assert_int_equal(record.number, -5);
    assert_true(record.wide == UINT64_MAX);
    assert_int_equal(record.small, -128);
    assert_null(record.name); /* it has an attribute of its own */
    templated_end(&t);
}

static void the_literal_at_the_end_is_no_part(void **state)
{
    (void)state;
    assert_email("<{email}>", false, "<a@x>", "a@x");
    assert_email("<{email}>", false, "<a@x>y", "before");
    assert_email("<{email}>", false, "<a@x", "before");
}

/* Row 219. */
static void a_key_that_does_not_fit_leaves_the_record(void **state)
{
    (void)state;
    static const char *const keys[] = {"",       "U",     "U#",     "U##5",   "X#a#5",   "U#a",
                                       "U#a#",   "U#a#x", "U#a#05", "U#a#+5", "U#a#5.0", "U#a#9223372036854775808",
                                       "U#a#5#6"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        templated t;
        user      record = parsed(&t, "U#{email}#{number}", false, keys[i]);
        assert_string_equal(record.email, "before");
        assert_int_equal(record.number, 1);
        templated_end(&t);
    }
}

static void a_key_that_is_escaped_in_another_way_does_not_fit(void **state)
{
    (void)state;
    static const char *const keys[] = {"a%#n", "a%2#n", "a%41#n", "a%zz#n", "a%2g#n"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_email("{email}#{name}", true, keys[i], "before");
}

static void a_key_with_a_nul_does_not_fit(void **state)
{
    (void)state;
    templated t;
    user      record = {.email = "before"};
    assert_true(templated_begin(&t, "U#{email}", false));
    assert_int_equal(dynox__template_parse(t.made, "U#a\0b", 5, &t.room, &record, &t.error), DYNOX_OK);
    assert_string_equal(record.email, "before");
    templated_end(&t);
}

static void a_text_that_is_too_long_for_its_array_is_an_error(void **state)
{
    (void)state;
    templated t;
    user      record = {0};
    assert_true(templated_begin(&t, "{nick}", false));
    assert_int_equal(dynox__template_parse(t.made, "1234567", 7, &t.room, &record, &t.error), DYNOX_OK);
    assert_string_equal(record.nick, "1234567");
    assert_int_equal(dynox__template_parse(t.made, "12345678", 8, &t.room, &record, &t.error), DYNOX_E_DECODE);
    assert_string_equal(t.error.message, "user.nick: the key has 8 bytes of it, its char[8] is too small");
    templated_end(&t);
}

/* ---- declarations ---- */

static void mistakes_are_told_with_their_column(void **state)
{
    (void)state;
    assert_refused("USER#{emial}", "model user: template of pk, column 7: user has no member \"emial\" (email?)");
    assert_refused("{xylophone}", "model user: template of pk, column 2: user has no member \"xylophone\"");
    assert_refused("USER#{email", "model user: template of pk, column 6: this { is not closed; a brace is {{");
    assert_refused("{a{email}", "model user: template of pk, column 1: this { is not closed; a brace is {{");
    assert_refused("USER}", "model user: template of pk, column 5: this } closes nothing; a brace is }}");
    assert_refused("A{}", "model user: template of pk, column 3: {} is without a name; a brace is {{");
    assert_refused("A{pk}", "model user: template of pk, column 3: pk is made of itself");
    assert_refused("{version}", "model user: template of pk, column 2: version is the version, keys do not change");
    assert_refused("{active}",
                   "model user: template of pk, column 2: active is no text, integer, number, date or enum");
}

static void a_template_is_not_made_of_another_template(void **state)
{
    (void)state;
    templated t;
    templated_prepare(&t);
    attribute_of(&t, "pk")->template_ = "A{sk}";
    attribute_of(&t, "sk")->template_ = "B";
    assert_false(templated_make(&t, "pk"));
    assert_string_equal(t.error.message, "model user: template of pk, column 3: sk has a template of its own");
    templated_end(&t);
}

static void parts_beside_each_other_cannot_be_read_back(void **state)
{
    (void)state;
    const char *message = "model user: template of pk, column 7: "
                          "a literal has to be before this placeholder, to tell the parts of a key apart";
    assert_refused("{name}{email}", message);
    assert_key("{name}{code}", false, &(user){.name = "a", .code = "b"}, "ab");
    assert_key("{email}#{name}{code}", false, &(user){.email = "e", .name = "a", .code = "b"}, "e#ab");
}

static void assert_member_refused(const char *member, dynox_generator generate, const char *message)
{
    templated t;
    templated_prepare(&t);
    attribute_of(&t, member)->template_ = "A";
    attribute_of(&t, member)->generate  = generate;
    assert_false(templated_make(&t, member));
    assert_int_equal(t.error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(t.error.message, message);
    templated_end(&t);
}

static void only_a_text_without_another_source_has_a_template(void **state)
{
    (void)state;
    assert_member_refused("age", DYNOX_GENERATE_NOTHING, "model user: age has a template and is no text");
    assert_member_refused("email", DYNOX_GENERATE_NOTHING,
                          "model user: email has a template and is a part of a key itself");
    assert_member_refused("pk", DYNOX_ULID, "model user: pk has a template and has a generator or a default");
}

static void a_separator_is_not_what_escapes_it(void **state)
{
    (void)state;
    templated t;
    assert_false(templated_begin(&t, "{email}5{name}", true));
    assert_string_equal(t.error.message, "model user: template of pk, column 8: "
                                         "with .escape, what follows a placeholder begins with none of % 0-9 A-F");
    templated_end(&t);
    assert_key("5{name}", true, &(user){.name = "5"}, "55");
}

/* ---- no memory ---- */

static void build_and_read(void *arg)
{
    (void)arg;
    char                 name[400];
    templated            t;
    const dynox__member *missing = NULL;
    user                 record = {.email = "a", .name = name}, again = {0};
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = 0;
    if (templated_begin(&t, "{email}#{name}", false)) {
        const char *key = dynox__template_build(t.made, &record, &t.room, &missing, &t.error);
        if (key && dynox__template_parse(t.made, key, strlen(key), &t.room, &again, &t.error) == DYNOX_OK)
            assert_string_equal(again.email, "a");
    }
    if (t.error.status) assert_int_equal(t.error.status, DYNOX_E_NO_MEMORY);
    templated_end(&t);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(build_and_read, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_many_and_no_placeholders),
        cmocka_unit_test(doubled_braces_are_braces),
        cmocka_unit_test(parts_are_written_as_they_are_stored),
        cmocka_unit_test(long_keys_are_whole),
        cmocka_unit_test(a_part_that_is_missing_is_told_and_ends_the_head),
        cmocka_unit_test(the_head_of_a_record_with_all_parts_is_the_key),
        cmocka_unit_test(the_head_ends_before_an_integer_that_is_zero),
        cmocka_unit_test(an_escaped_integer_is_read_back),
        cmocka_unit_test(values_that_cannot_be_stored_make_no_key),
        cmocka_unit_test(a_part_that_is_read_back_has_no_separator_in_it),
        cmocka_unit_test(escaped_separators_may_be_in_parts),
        cmocka_unit_test(parts_of_a_key_are_read_back),
        cmocka_unit_test(the_literal_at_the_end_is_no_part),
        cmocka_unit_test(a_key_that_does_not_fit_leaves_the_record),
        cmocka_unit_test(a_key_that_is_escaped_in_another_way_does_not_fit),
        cmocka_unit_test(a_key_with_a_nul_does_not_fit),
        cmocka_unit_test(a_text_that_is_too_long_for_its_array_is_an_error),
        cmocka_unit_test(mistakes_are_told_with_their_column),
        cmocka_unit_test(a_template_is_not_made_of_another_template),
        cmocka_unit_test(parts_beside_each_other_cannot_be_read_back),
        cmocka_unit_test(only_a_text_without_another_source_has_a_template),
        cmocka_unit_test(a_separator_is_not_what_escapes_it),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
