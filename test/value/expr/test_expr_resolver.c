/* Expressions with a resolver: members instead of stored names, and values that are made fit for what they stand
 * beside. The resolver here is a small model of users. */
#include "support.h"
#include "value/expr/expr.h"

#define KEY DYNOX__EXPR_KEY
#define FILTER DYNOX__EXPR_FILTER
#define CONDITION DYNOX__EXPR_CONDITION
#define UPDATE DYNOX__EXPR_UPDATE
#define PROJECTION DYNOX__EXPR_PROJECTION

/* ---- the model ---- */

typedef enum type { TEXT, DATE, COLOURS, SHAPE, SHAPES, DYNAMIC } type;

typedef struct attribute {
    const char             *member, *stored;
    type                    type;
    const struct attribute *element; /* SHAPES */
    const struct attribute *inside;  /* SHAPE: ends with one without a member */
} attribute;

static const attribute line_members[] = {{.member = "product", .stored = "p", .type = TEXT},
                                         {.member = "ordered_at", .stored = "o", .type = DATE},
                                         {.member = NULL}};
static const attribute line           = {.member = "line", .type = SHAPE, .inside = line_members};
static const attribute user_members[] = {{.member = "pk", .stored = "PK", .type = TEXT},
                                         {.member = "email", .stored = "email", .type = TEXT},
                                         {.member = "name", .stored = "n", .type = TEXT},
                                         {.member = "nick", .stored = "n", .type = TEXT},
                                         {.member = "created_at", .stored = "c.at", .type = DATE},
                                         {.member = "updated_at", .stored = "u.at", .type = DATE},
                                         {.member = "colours", .stored = "colours", .type = COLOURS},
                                         {.member = "lines", .stored = "l", .type = SHAPES, .element = &line},
                                         {.member = "first", .stored = "f", .type = SHAPE, .inside = line_members},
                                         {.member = "settings", .stored = "s", .type = DYNAMIC},
                                         {.member = NULL}};

static bool member(const dynox__expr_resolver *self, const void *scope, dynox__expr_name *name, const void **found,
                   dynox_error *error)
{
    (void)self;
    const attribute *of = scope;
    assert_null(*found);
    if (of && of->type == DYNAMIC) return true;
    if (of && of->type != SHAPE) {
        dynox_error_set(error, DYNOX_E_EXPRESSION, "user.%s has no members", of->member);
        return false;
    }
    for (const attribute *at = of ? of->inside : user_members; at->member; at++)
        if (strlen(at->member) == name->length && memcmp(at->member, name->text, name->length) == 0) {
            *name  = (dynox__expr_name){at->stored, strlen(at->stored)};
            *found = at;
            return true;
        }
    dynox_error_set(error, DYNOX_E_EXPRESSION, "%s has no member \"%.*s\"", of ? of->member : "user", (int)name->length,
                    name->text);
    return false;
}

static bool element(const dynox__expr_resolver *self, const void *list, const void **found, dynox_error *error)
{
    (void)self;
    const attribute *of = list;
    assert_null(*found);
    *found = of->element;
    if (of->element || of->type == DYNAMIC) return true;
    dynox_error_set(error, DYNOX_E_EXPRESSION, "user.%s has no elements", of->member);
    return false;
}

static const dynox_value *text_of(dynox__arena *arena, const char *text, dynox_error *error)
{
    char        *copy  = dynox__arena_copy(arena, text, strlen(text));
    dynox_value *value = copy ? dynox__arena_alloc(arena, sizeof *value) : NULL;
    if (!value)
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "no memory");
    else
        *value = dynox_string(copy);
    return value;
}

/* Shows what it was asked: a date 5 becomes "date 5", the beginning of one "date 5...", the colour 1 "colour 1". */
static const dynox_value *value(const dynox__expr_resolver *self, const void *beside, dynox__expr_role role,
                                dynox__arena *arena, const dynox_value *given, dynox_error *error)
{
    (void)self;
    const attribute *of = beside;
    char             text[64];
    int64_t          number;
    if (of->type != DATE && of->type != COLOURS) return given;
    if (of->type == DATE && role == DYNOX__EXPR_PREFIX && given->type == DYNOX_S) return given;
    if (!dynox_value_read_int(given, &number)) {
        dynox_error_set(error, DYNOX_E_TYPE, "user.%s takes a number", of->member);
        return NULL;
    }
    static const char *const roles[] = {"", " (sum)", " (prefix)", " (part)"};
    snprintf(text, sizeof text, "%s %d%s", of->type == DATE ? "date" : "colour", (int)number, roles[role]);
    return text_of(arena, text, error);
}

