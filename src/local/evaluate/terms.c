/* The engine's sink: what the parser reads becomes a tree of terms. Names and values are looked up at once; what is
 * wrong with them is told later, when it is their turn. */
#include "local/evaluate/terms.h"

typedef struct building {
    dynox__expr_parser    parser; /* first */
    dynox__names         *names;
    const dynox__checker *checker;
    dynox__term          *top; /* what has been made and belongs to nothing yet, the last one first */
    dynox__step           steps[DYNOX__PATH_STEPS]; /* of the path that is being read */
    size_t                step_count;               /* may be more: they are counted all the same */
} building;

static building *of_parser(dynox__expr_parser *parser)
{
    return (building *)parser;
}

static bool no_memory(const building *b)
{
    return dynox__refuse_memory(b->checker->refusal);
}

static dynox__term *new_term(dynox__arena *arena, dynox__term_kind kind)
{
    dynox__term *term = dynox__arena_alloc(arena, sizeof *term);
    if (term) *term = (dynox__term){.kind = kind};
    return term;
}

static void push(building *b, dynox__term *term)
{
    term->next = b->top;
    b->top     = term;
}

static bool add_step(building *b, dynox__step step)
{
    if (b->step_count < DYNOX__PATH_STEPS) b->steps[b->step_count] = step;
    b->step_count++;
    dynox__expr_advance(&b->parser);
    return true;
}

static bool name(dynox__expr_parser *parser, bool behind_dot)
{
    building    *b    = of_parser(parser);
    dynox__token at   = parser->token;
    dynox__step  step = {.name = at.start, .length = at.length, .written = {at.start, at.length}};
    if (!behind_dot) b->step_count = 0;
    if (at.kind == DYNOX__TOKEN_QUOTED) {
        const struct dynox__name_entry *entry = dynox__names_find(&b->names->names, at.start, at.length);
        step.name                             = entry ? entry->name.text : NULL;
        step.length                           = entry ? entry->name.length : 0;
    }
    return add_step(b, step);
}

static bool list_index(dynox__expr_parser *parser)
{
    building    *b      = of_parser(parser);
    dynox__token at     = parser->token;
    dynox__step  step   = {.is_index = true, .written = {at.start, at.length}};
    size_t       zeroes = strspn(at.start, "0");
    if (at.length > zeroes + 9 && zeroes < at.length)
        return dynox__check_refuse(b->checker, "List index is not within the allowable range; index: [%.*s]",
                                   (int)at.length, at.start);
    for (size_t i = 0; i < at.length; i++)
        step.index = step.index * 10 + (size_t)(at.start[i] - '0');
    return add_step(b, step);
}

static bool value(dynox__expr_parser *parser)
{
    building                       *b     = of_parser(parser);
    dynox__token                    at    = parser->token;
    const struct dynox__name_entry *entry = dynox__names_find(&b->names->values, at.start, at.length);
    dynox__term                    *term  = new_term(b->checker->arena, DYNOX__TERM_VALUE);
    if (!term) return no_memory(b);
    term->written = (dynox__expr_name){at.start, at.length};
    term->value   = entry ? entry->value : NULL;
    push(b, term);
    dynox__expr_advance(parser);
    return true;
}

static bool made_path(building *b)
{
    size_t       count = b->step_count;
    dynox__term *term  = new_term(b->checker->arena, DYNOX__TERM_PATH);
    if (count > DYNOX__PATH_STEPS)
        return dynox__check_refuse(b->checker, "The document path has too many nesting elements; nesting elements: %zu",
                                   count);
    if (!term) return no_memory(b);
    term->steps      = dynox__arena_alloc(b->checker->arena, count * sizeof *term->steps);
    term->step_count = count;
    if (!term->steps) return no_memory(b);
    memcpy(term->steps, b->steps, count * sizeof *term->steps);
    push(b, term);
    return true;
}

static bool made(dynox__expr_parser *parser, dynox__expr_made what, const dynox__token *of, size_t operands)
{
    building *b = of_parser(parser);
    if (what == DYNOX__EXPR_PATH) return made_path(b);
    dynox__term *term = new_term(b->checker->arena, DYNOX__TERM_MADE);
    if (!term) return no_memory(b);
    term->made  = what;
    term->count = operands;
    if (of) {
        term->word    = of->word;
        term->written = (dynox__expr_name){of->start, of->length};
    } else {
        const char *text = what == DYNOX__EXPR_BETWEEN ? "BETWEEN" : what == DYNOX__EXPR_PLUS ? "+" : "-";
        term->written    = (dynox__expr_name){text, strlen(text)};
    }
    /* They lie on top, the last one first: taking them off turns them round. */
    for (size_t i = 0; i < operands; i++) {
        dynox__term *operand = b->top;
        b->top               = operand->next;
        operand->next        = term->first;
        term->first          = operand;
    }
    push(b, term);
    return true;
}

