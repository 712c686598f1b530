/* Reading requests of every family with the decoder of answers: its tables know what is in which member. */
#include "observe/request_view.h"
#include "base/alloc.h"
#include "value/json/decode_reader.h"
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- parts ---- */

static bool add_part(dynox__request_view *view, const dynox__view_part *part)
{
    if (view->part_count == view->part_room) {
        size_t room = view->part_room ? 2 * view->part_room : 4;
        void  *more = dynox__realloc_array(view->parts, room, sizeof *view->parts);
        if (!more) return !(view->failed = true);
        view->parts     = more;
        view->part_room = room;
    }
    view->parts[view->part_count++] = *part;
    return true;
}

/* A write of a batch or a transaction, or a read of the latter: whichever of the members is there. */
typedef struct action {
    dynox__request_view *view;
    const char          *table; /* of a batch */
} action;

static uint8_t *read_boolean(dynox__reader *reader, uint8_t *p, void *to)
{
    *(bool *)to = *p == 't';
    return dynox__skip_value(reader, p, 1);
}

typedef struct body {
    const char       *table;
    const dynox_item *item, *key;
} action_body;

static uint8_t *read_action(dynox__reader *reader, uint8_t *p, const action *self, dynox__part_kind kind)
{
    static const dynox__field fields[] = {DYNOX__FIELD("TableName", TEXT, action_body, table),
                                          DYNOX__FIELD("Item", ITEM, action_body, item),
                                          DYNOX__FIELD("Key", ITEM, action_body, key)};
    action_body               found    = {0};
    p                                  = dynox__read_object(reader, p, fields, COUNT(fields), &found);
    if (!p) return NULL;
    const dynox__view_part part = {
        .table = found.table ? found.table : self->table, .item = found.item ? found.item : found.key, .kind = kind};
    return add_part(self->view, &part) ? p : dynox__reader_no_memory(reader, p);
}

static bool kind_of_member(const char *name, dynox__part_kind *kind)
{
    static const struct {
        const char      *name;
        dynox__part_kind kind;
    } known[] = {{"Put", DYNOX__PART_PUT},
                 {"Get", DYNOX__PART_GET},
                 {"Update", DYNOX__PART_UPDATE},
                 {"Delete", DYNOX__PART_DELETE},
                 {"ConditionCheck", DYNOX__PART_CHECK},
                 {"PutRequest", DYNOX__PART_PUT},
                 {"DeleteRequest", DYNOX__PART_DELETE}};
    for (size_t i = 0; i < COUNT(known); i++) {
        if (strcmp(known[i].name, name) != 0) continue;
        *kind = known[i].kind;
        return true;
    }
    return false;
}

/* {"Put": {...}} */
static uint8_t *read_wrapped(dynox__reader *reader, uint8_t *p, const action *self)
{
    bool more;
    p = dynox__first_element(reader, p, '{', '}', &more);
    while (p && more) {
        char            *name;
        uint32_t         length;
        dynox__part_kind kind;
        p = dynox__read_name(reader, p, &name, &length);
        if (!p) return NULL;
        p = kind_of_member(name, &kind) ? read_action(reader, p, self, kind) : dynox__skip_value(reader, p, 1);
        if (p) p = dynox__next_element(reader, p, '}', &more);
    }
    return p;
}

static uint8_t *read_actions(dynox__reader *reader, uint8_t *p, const action *self)
{
    bool more;
    p = dynox__first_element(reader, p, '[', ']', &more);
    while (p && more) {
        p = read_wrapped(reader, p, self);
        if (p) p = dynox__next_element(reader, p, ']', &more);
    }
    return p;
}

/* Of BatchGetItem: what is asked for of one table. */
typedef struct keys {
    dynox__items keys;
    bool         consistent;
} keys;