static const dynox__expr_resolver users = {member, element, value};

/* ---- what is sent ---- */

/* The text, its names, and its values as JSON without their names; or the error. Static. */
static const char *sent_in(dynox__expr_context *context, dynox__expr_kind kind, const dynox_expr *expr)
{
    static char   result[4096];
    dynox__buffer out    = {0};
    dynox_error   error  = {0};
    dynox_status  status = dynox__expr_write(context, kind, expr, &out, &error);
    for (size_t n = 0; n < context->name_count && !status; n++) {
        dynox__buffer_text(&out, n ? ", " : " | ");
        dynox__buffer_add(&out, context->names[n].text, context->names[n].length);
    }
    for (size_t v = 0; v < context->value_count && !status; v++) {
        const dynox_value *at = context->values[v].value;
        dynox__buffer_text(&out, v ? ", " : " | ");
        if (at->type == DYNOX_S)
            dynox__buffer_add(&out, at->as.text, at->length);
        else if (at->type == DYNOX_N)
            dynox__buffer_unsigned(&out, (uint64_t)dynox_value_as_int(at));
        else
            dynox__buffer_text(&out, "other");
    }
    if (out.failed) status = dynox_error_set(&error, DYNOX_E_NO_MEMORY, "no room");
    snprintf(result, sizeof result, "%.*s", status ? (int)strlen(error.message) : (int)out.size,
             status ? error.message : out.data);
    dynox__buffer_free(&out);
    return result;
}

static const char *sent(dynox__expr_kind kind, const dynox_expr *expr)
{
    dynox__expr_context context = {.resolver = &users};
    const char         *result  = sent_in(&context, kind, expr);
    dynox__expr_context_free(&context);
    return result;
}

#define SENT(kind, expected, ...) assert_string_equal(sent(kind, DYNOX_EXPR(__VA_ARGS__)), expected)

static void members_become_their_stored_names(void **state)
{
    (void)state;
    SENT(CONDITION, "#n0 = #n1 AND attribute_exists(#n2) | PK, email, n", "pk = email AND attribute_exists(name)");
    SENT(FILTER, "#n0[3].#n1 = #n2.#n1 | l, p, f", "lines[3].product = first.product");
    SENT(CONDITION, "size(#n0[0].#n1) > size(#n2) | l, p, colours", "size(lines[0].product) > size(colours)");
    SENT(KEY, "#n0 = :v0 AND begins_with(#n1, :v1) | PK, email | x, y", "pk = ? AND begins_with(email, ?)", "x", "y");
    SENT(UPDATE, "SET #n0 = #n1 REMOVE #n2[1] | n, email, l", "SET name = email REMOVE lines[1]");
    SENT(PROJECTION, "#n0, #n1[0].#n2, #n3.#n4 | PK, l, p, f, o", "pk, lines[0].product, first.ordered_at");
}

static void members_of_one_stored_name_share_a_placeholder(void **state)
{
    (void)state;
    SENT(CONDITION, "#n0 = #n0 | n", "name = nick");
}

static void backquotes_mean_stored_names(void **state)
{
    (void)state;
    SENT(CONDITION, "#n0 = :v0 AND #n1 = :v1 | created_at, no | 5, 6", "`created_at` = ? AND `no` = ?", 5, 6);
    /* and what is inside of what they lead to is not known */
    SENT(CONDITION, "#n0[0].#n1.#n2 = :v0 | l, whatever, at | 5", "`l`[0].whatever.at = ?", 5);
    SENT(CONDITION, "#n0[0].#n1.#n2 = :v0 | l, ordered_at, at | 5", "lines[0].`ordered_at`.at = ?", 5);
    SENT(CONDITION, "#n0 = :v0 | tick` | 5", "`tick``` = ?", 5);
}

static void below_what_is_not_known_names_are_as_they_are(void **state)
{
    (void)state;
    SENT(CONDITION, "#n0.#n1.#n2[2] = :v0 | s, any, created_at | 5", "settings.any.created_at[2] = ?", 5);
    SENT(CONDITION, "#n0[0].#n1 = :v0 | s, set | 5", "settings[0].set = ?", 5);
}

