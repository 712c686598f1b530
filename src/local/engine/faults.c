/* Rules and whom they strike. */
#include "local/engine/faults.h"
#include "local/operation/operations.h"
#include "local/partiql/partiql.h"
#include "local/table/catalog.h"
#include "local/wire/values.h"
#include <string.h>

struct dynox__fault_rule {
    dynox__fault_rule    *next;
    dynox_local_fail_args is; /* its texts and its key are the rule's own */
    uint64_t              seen, struck;
};

uint64_t dynox__local_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z          = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z          = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void dynox__local_faults_init(dynox__local_faults *faults, uint64_t seed)
{
    pthread_mutex_init(&faults->lock, NULL);
    faults->random = seed ^ UINT64_C(0x6661756c7473); /* another course than that of the identifiers */
}

void dynox__local_faults_destroy(dynox__local_faults *faults)
{
    dynox__local_faults_clear(faults);
    pthread_mutex_destroy(&faults->lock);
}

/* ---- adding and clearing ---- */

static void rule_free(dynox__fault_rule *rule)
{
    dynox__free((char *)(uintptr_t)rule->is.operation);
    dynox__free((char *)(uintptr_t)rule->is.table);
    dynox__free((char *)(uintptr_t)rule->is.script);
    dynox_item_free((dynox_item *)(uintptr_t)rule->is.key);
    dynox__free(rule);
}

static dynox__fault_rule *rule_copy(const dynox_local_fail_args *given)
{
    dynox__fault_rule *rule = dynox__calloc(sizeof *rule);
    if (!rule) return NULL;
    rule->is           = *given;
    rule->is.operation = dynox__strdup(given->operation);
    rule->is.table     = dynox__strdup(given->table);
    rule->is.script    = dynox__strdup(given->script);
    rule->is.key       = dynox_item_copy(given->key);
    rule->is.error     = NULL;
    if (!rule->is.operation == !given->operation && !rule->is.table == !given->table &&
        !rule->is.script == !given->script && !rule->is.key == !given->key)
        return rule;
    rule_free(rule);
    return NULL;
}

static bool is_operation(const char *name)
{
    return dynox__local_operation_of(name, strlen(name), false) || dynox__local_operation_of(name, strlen(name), true);
}

/* Of which a part can come back as not processed. */
static bool is_batch(const char *operation)
{
    return strcmp(operation, "BatchWriteItem") == 0 || strcmp(operation, "BatchGetItem") == 0;
}

static dynox_status check(const dynox_local_fail_args *rule, dynox_error *error)
{
    if (rule->with < DYNOX_LOCAL_THROTTLE || rule->with > DYNOX_LOCAL_UNPROCESSED)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "a fault needs .with: there is no fault %d", (int)rule->with);
    if (!(rule->probability >= 0 && rule->probability <= 1))
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "the .probability of a fault is above 0 and at most 1");
    if ((rule->probability > 0) + (rule->nth > 0) + (rule->script != NULL) > 1)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "a fault has one of .probability, .nth and .script");
    if (rule->script && strspn(rule->script, ".x") != strlen(rule->script))
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "a .script of faults has only '.' and 'x' in it");
    if (rule->operation && !is_operation(rule->operation))
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "a fault of an .operation that there is not: %.64s",
                               rule->operation);
    if (rule->operation && rule->with == DYNOX_LOCAL_UNPROCESSED && !is_batch(rule->operation))
        return dynox_error_set(error, DYNOX_E_ARGUMENT,
                               "only BatchWriteItem and BatchGetItem have what can come back as not processed");
    return DYNOX_OK;
}

dynox_status dynox__local_faults_add(dynox__local_faults *faults, const dynox_local_fail_args *rule, dynox_error *error)
{
    dynox_status status = check(rule, error);
    if (status != DYNOX_OK) return status;
    dynox__fault_rule *copy = rule_copy(rule);
    if (!copy) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    pthread_mutex_lock(&faults->lock);
    if (faults->last)
        faults->last->next = copy;
    else
        faults->first = copy;
    faults->last = copy;
    atomic_store(&faults->any, true);
    pthread_mutex_unlock(&faults->lock);
    return DYNOX_OK;
}

void dynox__local_faults_clear(dynox__local_faults *faults)
{
    pthread_mutex_lock(&faults->lock);
    dynox__fault_rule *rule = faults->first;
    faults->first = faults->last = NULL;
    atomic_store(&faults->any, false);
    pthread_mutex_unlock(&faults->lock);
    while (rule) {
        dynox__fault_rule *next = rule->next;
        rule_free(rule);
        rule = next;
    }
}

/* ---- what a request is about ---- */

/* Has an object of attributes all of the key's, with equal values? */
static bool has_key(const dynox__tree *object, const dynox_item *key, dynox__arena *arena)
{
    for (size_t i = 0; i < key->count; i++) {
        dynox__refusal     ignored = {0};
        dynox_value        value;
        const dynox__tree *member = dynox__tree_member(object, key->attributes[i].name);
        if (!member || member->kind != DYNOX__TREE_OBJECT) return false;
        if (!dynox__values_read(member, arena, &value, &ignored)) return false;
        if (!dynox_value_equal(&value, &key->attributes[i].value)) return false;
    }
    return key->count > 0;
}