static uint8_t *read_keys(dynox__reader *reader, uint8_t *p, const action *self)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Keys", ITEMS, keys, keys),
                                          {"ConsistentRead", 14, read_boolean, offsetof(keys, consistent)}};
    keys                      found    = {.consistent = false};
    p                                  = dynox__read_object(reader, p, fields, COUNT(fields), &found);
    for (size_t i = 0; p && i < found.keys.count; i++) {
        const dynox__view_part part = {.table      = self->table,
                                       .item       = &found.keys.items[i],
                                       .kind       = DYNOX__PART_GET,
                                       .consistent = found.consistent};
        if (!add_part(self->view, &part)) return dynox__reader_no_memory(reader, p);
    }
    return p;
}

/* {"table": [...] or {"Keys": [...]}} */
static uint8_t *read_request_items(dynox__reader *reader, uint8_t *p, void *to)
{
    action self = {.view = to};
    bool   more;
    p = dynox__first_element(reader, p, '{', '}', &more);
    while (p && more) {
        char    *name;
        uint32_t length;
        p = dynox__read_name(reader, p, &name, &length);
        if (!p) return NULL;
        self.table = name;
        p          = *p == '[' ? read_actions(reader, p, &self) : read_keys(reader, p, &self);
        if (p) p = dynox__next_element(reader, p, '}', &more);
    }
    return p;
}

static uint8_t *read_transact_items(dynox__reader *reader, uint8_t *p, void *to)
{
    const action self      = {.view = to};
    self.view->transaction = true;
    return read_actions(reader, p, &self);
}

/* ---- the rest of it ---- */

static uint8_t *read_names(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__request_view *view = to;
    size_t               base = reader->used;
    bool                 more;
    p = dynox__first_element(reader, p, '{', '}', &more);
    while (p && more) {
        dynox__view_name one = {0};
        char            *placeholder;
        uint32_t         length;
        p = dynox__read_name(reader, p, &placeholder, &length);
        if (p) p = dynox__field_text(reader, p, &one.name);
        if (!p) return NULL;
        one.placeholder = placeholder;
        if (!dynox__push(reader, &one, sizeof one)) return dynox__reader_no_memory(reader, p);
        p = dynox__next_element(reader, p, '}', &more);
    }
    if (!p) return NULL;
    view->name_count = (reader->used - base) / sizeof *view->names;
    return dynox__pop(reader, base, &view->names) ? p : dynox__reader_no_memory(reader, p);
}

static uint8_t *note_limit(dynox__reader *reader, uint8_t *p, void *to)
{
    *(bool *)to = true;
    return dynox__skip_value(reader, p, 1);
}

/* A single item's: told by what it is called. */
static bool kind_of_operation(const char *operation, dynox__part_kind *kind)
{
    static const char *const names[] = {"GetItem", "PutItem", "UpdateItem", "DeleteItem"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(names[i], operation) != 0) continue;
        *kind = (dynox__part_kind)i;
        return true;
    }
    return false;
}

typedef struct whole {
    dynox__request_view view; /* first: the members that are read by hand go there */
    const dynox_item   *item, *key;
} whole;

static bool decode(whole *found, size_t size)
{
    static const dynox__field fields[] = {
        DYNOX__FIELD("TableName", TEXT, whole, view.table),
        DYNOX__FIELD("IndexName", TEXT, whole, view.index),
        DYNOX__FIELD("KeyConditionExpression", TEXT, whole, view.key_condition),
        DYNOX__FIELD("FilterExpression", TEXT, whole, view.filter),
        DYNOX__FIELD("ProjectionExpression", TEXT, whole, view.projection),
        DYNOX__FIELD("Select", TEXT, whole, view.select),
        DYNOX__FIELD("ExpressionAttributeValues", ITEM, whole, view.values),
        DYNOX__FIELD("Item", ITEM, whole, item),
        DYNOX__FIELD("Key", ITEM, whole, key),
        {"ExpressionAttributeNames", 24, read_names, offsetof(whole, view)},
        {"ConsistentRead", 14, read_boolean, offsetof(whole, view.consistent)},
        {"Limit", 5, note_limit, offsetof(whole, view.limited)},
        {"RequestItems", 12, read_request_items, offsetof(whole, view)},
        {"TransactItems", 13, read_transact_items, offsetof(whole, view)},
    };
    dynox_error ignored = {0};
    return dynox__decode(found->view.copy, size, &found->view.arena, fields, COUNT(fields), found, NULL, &ignored) ==
           DYNOX_OK;
}