static void unknown_members_are_told_with_their_column(void **state)
{
    (void)state;
    SENT(CONDITION, "condition expression, column 13: user has no member \"emial\"", "name = ? OR emial = ?", "x", "y");
    SENT(FILTER, "filter expression, column 10: line has no member \"prodcut\"", "lines[0].prodcut = name");
    SENT(FILTER, "filter expression, column 6: user.name has no members", "name.first = ?", 1);
    SENT(FILTER, "filter expression, column 5: user.name has no elements", "name[0] = ?", 1);
    SENT(UPDATE, "update expression, column 12: user has no member \"nmae\"", "SET name = nmae");
    SENT(PROJECTION, "projection, column 5: user has no member \"n\"", "pk, n");
    SENT(KEY, "key condition, column 1: user has no member \"PK\"", "PK = ?", "x");
    /* a keyword is no name at the start, and is one behind a dot */
    SENT(CONDITION, "condition expression, column 7: first has no member \"set\"", "first.set = ?", 1);
}

static void errors_of_the_grammar_stay_what_they_are(void **state)
{
    (void)state;
    SENT(KEY, "key condition, column 6: keys are not nested (a name with a dot is quoted with backquotes)",
         "first.product = ?", 1);
    SENT(FILTER, "filter expression, column 7: expected a list index, found 'x'", "lines[x] = ?", 1);
    SENT(FILTER, "filter expression: 2 ? in the text, but 1 value given", "created_at BETWEEN ? AND ?", 1);
    SENT(FILTER, "filter expression, column 14, value 1 of 1: there is none (a NULL pointer was given)",
         "created_at = ?", dynox_string(NULL));
}

static void values_of_comparisons_are_of_the_type_of_their_path(void **state)
{
    (void)state;
    SENT(FILTER, "#n0 = :v0 | c.at | date 5", "created_at = ?", 5);
    SENT(FILTER, ":v0 < #n0 | c.at | date 5", "? < created_at", 5);
    SENT(FILTER, "#n0 BETWEEN :v0 AND :v1 | c.at | date 5, date 6", "created_at BETWEEN ? AND ?", 5, 6);
    SENT(FILTER, ":v0 BETWEEN #n0 AND :v1 | c.at | date 5, date 6", "? BETWEEN created_at AND ?", 5, 6);
    SENT(FILTER, "#n0 IN (:v0, :v1, #n1) | c.at, u.at | date 5, date 6", "created_at IN (?, ?, updated_at)", 5, 6);
    SENT(FILTER, "#n0[7].#n1 <> :v0 | l, o | date 5", "lines[7].ordered_at <> ?", 5);
    SENT(FILTER, "#n0 = :v0 OR NOT (#n1 = :v1 AND #n2 > :v2) | c.at, n, u.at | date 5, 6, date 7",
         "created_at = ? OR NOT (name = ? AND updated_at > ?)", 5, 6, 7);
    SENT(KEY, "#n0 = :v0 AND #n1 >= :v1 | PK, c.at | x, date 5", "pk = ? AND created_at >= ?", "x", 5);
}

static void the_first_path_that_is_known_counts(void **state)
{
    (void)state;
    SENT(FILTER, "#n0 BETWEEN #n1 AND :v0 | x, c.at | date 5", "`x` BETWEEN created_at AND ?", 5);
    SENT(FILTER, "#n0 BETWEEN #n1 AND :v0 | n, c.at | 5", "name BETWEEN created_at AND ?", 5);
    SENT(FILTER, ":v0 BETWEEN size(#n0) AND #n1 | n, c.at | date 5", "? BETWEEN size(name) AND created_at", 5);
}

static void beside_size_and_types_values_stay_as_they_are(void **state)
{
    (void)state;
    SENT(FILTER, "size(#n0) > :v0 | c.at | 5", "size(created_at) > ?", 5);
    SENT(FILTER, ":v0 > size(#n0) | c.at | 5", "? > size(created_at)", 5);
    SENT(FILTER, "attribute_type(#n0, :v0) | c.at | S", "attribute_type(created_at, ?)", "S");
    SENT(FILTER, "#n0 = :v0 AND size(#n0) = :v1 | c.at | date 5, 6", "created_at = ? AND size(created_at) = ?", 5, 6);
}