/* What stands around the token that does not fit: from the one before it to the one behind it. */
static bool syntax_error(building *b)
{
    dynox__expr_parser *parser = &b->parser;
    dynox__token        bad = parser->token, next = {.start = parser->text};
    const char         *from = NULL, *before = NULL, *end = bad.start + bad.length;
    for (;;) {
        next = dynox__expr_service_token(next.start + next.length, parser->keywords);
        if (next.start >= bad.start || next.kind == DYNOX__TOKEN_END) break;
        before = from;
        from   = next.start;
    }
    if (bad.kind == DYNOX__TOKEN_END) {
        if (before) from = before;
        while (end > parser->text && strchr(" \t\r\n", end[-1]))
            end--;
    } else {
        next = dynox__expr_service_token(end, parser->keywords);
        end  = next.kind == DYNOX__TOKEN_END ? end : next.start + next.length;
    }
    if (!from) from = bad.start < end ? bad.start : end;
    return dynox__check_refuse(b->checker, "Syntax error; token: \"%.*s\", near: \"%.*s\"",
                               bad.kind == DYNOX__TOKEN_END ? 5 : (int)bad.length,
                               bad.kind == DYNOX__TOKEN_END ? "<EOF>" : bad.start, (int)(end - from), from);
}

static bool refuse(dynox__expr_parser *parser, const char *why)
{
    building *b = of_parser(parser);
    (void)why;
    if (parser->depth > DYNOX__EXPR_DEPTH)
        return dynox__check_refuse(b->checker, "The expression is nested too deeply; levels: %u", parser->depth);
    return syntax_error(b);
}

static const dynox__expr_sink growing = {.service  = true,
                                         .name     = name,
                                         .index    = list_index,
                                         .value    = value,
                                         .made     = made,
                                         .expected = refuse,
                                         .refuse   = refuse};

dynox__term *dynox__terms_parse(dynox__names *names, const dynox__checker *checker, dynox__expr_kind kind,
                                const char *text, size_t length, bool *redundant)
{
    dynox__expr_context unused = {0};
    building b = {.parser = {.sink = &growing, .kind = kind, .context = &unused}, .names = names, .checker = checker};
    names->expressions++;
    if (!length) {
        dynox__check_refuse(checker, "The expression can not be empty;");
        return NULL;
    }
    if (length > DYNOX__EXPR_BYTES) {
        dynox__check_refuse(checker, "Expression size has exceeded the maximum allowed size; expression size: %zu",
                            length);
        return NULL;
    }
    char *copy = dynox__arena_copy(checker->arena, text, length);
    if (!copy) {
        no_memory(&b);
        return NULL;
    }
    for (size_t i = 0; i < length; i++)
        if (!copy[i]) copy[i] = 1; /* a NUL ends nothing: it is a character that does not fit */
    b.parser.text = copy;
    if (!dynox__expr_parse(&b.parser)) return NULL;
    *redundant = b.parser.redundant;
    return b.top;
}

/* ---- by hand ---- */

dynox__term *dynox__term_name(dynox__arena *arena, const char *text, size_t length)
{
    dynox__term *term = new_term(arena, DYNOX__TERM_PATH);
    if (!term || !(term->steps = dynox__arena_alloc(arena, sizeof *term->steps))) return NULL;
    term->step_count = 1;
    term->steps[0]   = (dynox__step){.name = text, .length = length, .written = {text, length}};
    return term;
}

dynox__term *dynox__term_value(dynox__arena *arena, const dynox_value *given)
{
    dynox__term *term = new_term(arena, DYNOX__TERM_VALUE);
    if (term) term->value = given;
    return term;
}

dynox__term *dynox__term_made(dynox__arena *arena, dynox__expr_made what, const char *written, dynox__term *first)
{
    dynox__term *term = new_term(arena, DYNOX__TERM_MADE);
    if (!term) return NULL;
    term->made    = what;
    term->written = (dynox__expr_name){written, written ? strlen(written) : 0};
    term->first   = first;
    for (; first; first = first->next)
        term->count++;
    return term;
}

dynox__term *dynox__term_call(dynox__arena *arena, dynox__word word, dynox__term *first)
{
    dynox__term *term = dynox__term_made(arena, DYNOX__EXPR_CALL, NULL, first);
    if (term) term->word = word;
    return term;
}
