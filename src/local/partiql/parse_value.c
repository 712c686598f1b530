/* Values in statements: literals and ?. They become what a request would have had in their place, a tree, and are
 * checked as that. */
#include "local/partiql/parser.h"
#include "local/wire/values.h"

enum { NESTED = 64 }; /* the service's own limit is lower, and told by the check */

static dynox__tree *new_tree(dynox__partiql_parser *parser, dynox__tree_kind kind)
{
    dynox__tree *tree = dynox__partiql_made(parser, dynox__arena_alloc(parser->arena, sizeof *tree));
    if (tree) *tree = (dynox__tree){.kind = kind};
    return tree;
}

static dynox__tree *new_text(dynox__partiql_parser *parser, const char *text, size_t length)
{
    dynox__tree *tree = new_tree(parser, DYNOX__TREE_TEXT);
    if (!tree) return NULL;
    tree->text   = text;
    tree->length = length;
    return tree;
}

/* {"TYPE": content}; NULL where there is no content. */
static dynox__tree *of_type(dynox__partiql_parser *parser, const char *type, dynox__tree *content)
{
    dynox__tree *value = content ? new_tree(parser, DYNOX__TREE_OBJECT) : NULL;
    if (!value) return NULL;
    content->name        = type;
    content->name_length = (uint32_t)strlen(type);
    value->first         = content;
    value->count         = 1;
    return value;
}

static void append(dynox__tree *to, dynox__tree **last, dynox__tree *child)
{
    if (*last)
        (*last)->next = child;
    else
        to->first = child;
    *last = child;
    to->count++;
}

/* `levels`: how many it is inside of. */
static dynox__tree *value(dynox__partiql_parser *parser, unsigned levels);

static dynox__tree *number(dynox__partiql_parser *parser)
{
    bool   minus = dynox__partiql_takes_sign(parser, "-");
    size_t length;
    if (!minus) dynox__partiql_takes_sign(parser, "+");
    if (parser->lexeme.kind != DYNOX__LEXEME_NUMBER) {
        dynox__partiql_unexpected(parser, "number");
        return NULL;
    }
    length     = parser->lexeme.length + minus;
    char *text = dynox__partiql_made(parser, dynox__arena_alloc(parser->arena, length + 1));
    if (!text) return NULL;
    text[0] = '-';
    memcpy(text + minus, parser->lexeme.start, parser->lexeme.length);
    text[length] = 0;
    dynox__partiql_advance(parser);
    return of_type(parser, "N", new_text(parser, text, length));
}

static dynox__tree *text(dynox__partiql_parser *parser)
{
    size_t      length;
    const char *content = dynox__partiql_made(parser, dynox__lexeme_content(&parser->lexeme, parser->arena, &length));
    dynox__partiql_advance(parser);
    return content ? of_type(parser, "S", new_text(parser, content, length)) : NULL;
}

static dynox__tree *constant(dynox__partiql_parser *parser)
{
    if (dynox__partiql_takes_word(parser, "NULL")) return of_type(parser, "NULL", new_tree(parser, DYNOX__TREE_TRUE));
    bool is_true = dynox__partiql_takes_word(parser, "TRUE");
    if (!is_true) dynox__partiql_needs_word(parser, "FALSE");
    return of_type(parser, "BOOL", new_tree(parser, is_true ? DYNOX__TREE_TRUE : DYNOX__TREE_FALSE));
}

/* The parameter whose turn it is; one too many is told at the end, by their count. */
static dynox__tree *place(dynox__partiql_parser *parser)
{
    dynox__partiql_advance(parser);
    parser->places++;
    if (!parser->parameter) return of_type(parser, "NULL", new_tree(parser, DYNOX__TREE_TRUE));
    dynox__tree *copy = new_tree(parser, DYNOX__TREE_NULL);
    if (!copy) return NULL;
    *copy             = *parser->parameter;
    copy->next        = NULL;
    parser->parameter = parser->parameter->next;
    return copy;
}

/* [..] */
static dynox__tree *list(dynox__partiql_parser *parser, unsigned levels)
{
    dynox__tree *elements = new_tree(parser, DYNOX__TREE_ARRAY), *last = NULL;
    dynox__partiql_advance(parser);
    if (!elements) return NULL;
    if (dynox__partiql_takes_sign(parser, "]")) return of_type(parser, "L", elements);
    do {
        dynox__tree *element = value(parser, levels + 1);
        if (!element) return NULL;
        append(elements, &last, element);
    } while (dynox__partiql_takes_sign(parser, ","));
    return dynox__partiql_needs_sign(parser, "]") ? of_type(parser, "L", elements) : NULL;
}