static void values_of_predicates_are_parts_of_their_path(void **state)
{
    (void)state;
    SENT(FILTER, "begins_with(#n0, :v0) | c.at | 2026-", "begins_with(created_at, ?)", "2026-");
    SENT(FILTER, "begins_with(#n0, :v0) | c.at | date 5 (prefix)", "begins_with(created_at, ?)", 5);
    SENT(FILTER, "contains(#n0, :v0) | colours | colour 1 (part)", "contains(colours, ?)", 1);
    SENT(FILTER, "contains(#n0, :v0) AND #n1 = :v1 | n, c.at | x, date 5", "contains(name, ?) AND created_at = ?", "x",
         5);
    /* a whole of which the attribute is a part is of no type that is known */
    SENT(FILTER, "contains(:v0, #n0) | colours | 1", "contains(?, colours)", 1);
    SENT(FILTER, "begins_with(:v0, #n0) | c.at | 5", "begins_with(?, created_at)", 5);
    SENT(FILTER, "contains(:v0, :v1) AND #n0 = :v2 | c.at | 1, 2, date 3", "contains(?, ?) AND created_at = ?", 1, 2,
         3);
}

static void values_of_an_assignment_are_the_targets(void **state)
{
    (void)state;
    SENT(UPDATE, "SET #n0 = :v0, #n1 = :v1 | c.at, n | date 5, 6", "SET created_at = ?, name = ?", 5, 6);
    SENT(UPDATE, "SET #n0 = if_not_exists(#n1, :v0) | c.at, n | date 5", "SET created_at = if_not_exists(name, ?)", 5);
    SENT(UPDATE, "SET #n0 = if_not_exists(#n1, :v0) | n, c.at | 5", "SET name = if_not_exists(created_at, ?)", 5);
    SENT(UPDATE, "SET #n0 = :v0 + (#n1 - :v1) | c.at, n | date 5 (sum), date 6 (sum)",
         "SET created_at = ? + (name - ?)", 5, 6);
    SENT(UPDATE, "SET #n0 = list_append(:v0, list_append(#n0, :v1)) | colours | colour 1, colour 2",
         "SET colours = list_append(?, list_append(colours, ?))", 1, 2);
    SENT(UPDATE, "SET #n0[0].#n1 = :v0 | l, o | date 5", "SET lines[0].ordered_at = ?", 5);
    SENT(UPDATE, "ADD #n0 :v0, #n1 :v1 DELETE #n2 :v2 | c.at, n, colours | date 5 (sum), 6, colour 1",
         "ADD created_at ?, name ? DELETE colours ?", 5, 6, 1);
    /* nothing is known of the target, whatever else is there */
    SENT(UPDATE, "SET #n0 = if_not_exists(#n1, :v0), #n2 = :v1 | x, c.at, u.at | 5, date 6",
         "SET `x` = if_not_exists(created_at, ?), updated_at = ?", 5, 6);
}

static void values_that_do_not_fit_are_told_with_their_place(void **state)
{
    (void)state;
    SENT(FILTER, "filter expression, column 29, value 2 of 3: user.created_at takes a number",
         "name = ? AND created_at IN (?, ?)", "x", "y", 5);
    SENT(UPDATE, "update expression, column 27, value 2 of 2: user.created_at takes a number",
         "SET `?` = ?, created_at = ?", 1, "y");
    dynox__expr_context context = {.resolver = &users};
    dynox__buffer       buffer  = {0};
    dynox_error         error   = {0};
    assert_int_equal(dynox__expr_write(&context, FILTER, DYNOX_EXPR("created_at = ?", "x"), &buffer, &error),
                     DYNOX_E_VALUE);
    assert_int_equal(buffer.size, 0);
    assert_int_equal(dynox__expr_write(&context, FILTER, DYNOX_EXPR("created_ta = ?", 5), &buffer, &error),
                     DYNOX_E_EXPRESSION);
    assert_int_equal(dynox__expr_write(&context, FILTER, DYNOX_EXPR("created_at = ?", "x"), &buffer, NULL),
                     DYNOX_E_VALUE);
    dynox__expr_context_free(&context);
    dynox__buffer_free(&buffer);
}

/* The library's own parts are in stored names and values: the same request has both. */
static void a_request_may_have_expressions_with_and_without_a_resolver(void **state)
{
    (void)state;
    dynox__expr_context context = {.resolver = &users};
    sent_in(&context, UPDATE, DYNOX_EXPR("SET created_at = ?", 1));
    context.resolver = NULL;
    sent_in(&context, CONDITION, DYNOX_EXPR("`c.at` = ? AND created_at = ?", 2, 3));
    context.resolver = &users;
    assert_string_equal(sent_in(&context, CONDITION, DYNOX_EXPR("created_at > ?", 4)),
                        "#n0 > :v3 | c.at, created_at | date 1, 2, 3, date 4");
    dynox__expr_context_free(&context);
}

