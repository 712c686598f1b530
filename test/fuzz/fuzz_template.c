/* Templates: any text is one or is refused with a column; what is read from a key makes that key again, and what is
 * built is read back. The input is a template (! before it: escaped), NUL, and a key that becomes a value, too. */
#include "../model/templated.h"
#include "fuzz.h"

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_parts(const user *a, const user *b)
{
    return same(a->email, b->email) && strcmp(a->nick, b->nick) == 0 && a->number == b->number && a->wide == b->wide &&
           a->small == b->small;
}

static const char *build(templated *t, const user *record)
{
    const dynox__member *missing = NULL;
    const char          *key     = dynox__template_build(t->made, record, &t->room, &missing, &t->error);
    bool                 whole   = false;
    const char          *head    = dynox__template_head(t->made, record, &t->room, &whole, &t->error);
    PROMISE(!key || (head && strncmp(key, head, strlen(head)) == 0 && (!whole || same(key, head))));
    PROMISE(key || missing || t->error.status == DYNOX_E_VALUE);
    return key;
}

/* Reads a key into a record that has all else. */
static bool read_key(templated *t, const char *key, size_t length, user *record)
{
    *record = (user){.name = "n", .amount = "1", .code = "c", .has_age = true, .day = 1, .created = 1};
    return dynox__template_parse(t->made, key, length, &t->room, record, &t->error) == DYNOX_OK;
}

static void check_key(templated *t, const char *text, size_t length)
{
    user        record, again;
    const char *key;
    if (!read_key(t, text, length, &record) || !(key = build(t, &record))) return;
    PROMISE(read_key(t, key, strlen(key), &again));
    PROMISE(!record.email || same_parts(&record, &again));
}

static void check_value(templated *t, const char *text, size_t length)
{
    user record = {.name = text, .email = text, .amount = "1", .code = "c", .has_age = true, .day = 1, .created = 1};
    user again;
    memcpy(record.nick, text, length < sizeof record.nick - 1 ? length : sizeof record.nick - 1);
    record.number   = length ? text[0] * INT64_C(72057594037927936) : 0;
    record.wide     = (uint64_t)record.number;
    record.small    = (int8_t)(length ? text[0] : 0);
    const char *key = build(t, &record);
    if (!key) return;
    PROMISE(read_key(t, key, strlen(key), &again));
    for (size_t i = 0; i < t->made->parsed; i++) {
        const dynox__member *member = t->made->parts[i].member;
        if (strcmp(member->name, "email") == 0) PROMISE(same(again.email, record.email));
        if (strcmp(member->name, "nick") == 0) PROMISE(strcmp(again.nick, record.nick) == 0);
        if (strcmp(member->name, "number") == 0) PROMISE(again.number == record.number);
        if (strcmp(member->name, "wide") == 0) PROMISE(again.wide == record.wide);
        if (strcmp(member->name, "small") == 0) PROMISE(again.small == record.small);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    templated t;
    char     *input = calloc(1, size + 2);
    memcpy(input, data, size);
    bool        escape = *input == '!';
    const char *key    = input + strlen(input) + 1;
    size_t      length = strlen(input) < size ? size - strlen(input) - 1 : 0;
    char       *exact = malloc(length + 1), *value = calloc(1, length + 1);
    memcpy(exact, key, length);
    memcpy(value, key, length);
    if (templated_begin(&t, input + escape, escape)) {
        check_key(&t, exact, length);
        memset(&t.error, 0, sizeof t.error);
        check_value(&t, value, strlen(value));
    } else {
        PROMISE(t.error.status == DYNOX_E_ARGUMENT && strstr(t.error.message, "template of pk, column "));
    }
    templated_end(&t);
    free(exact);
    free(value);
    free(input);
    return 0;
}
