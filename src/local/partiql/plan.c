/* What WHERE means for a table: which of its parts fix the key or a range of it, and what is left as a condition. */
#include "local/evaluate/terms.h"
#include "local/partiql/partiql.h"
#include "local/wire/values.h"

/* What stands between the ANDs of WHERE. */
typedef struct parts {
    dynox__term **at;
    size_t        count;
} parts;

static bool is_made(const dynox__term *term, dynox__expr_made what)
{
    return term->kind == DYNOX__TERM_MADE && term->made == what;
}

static size_t count_parts(const dynox__term *term)
{
    if (!is_made(term, DYNOX__EXPR_ALL)) return 1;
    size_t count = 0;
    for (const dynox__term *one = term->first; one; one = one->next)
        count += count_parts(one);
    return count;
}

static void gather(dynox__term *term, parts *to)
{
    if (!is_made(term, DYNOX__EXPR_ALL)) {
        to->at[to->count++] = term;
        return;
    }
    for (dynox__term *one = term->first; one; one = one->next)
        gather(one, to);
}

static bool take_apart(const dynox__partiql *statement, dynox__arena *arena, parts *to, dynox__refusal *refusal)
{
    size_t count = statement->where ? count_parts(statement->where) : 0;
    *to          = (parts){.at = dynox__arena_alloc(arena, (count + 1) * sizeof *to->at)}; /* one more may be added */
    if (!to->at) return dynox__refuse_memory(refusal);
    if (statement->where) gather(statement->where, to);
    return true;
}

/* Those that are not used up, joined by AND. */
static bool join(const parts *left, dynox__arena *arena, dynox__condition **rest, dynox__refusal *refusal)
{
    dynox__term *first = NULL, **link = &first;
    for (size_t i = 0; i < left->count; i++) {
        if (!left->at[i]) continue;
        left->at[i]->next = NULL;
        *link             = left->at[i];
        link              = &left->at[i]->next;
    }
    *rest = NULL;
    if (!first) return true;
    if (first->next) first = dynox__term_made(arena, DYNOX__EXPR_ALL, NULL, first);
    if (!first) return dynox__refuse_memory(refusal);
    *rest = dynox__condition_of(first, arena, refusal);
    return *rest;
}

static bool names(const dynox__term *path, const dynox__key_part *part)
{
    return path->kind == DYNOX__TERM_PATH && path->step_count == 1 && path->steps[0].length == part->length &&
           memcmp(path->steps[0].name, part->name, part->length) == 0;
}

/* The value that an equality gives the attribute, whichever stands first; NULL: it is none such. */
static const dynox_value *equality(const dynox__term *term, const dynox__key_part *part)
{
    if (!is_made(term, DYNOX__EXPR_COMPARISON) || term->written.text[0] != '=') return NULL;
    const dynox__term *a = term->first, *b = a->next;
    if (names(a, part) && b->kind == DYNOX__TERM_VALUE) return b->value;
    return names(b, part) && a->kind == DYNOX__TERM_VALUE ? a->value : NULL;
}

static const dynox_value *find_equality(const dynox__term *term, const dynox__key_part *part)
{
    if (!is_made(term, DYNOX__EXPR_ALL)) return equality(term, part);
    for (const dynox__term *one = term->first; one; one = one->next) {
        const dynox_value *found = find_equality(one, part);
        if (found) return found;
    }
    return NULL;
}

static const dynox__key_part *part_of(const dynox__key_schema *key, unsigned i)
{
    return i < key->partition_count ? &key->partition[i] : &key->sort[i - key->partition_count];
}

bool dynox__partiql_has_key(const dynox__partiql *statement, const dynox__key_schema *key)
{
    for (unsigned i = 0; i < key->partition_count + key->sort_count; i++)
        if (!statement->where || !find_equality(statement->where, part_of(key, i))) return false;
    return true;
}