/* What they are combined of is checked before anybody knows the model. */
static void combined_conditions_can_be_resolved(void **state)
{
    (void)state;
    dynox_expr *either = dynox_expr_or(DYNOX_EXPR("created_at = ?", 1), DYNOX_EXPR("contains(colours, ?)", 2));
    dynox_expr *both   = dynox_expr_and(either, DYNOX_EXPR("? < lines[0].ordered_at", 3));
    dynox_expr *wrong  = dynox_expr_not(DYNOX_EXPR("nmae = ?", 3));
    assert_string_equal(sent(FILTER, both), "(#n0 = :v0 OR contains(#n1, :v1)) AND :v2 < #n2[0].#n3 | c.at, colours, "
                                            "l, o | date 1, colour 2 (part), date 3");
    assert_string_equal(sent(FILTER, wrong), "filter expression, column 5: user has no member \"nmae\"");
    dynox_expr_free(either);
    dynox_expr_free(both);
    dynox_expr_free(wrong);
}

static void write_many(void *arg)
{
    (void)arg;
    dynox__expr_context context = {.resolver = &users};
    const char         *result;
    result =
        sent_in(&context, UPDATE, DYNOX_EXPR("SET created_at = ?, lines[0].`x``y` = if_not_exists(name, ?)", 1, 2));
    if (!strstr(result, "memory") && !strstr(result, "room"))
        result = sent_in(&context, CONDITION,
                         DYNOX_EXPR("created_at IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    if (!strstr(result, "memory") && !strstr(result, "room")) assert_non_null(strstr(result, "date 10"));
    assert_null(strstr(result, "column"));
    dynox__expr_context_free(&context);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(write_many, NULL);
}

/* The arena rarely needs a new block just there. */
static bool no_member(const dynox__expr_resolver *self, const void *scope, dynox__expr_name *name, const void **found,
                      dynox_error *error)
{
    (void)self, (void)scope, (void)name, (void)found;
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return false;
}

static const dynox_value *no_value(const dynox__expr_resolver *self, const void *beside, dynox__expr_role role,
                                   dynox__arena *arena, const dynox_value *given, dynox_error *error)
{
    (void)self, (void)beside, (void)role, (void)arena, (void)given;
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}

static void a_resolver_without_memory_is_no_mistake_of_the_expression(void **state)
{
    (void)state;
    const dynox__expr_resolver members = {no_member, element, value}, values = {member, element, no_value};
    for (int i = 0; i < 2; i++) {
        dynox__expr_context context = {.resolver = i ? &members : &values};
        dynox__buffer       buffer  = {0};
        dynox_error         error   = {0};
        assert_int_equal(dynox__expr_write(&context, FILTER, DYNOX_EXPR("name = ?", 1), &buffer, &error),
                         DYNOX_E_NO_MEMORY);
        assert_string_equal(error.message, "out of memory");
        dynox__expr_context_free(&context);
        dynox__buffer_free(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_become_their_stored_names),
        cmocka_unit_test(members_of_one_stored_name_share_a_placeholder),
        cmocka_unit_test(backquotes_mean_stored_names),
        cmocka_unit_test(below_what_is_not_known_names_are_as_they_are),
        cmocka_unit_test(unknown_members_are_told_with_their_column),
        cmocka_unit_test(errors_of_the_grammar_stay_what_they_are),
        cmocka_unit_test(values_of_comparisons_are_of_the_type_of_their_path),
        cmocka_unit_test(the_first_path_that_is_known_counts),
        cmocka_unit_test(beside_size_and_types_values_stay_as_they_are),
        cmocka_unit_test(values_of_predicates_are_parts_of_their_path),
        cmocka_unit_test(values_of_an_assignment_are_the_targets),
        cmocka_unit_test(values_that_do_not_fit_are_told_with_their_place),
        cmocka_unit_test(a_request_may_have_expressions_with_and_without_a_resolver),
        cmocka_unit_test(combined_conditions_can_be_resolved),
        cmocka_unit_test(survives_every_failing_allocation),
        cmocka_unit_test(a_resolver_without_memory_is_no_mistake_of_the_expression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
