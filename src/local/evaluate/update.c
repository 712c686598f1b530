/* Updates, compiled: what is refused of them, in the service's order. */
#include "local/evaluate/update.h"

static const char clauses[][8] = {"SET", "REMOVE", "ADD", "DELETE"};

static bool check_clauses(const dynox__checker *checker, const dynox__term *root)
{
    for (const dynox__term *clause = root->first; clause; clause = clause->next)
        for (const dynox__term *before = root->first; before != clause; before = before->next)
            if (before->word == clause->word)
                return dynox__check_refuse(checker, "The \"%s\" section can only be used once in an update expression;",
                                           clauses[clause->word - DYNOX__WORD_SET]);
    return true;
}

/* Types as messages about ADD and DELETE call them. */
static const char *long_name(const dynox_value *value)
{
    switch (value->type) {
    case DYNOX_S: return "STRING";
    case DYNOX_N: return "NUMBER";
    case DYNOX_B: return "BINARY";
    case DYNOX_NULL: return "NULL";
    case DYNOX_BOOL: return "BOOLEAN";
    case DYNOX_L: return "LIST";
    case DYNOX_M: return "MAP";
    default: return NULL;
    }
}

/* What ADD and DELETE are given. */
static bool check_given(const dynox__checker *checker, const dynox__term *root)
{
    for (const dynox__term *clause = root->first; clause; clause = clause->next) {
        bool add = clause->word == DYNOX__WORD_ADD;
        if (!add && clause->word != DYNOX__WORD_DELETE) continue;
        for (const dynox__term *action = clause->first; action; action = action->next) {
            const dynox_value *value = action->first->next->value;
            const char        *name  = long_name(value);
            if (name && !(add && value->type == DYNOX_N))
                return dynox__check_refuse(
                    checker, "Incorrect operand type for operator or function; operator: %s, operand type: %s",
                    clauses[clause->word - DYNOX__WORD_SET], name);
        }
    }
    return true;
}

/* Values whose type does not fit whatever the item is. */
static bool check_operands(const dynox__checker *checker, const dynox__term *term)
{
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (!check_operands(checker, operand)) return false;
    if (term->kind != DYNOX__TERM_MADE) return true;
    bool sum  = term->made == DYNOX__EXPR_PLUS || term->made == DYNOX__EXPR_MINUS;
    bool call = term->made == DYNOX__EXPR_CALL;
    if (call && !dynox__check_operands(checker, term)) return false;
    if (call && term->word == DYNOX__WORD_if_not_exists) return dynox__check_needs_path(checker, term);
    if (!sum && !call) return true;
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (operand->kind == DYNOX__TERM_VALUE && operand->value->type != (sum ? DYNOX_N : DYNOX_L))
            return dynox__check_wrong_type(checker, term, dynox__type_name(operand->value));
    return true;
}

bool dynox__update_add(dynox__update *update, dynox__update_part ***link, dynox__update_part action,
                       dynox__arena *arena, dynox__path_clash *overlap, dynox__path_clash *conflict)
{
    dynox__update_part *made = dynox__arena_alloc(arena, sizeof *made);
    if (!made) return false;
    *made       = action;
    made->index = update->count++;
    **link      = made;
    *link       = &made->next;
    if (!overlap) {
        dynox__branch *branch = dynox__branch_grow(&update->root, action.path->steps, arena);
        if (!branch) return false;
        branch->path   = action.path;
        branch->action = made;
        return true;
    }
    return dynox__branch_add(&update->root, action.path, made, arena, overlap, conflict);
}

static bool gather(const dynox__checker *checker, const dynox__term *root, dynox__update *update)
{
    dynox__path_clash    overlap = {0}, conflict = {0};
    dynox__update_part **link = &update->first;
    for (const dynox__term *clause = root->first; clause; clause = clause->next)
        for (const dynox__term *one = clause->first; one; one = one->next) {
            dynox__update_part action = {.clause = clause->word, .path = one->first, .value = one->first->next};
            if (!dynox__update_add(update, &link, action, checker->arena, &overlap, &conflict))
                return dynox__refuse_memory(checker->refusal);
        }
    return dynox__branch_check(checker, &overlap, &conflict);
}

dynox__update *dynox__update_compile(dynox__names *names, const char *text, size_t length, dynox__arena *arena,
                                     dynox__refusal *refusal)
{
    const dynox__checker checker = {"UpdateExpression", arena, refusal};
    bool                 redundant;
    dynox__term         *root   = dynox__terms_parse(names, &checker, DYNOX__EXPR_UPDATE, text, length, &redundant);
    dynox__update       *update = dynox__arena_alloc(arena, sizeof *update);
    if (!root) return NULL;
    if (!update) {
        dynox__refuse_memory(refusal);
        return NULL;
    }
    *update = (dynox__update){0};
    return dynox__check_operators(&checker, root) && dynox__check_reserved(&checker, root) &&
                   dynox__check_functions(&checker, root, true) && check_clauses(&checker, root) &&
                   dynox__check_defined(&checker, root, true, false) &&
                   dynox__check_defined(&checker, root, false, true) && gather(&checker, root, update) &&
                   check_given(&checker, root) && check_operands(&checker, root)
               ? update
               : NULL;
}

bool dynox__update_names(const dynox__update *update, bool (*each)(void *arg, const char *name, size_t length),
                         void                *arg)
{
    for (const dynox__branch *branch = update->root.first; branch; branch = branch->next)
        if (!each(arg, branch->step->name, branch->step->length)) return false;
    return true;
}

bool dynox__update_touched(const dynox__update *update, const dynox_item *item, dynox__arena *arena,
                           dynox_item *touched, dynox__refusal *refusal)
{
    return dynox__branch_pick(&update->root, item, arena, touched) || dynox__refuse_memory(refusal);
}