/* Anywhere in the request: as the key or the item of it, of a part of a batch, of an action. The depth of a tree is
 * bounded. */
static bool speaks_of_key(const dynox__tree *tree, const dynox_item *key, dynox__arena *arena)
{
    if (tree->kind == DYNOX__TREE_OBJECT && has_key(tree, key, arena)) return true;
    if (tree->kind != DYNOX__TREE_OBJECT && tree->kind != DYNOX__TREE_ARRAY) return false;
    for (const dynox__tree *child = tree->first; child; child = child->next)
        if (speaks_of_key(child, key, arena)) return true;
    return false;
}

static bool is_text(const char *text, size_t length, const char *wanted)
{
    return text && length == strlen(wanted) && memcmp(text, wanted, length) == 0;
}

/* By its name or by its ARN. */
static bool is_table(const char *text, size_t length, const char *wanted)
{
    dynox__tree given = {.kind = DYNOX__TREE_TEXT, .text = text, .length = length};
    const char *name;
    dynox__catalog_name(&given, &name, &length);
    return is_text(name, length, wanted);
}

static bool names_table(const dynox__tree *statement, const char *wanted)
{
    dynox__tree table;
    return dynox__partiql_table(statement, &table) && is_table(table.text, table.length, wanted);
}

/* As a TableName at whatever depth, as a member of RequestItems, or in a statement. */
static bool speaks_of_table(const dynox__tree *tree, const char *table)
{
    if (tree->kind != DYNOX__TREE_OBJECT && tree->kind != DYNOX__TREE_ARRAY) return false;
    bool by_table = is_text(tree->name, tree->name_length, "RequestItems");
    for (const dynox__tree *child = tree->first; child; child = child->next) {
        if (by_table && is_table(child->name, child->name_length, table)) return true;
        if (child->kind == DYNOX__TREE_TEXT && is_text(child->name, child->name_length, "TableName") &&
            is_table(child->text, child->length, table))
            return true;
        if (child->kind == DYNOX__TREE_TEXT && is_text(child->name, child->name_length, "Statement") &&
            names_table(child, table))
            return true;
        if (speaks_of_table(child, table)) return true;
    }
    return false;
}

static bool speaks_of(const dynox__tree *tree, const dynox_local_fail_args *rule, dynox__arena *arena)
{
    return (!rule->table || speaks_of_table(tree, rule->table)) &&
           (!rule->key || speaks_of_key(tree, rule->key, arena));
}

static size_t first_action(const dynox__tree *request, const dynox_local_fail_args *rule, dynox__arena *arena)
{
    size_t             at    = 0;
    const dynox__tree *items = dynox__tree_member(request, "TransactItems");
    if (!items) items = dynox__tree_member(request, "TransactStatements");
    for (const dynox__tree *item = items ? items->first : NULL; item; item = item->next, at++)
        if (speaks_of(item, rule, arena)) return at;
    return 0;
}

/* ---- whom they strike ---- */

static bool strikes(dynox__fault_rule *rule, uint64_t *random)
{
    const dynox_local_fail_args *is    = &rule->is;
    uint64_t                     at    = ++rule->seen; /* this is the at-th one */
    uint64_t                     times = is->times ? is->times : is->nth ? 1 : UINT64_MAX;
    bool                         hit   = true;
    if (is->probability > 0) hit = (double)(dynox__local_next(random) >> 11) * 0x1p-53 < is->probability;
    if (is->nth) hit = at >= is->nth;
    if (is->script) hit = at <= strlen(is->script) && is->script[at - 1] == 'x';
    if (!hit || rule->struck >= times) return false;
    rule->struck++;
    return true;
}

dynox__fault dynox__local_faults_of(dynox__local_faults *faults, const char *operation, const dynox__tree *request,
                                    dynox__arena *arena)
{
    dynox__fault fault = {0};
    if (!atomic_load_explicit(&faults->any, memory_order_relaxed)) return fault;
    pthread_mutex_lock(&faults->lock);
    for (dynox__fault_rule *rule = faults->first; rule; rule = rule->next) {
        const dynox_local_fail_args *is = &rule->is;
        if (is->operation && strcmp(is->operation, operation) != 0) continue;
        if (is->with == DYNOX_LOCAL_UNPROCESSED && !is_batch(operation)) continue;
        if (!speaks_of(request, is, arena) || !strikes(rule, &faults->random)) continue;
        if (is->delay_ms > UINT32_MAX - fault.delay_ms)
            fault.delay_ms = UINT32_MAX;
        else
            fault.delay_ms += is->delay_ms;
        if (fault.what || is->with == DYNOX_LOCAL_DELAY) continue;
        fault.what   = is->with;
        fault.bytes  = is->bytes;
        fault.items  = is->items;
        fault.action = first_action(request, is, arena);
    }
    pthread_mutex_unlock(&faults->lock);
    return fault;
}