/* {'name': value, ..} */
static dynox__tree *map(dynox__partiql_parser *parser, unsigned levels)
{
    dynox__tree *members = new_tree(parser, DYNOX__TREE_OBJECT), *last = NULL;
    dynox__partiql_advance(parser);
    if (!members) return NULL;
    if (dynox__partiql_takes_sign(parser, "}")) return of_type(parser, "M", members);
    do {
        size_t      length = 0;
        const char *name;
        if (parser->lexeme.kind != DYNOX__LEXEME_TEXT) {
            dynox__partiql_unexpected(parser, "name in single quotes");
            return NULL;
        }
        name = dynox__lexeme_content(&parser->lexeme, parser->arena, &length);
        if (!name) return dynox__partiql_made(parser, NULL);
        dynox__partiql_advance(parser);
        dynox__tree *member = dynox__partiql_needs_sign(parser, ":") ? value(parser, levels + 1) : NULL;
        if (!member) return NULL;
        member->name        = name;
        member->name_length = (uint32_t)length;
        append(members, &last, member);
    } while (dynox__partiql_takes_sign(parser, ","));
    return dynox__partiql_needs_sign(parser, "}") ? of_type(parser, "M", members) : NULL;
}

/* What a set has of {"S": text}: the text, without the name. */
static dynox__tree *member_of(dynox__partiql_parser *parser, const dynox__tree *element, const char **type)
{
    const dynox__tree *content = element->first;
    bool fits = element->kind == DYNOX__TREE_OBJECT && element->count == 1 && content->kind == DYNOX__TREE_TEXT;
    if (!fits || content->name_length != 1 || (*type && **type != content->name[0])) {
        dynox__partiql_refuse(parser, "A set has members of one type: strings, numbers or binaries");
        return NULL;
    }
    *type = content->name;
    return new_text(parser, content->text, content->length);
}

/* <<..>> */
static dynox__tree *set(dynox__partiql_parser *parser, unsigned levels)
{
    dynox__tree *members = new_tree(parser, DYNOX__TREE_ARRAY), *last = NULL;
    const char  *type = NULL;
    dynox__partiql_advance(parser);
    if (!members) return NULL;
    if (dynox__partiql_takes_sign(parser, ">>")) return of_type(parser, "SS", members); /* refused: it is empty */
    do {
        dynox__tree *element = value(parser, levels + 1), *member = element ? member_of(parser, element, &type) : NULL;
        if (!member) return NULL;
        append(members, &last, member);
    } while (dynox__partiql_takes_sign(parser, ","));
    if (!dynox__partiql_needs_sign(parser, ">>")) return NULL;
    return of_type(parser, *type == 'S' ? "SS" : *type == 'N' ? "NS" : "BS", members);
}

bool dynox__partiql_at_value(const dynox__partiql_parser *parser)
{
    static const char *const signs[] = {"?", "-", "+", "[", "{", "<<"}, *const words[] = {"NULL", "TRUE", "FALSE"};
    if (parser->lexeme.kind == DYNOX__LEXEME_TEXT || parser->lexeme.kind == DYNOX__LEXEME_NUMBER) return true;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (dynox__partiql_at_sign(parser, signs[i])) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (dynox__partiql_at_word(parser, words[i])) return true;
    return false;
}

static dynox__tree *value(dynox__partiql_parser *parser, unsigned levels)
{
    if (!dynox__partiql_at_value(parser)) {
        dynox__partiql_unexpected(parser, "value");
        return NULL;
    }
    if (parser->lexeme.kind == DYNOX__LEXEME_TEXT) return text(parser);
    if (parser->lexeme.kind == DYNOX__LEXEME_WORD) return constant(parser);
    if (dynox__partiql_at_sign(parser, "?")) return place(parser);
    bool is_list = dynox__partiql_at_sign(parser, "["), is_map = dynox__partiql_at_sign(parser, "{");
    if (!is_list && !is_map && !dynox__partiql_at_sign(parser, "<<")) return number(parser);
    if (levels > NESTED) {
        dynox__partiql_refuse(parser, "Values are nested too deeply");
        return NULL;
    }
    return is_list ? list(parser, levels) : is_map ? map(parser, levels) : set(parser, levels);
}

const dynox_value *dynox__partiql_value(dynox__partiql_parser *parser)
{
    dynox__tree *tree  = value(parser, 0);
    dynox_value *given = tree ? dynox__partiql_made(parser, dynox__arena_alloc(parser->arena, sizeof *given)) : NULL;
    return given && dynox__values_read(tree, parser->arena, given, parser->refusal) ? given : NULL;
}