bool dynox__request_view_read(dynox__request_view *view, const char *operation, const char *body, size_t size)
{
    whole            found = {.item = NULL};
    dynox__part_kind kind;
    *view = (dynox__request_view){.table = NULL};
    if (!body || !(found.view.copy = dynox__decode_copy(NULL, body, size))) return false;
    bool good = decode(&found, size) && !found.view.failed;
    if (good && kind_of_operation(operation, &kind))
        good = add_part(&found.view, &(dynox__view_part){.table      = found.view.table,
                                                         .item       = found.item ? found.item : found.key,
                                                         .kind       = kind,
                                                         .consistent = found.view.consistent});
    *view = found.view;
    return good;
}

void dynox__request_view_free(dynox__request_view *view)
{
    dynox__free(view->parts);
    dynox__arena_free(&view->arena);
    dynox__free(view->copy);
    *view = (dynox__request_view){.table = NULL};
}

/* ---- key conditions ---- */

static const char *skip_blanks(const char *text)
{
    while (*text == ' ' || *text == '(' || *text == '\t' || *text == '\n' || *text == '\r')
        text++;
    return text;
}

static size_t word_length(const char *text)
{
    return strcspn(text, " ()=<>,\t\r\n");
}

static const char *name_of(const dynox__request_view *view, const char *word, size_t length)
{
    for (size_t i = 0; i < view->name_count; i++)
        if (strlen(view->names[i].placeholder) == length && memcmp(view->names[i].placeholder, word, length) == 0)
            return view->names[i].name;
    return NULL;
}

static bool is_named(const dynox__request_view *view, const char *word, size_t length, const char *name)
{
    const char *stands_for = name_of(view, word, length);
    if (stands_for) return strcmp(stands_for, name) == 0;
    return strlen(name) == length && memcmp(word, name, length) == 0;
}

static const dynox_value *value_of(const dynox__request_view *view, const char *word)
{
    size_t length = word_length(word);
    for (size_t i = 0; view->values && i < view->values->count; i++) {
        const char *name = view->values->attributes[i].name;
        if (strlen(name) == length && memcmp(name, word, length) == 0) return &view->values->attributes[i].value;
    }
    return NULL;
}

/* `left = right`, as the condition has it. */
typedef struct equation {
    const char *left, *right;
    size_t      left_length, right_length;
} equation;

/* The next one from *at on. The condition is what the library or the program wrote: parentheses and other comparisons
 * are passed over. */
static bool next_equation(const char **at, equation *found)
{
    const char *here = skip_blanks(*at);
    while (*here) {
        size_t length = word_length(here);
        if (!length) {
            here = skip_blanks(here + 1);
            continue;
        }
        const char *sign = skip_blanks(here + length);
        if (*sign != '=') {
            here = sign;
            continue;
        }
        const char *right = skip_blanks(sign + 1);
        *found            = (equation){here, right, length, word_length(right)};
        *at               = right + found->right_length;
        return true;
    }
    return false;
}

const dynox_value *dynox__request_view_equal(const dynox__request_view *view, const char *name)
{
    const char *at = view->key_condition ? view->key_condition : "";
    equation    found;
    while (next_equation(&at, &found)) {
        if (is_named(view, found.left, found.left_length, name)) return value_of(view, found.right);
        if (is_named(view, found.right, found.right_length, name)) return value_of(view, found.left);
    }
    return NULL;
}

const dynox_value *dynox__request_view_only_equal(const dynox__request_view *view, const char **name)
{
    const char *at = view->key_condition ? view->key_condition : "";
    equation    found, other;
    if (!next_equation(&at, &found) || next_equation(&at, &other)) return NULL;
    bool turned = *found.left == ':';
    *name = turned ? name_of(view, found.right, found.right_length) : name_of(view, found.left, found.left_length);
    return *name ? value_of(view, turned ? found.left : found.right) : NULL;
}
