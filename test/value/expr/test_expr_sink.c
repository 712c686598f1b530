/* The parser of expressions with another sink and in the service's dialect: what it tells, and in which order. */
#include "support.h"
#include "value/expr/expr_parse.h"

static dynox__buffer       told;
static dynox__expr_context unused;

static void tell(const dynox__token *token)
{
    dynox__buffer_add(&told, token->start, token->length);
    DYNOX__BUFFER_LITERAL(&told, " ");
}

static bool name(dynox__expr_parser *parser, bool behind_dot)
{
    if (behind_dot) DYNOX__BUFFER_LITERAL(&told, ".");
    tell(&parser->token);
    dynox__expr_advance(parser);
    return true;
}

static bool token(dynox__expr_parser *parser)
{
    tell(&parser->token);
    dynox__expr_advance(parser);
    return true;
}

static bool made(dynox__expr_parser *parser, dynox__expr_made what, const dynox__token *of, size_t operands)
{
    static const char *const names[] = {
        [DYNOX__EXPR_PATH] = "path",       [DYNOX__EXPR_CALL] = "call",     [DYNOX__EXPR_COMPARISON] = "comparison",
        [DYNOX__EXPR_BETWEEN] = "between", [DYNOX__EXPR_IN] = "in",         [DYNOX__EXPR_NOT] = "not",
        [DYNOX__EXPR_ALL] = "all",         [DYNOX__EXPR_ANY] = "any",       [DYNOX__EXPR_PLUS] = "plus",
        [DYNOX__EXPR_MINUS] = "minus",     [DYNOX__EXPR_ACTION] = "action", [DYNOX__EXPR_CLAUSE] = "clause",
        [DYNOX__EXPR_LIST] = "list"};
    (void)parser;
    dynox__buffer_format(&told, "%s%zu", names[what], operands);
    if (of) dynox__buffer_format(&told, "(%.*s)", (int)of->length, of->start);
    DYNOX__BUFFER_LITERAL(&told, " ");
    return true;
}

static bool refuse(dynox__expr_parser *parser, const char *why)
{
    (void)why;
    dynox__buffer_format(&told, "refused at '%s'", parser->token.start);
    return false;
}

static const dynox__expr_sink telling = {
    .service = true, .name = name, .index = token, .value = token, .made = made, .expected = refuse, .refuse = refuse};

static void tells(dynox__expr_kind kind, const char *text, const char *expected)
{
    dynox__expr_parser parser = {.sink = &telling, .text = text, .kind = kind, .context = &unused};
    told                      = (dynox__buffer){0};
    bool whole                = dynox__expr_parse(&parser);
    dynox__buffer_byte(&told, 0);
    assert_string_equal(told.data, expected);
    assert_int_equal(whole, strstr(expected, "refused") == NULL);
    dynox__buffer_free(&told);
}

static void conditions_by_precedence(void **state)
{
    (void)state;
    tells(DYNOX__EXPR_CONDITION, "a = :v OR NOT b.c[2] < #n AND size(d) > :w",
          "a path0 :v comparison2(=) b .c 2 path0 #n path0 comparison2(<) not1 d path0 call1(size) :w comparison2(>) "
          "all2 "
          "any2 ");
    tells(DYNOX__EXPR_CONDITION, "(a) BETWEEN :v AND :w AND a IN (b, :x)",
          "a path0 :v :w between3 a path0 b path0 :x in3 all2 ");
    tells(DYNOX__EXPR_FILTER, "foo(a, (:b))", "a path0 :b call2(foo) ");
}

static void updates_by_clause(void **state)
{
    (void)state;
    tells(DYNOX__EXPR_UPDATE, "SET a = b + :v, c = :w REMOVE and[1] ADD size :x",
          "a path0 b path0 :v plus2 action2 c path0 :w action2 clause2(SET) and 1 path0 action1 clause1(REMOVE) size "
          "path0 "
          ":x action2 clause1(ADD) list3 ");
    tells(DYNOX__EXPR_UPDATE, "SET a = b SET c = d",
          "a path0 b path0 action2 clause1(SET) c path0 d path0 action2 clause1(SET) list2 ");
}

static void each_grammar_has_keywords_of_its_own(void **state)
{
    (void)state;
    tells(DYNOX__EXPR_PROJECTION, "and, set.in", "and path0 set .in path0 list2 ");
    tells(DYNOX__EXPR_CONDITION, "set = :v", "set path0 :v comparison2(=) ");
    tells(DYNOX__EXPR_CONDITION, "and = :v", "refused at 'and = :v'");
    tells(DYNOX__EXPR_UPDATE, "REMOVE add", "refused at 'add'");
}

static void what_the_client_s_dialect_has_is_refused(void **state)
{
    (void)state;
    tells(DYNOX__EXPR_CONDITION, "a = ?", "a path0 refused at '?'");
    tells(DYNOX__EXPR_CONDITION, "`a` = :v", "refused at '`a` = :v'");
    tells(DYNOX__EXPR_CONDITION, "a$ = :v", "a path0 refused at '$ = :v'");
    tells(DYNOX__EXPR_CONDITION, "# = :v", "refused at '# = :v'");
    tells(DYNOX__EXPR_CONDITION, "a", "a path0 refused at ''");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_by_precedence),
        cmocka_unit_test(updates_by_clause),
        cmocka_unit_test(each_grammar_has_keywords_of_its_own),
        cmocka_unit_test(what_the_client_s_dialect_has_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