/* Uses up the first equality for the attribute. */
static const dynox_value *take_equality(parts *from, const dynox__key_part *part)
{
    for (size_t i = 0; i < from->count; i++) {
        const dynox_value *value = from->at[i] ? equality(from->at[i], part) : NULL;
        if (!value) continue;
        from->at[i] = NULL;
        return value;
    }
    return NULL;
}

/* attribute_exists or attribute_not_exists of the partition key. */
static dynox__term *about_item(const dynox__key_schema *key, dynox__word word, dynox__arena *arena,
                               dynox__refusal *refusal)
{
    dynox__term *path = dynox__term_name(arena, key->partition[0].name, key->partition[0].length);
    dynox__term *term = path ? dynox__term_call(arena, word, path) : NULL;
    if (!term) dynox__refuse_memory(refusal);
    return term;
}

bool dynox__partiql_key(const dynox__partiql *statement, const dynox__key_schema *key, bool exists, dynox__arena *arena,
                        dynox_item *item, dynox__condition **rest, dynox__refusal *refusal)
{
    parts              all;
    unsigned           count      = key->partition_count + key->sort_count;
    dynox_named_value *attributes = dynox__arena_alloc(arena, count * sizeof *attributes);
    if (!attributes) return dynox__refuse_memory(refusal);
    if (!take_apart(statement, arena, &all, refusal)) return false;
    for (unsigned i = 0; i < count; i++) {
        const dynox__key_part *part  = part_of(key, i);
        const dynox_value     *value = take_equality(&all, part);
        if (!value)
            return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                                 "Where clause does not contain a mandatory equality on all key attributes");
        attributes[i] = (dynox_named_value){part->name, part->length, 0, *value};
    }
    *item = dynox_item_of(attributes, count);
    if (exists) {
        all.at[all.count] = about_item(key, DYNOX__WORD_attribute_exists, arena, refusal);
        if (!all.at[all.count++]) return false;
    }
    return join(&all, arena, rest, refusal);
}

dynox__condition *dynox__partiql_absent(const dynox__key_schema *key, dynox__arena *arena, dynox__refusal *refusal)
{
    const dynox__term *term = about_item(key, DYNOX__WORD_attribute_not_exists, arena, refusal);
    return term ? dynox__condition_of(term, arena, refusal) : NULL;
}

/* ---- ranges ---- */

static dynox__key_operator comparison_of(const dynox__term *term)
{
    const char *sign  = term->written.text;
    bool        equal = term->written.length == 2;
    if (sign[0] == '<') return equal ? DYNOX__KEY_LESS_EQUAL : DYNOX__KEY_LESS;
    return equal ? DYNOX__KEY_GREATER_EQUAL : DYNOX__KEY_GREATER;
}

/* What can be a range: path < value, path BETWEEN value AND value, begins_with(path, value). */
static bool range_of(const dynox__term *term, const dynox__key_part *part, dynox__key_term *range)
{
    if (term->kind != DYNOX__TERM_MADE || !term->first || !names(term->first, part)) return false;
    const dynox__term *low = term->first->next, *high = low ? low->next : NULL;
    if (!low || low->kind != DYNOX__TERM_VALUE) return false;
    *range = (dynox__key_term){.name = part->name, .length = part->length, .operand = {*low->value}};
    if (is_made(term, DYNOX__EXPR_BETWEEN) && high->kind == DYNOX__TERM_VALUE) {
        range->operator= DYNOX__KEY_BETWEEN;
        range->operand[1] = *high->value;
        return true;
    }
    if (is_made(term, DYNOX__EXPR_CALL) && term->word == DYNOX__WORD_begins_with && part->type != DYNOX_N) {
        range->operator= DYNOX__KEY_BEGINS_WITH;
        return true;
    }
    if (!is_made(term, DYNOX__EXPR_COMPARISON) || term->written.text[0] == '=') return false;
    if (term->written.length == 2 && term->written.text[1] == '>') return false;
    range->operator= comparison_of(term);
    return true;
}

/* Uses up the first range for the attribute. */
static bool take_range(parts *from, const dynox__key_part *part, dynox__key_term *range)
{
    for (size_t i = 0; i < from->count; i++) {
        if (!from->at[i] || !range_of(from->at[i], part, range)) continue;
        from->at[i] = NULL;
        return true;
    }
    return false;
}

static void add_equality(dynox__key_terms *terms, const dynox__key_part *part, const dynox_value *value)
{
    terms->at[terms->count++] =
        (dynox__key_term){.name = part->name, .length = part->length, .operator= DYNOX__KEY_EQUAL, .operand = {*value}};
}

/* The attribute = value, or IN (values), or those joined by OR: how many values, and where there is room, which. 0: it
 * is something else. */
static size_t alternatives(const dynox__term *term, const dynox__key_part *part, dynox_value *values)
{
    size_t             count = 0;
    const dynox_value *value = equality(term, part);
    if (value) {
        if (values) *values = *value;
        return 1;
    }
    bool in = is_made(term, DYNOX__EXPR_IN) && names(term->first, part);
    if (!in && !is_made(term, DYNOX__EXPR_ANY)) return 0;
    for (const dynox__term *one = in ? term->first->next : term->first; one; one = one->next) {
        const dynox_value *given = in && one->kind == DYNOX__TERM_VALUE ? one->value : NULL;
        size_t             more  = in ? given != NULL : alternatives(one, part, values ? values + count : NULL);
        if (!more) return 0;
        if (given && values) values[count] = *given;
        count += more;
    }
    return count;
}

static size_t without_doubles(dynox_value *values, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_new = true;
        for (size_t j = 0; j < left && is_new; j++)
            is_new = !dynox__values_equal(&values[i], &values[j]);
        if (is_new) values[left++] = values[i];
    }
    return left;
}

/* Uses up the first part that leaves a choice of partitions. */
static bool take_partitions(parts *from, const dynox__key_part *part, dynox__arena *arena, dynox__partiql_range *range,
                            dynox__refusal *refusal)
{
    for (size_t i = 0; i < from->count; i++) {
        size_t count = alternatives(from->at[i], part, NULL);
        if (!count || count > DYNOX__EXPR_IN_OPERANDS) continue;
        range->partitions = dynox__arena_alloc(arena, count * sizeof *range->partitions);
        if (!range->partitions) return dynox__refuse_memory(refusal);
        alternatives(from->at[i], part, range->partitions);
        range->partition_count = without_doubles(range->partitions, count);
        add_equality(&range->terms, part, &range->partitions[0]);
        from->at[i] = NULL;
        return true;
    }
    return true;
}

bool dynox__partiql_range_of(const dynox__partiql *statement, const dynox__key_schema *key, dynox__arena *arena,
                             dynox__partiql_range *range, dynox__refusal *refusal)
{
    parts             all;
    dynox__key_terms *terms = &range->terms;
    unsigned          fixed = 0;
    *range                  = (dynox__partiql_range){0};
    if (!take_apart(statement, arena, &all, refusal)) return false;
    while (fixed < key->partition_count && statement->where && find_equality(statement->where, &key->partition[fixed]))
        fixed++;
    for (unsigned i = 0; fixed == key->partition_count && i < fixed; i++)
        add_equality(terms, &key->partition[i], take_equality(&all, &key->partition[i]));
    if (!fixed && key->partition_count == 1 && !take_partitions(&all, &key->partition[0], arena, range, refusal))
        return false;
    for (unsigned i = 0; terms->count && i < key->sort_count; i++) {
        const dynox_value *value = take_equality(&all, &key->sort[i]);
        if (value) {
            add_equality(terms, &key->sort[i], value);
            continue;
        }
        if (take_range(&all, &key->sort[i], &terms->at[terms->count])) terms->count++;
        break;
    }
    return join(&all, arena, &range->rest, refusal);
}
