/* Actions of transactions: in the request, and in the words for those that failed. */
#include "client/item/write.h"
#include "base/random.h"
#include "client/item/homes.h"
#include "value/item/value.h"
#include "value/json/decode.h"
#include <string.h>

enum { LONGEST_TOKEN = 36 };

typedef struct action_kind {
    const char *member, *word; /* in the request; for people */
} action_kind;

static const action_kind get_kind = {"Get", "get"}, kinds[] = {[DYNOX_WRITE_PUT]    = {"Put", "put"},
                                                               [DYNOX_WRITE_UPDATE] = {"Update", "update"},
                                                               [DYNOX_WRITE_DELETE] = {"Delete", "delete"},
                                                               [DYNOX_WRITE_CHECK]  = {"ConditionCheck", "check"}};

/* Where the JSON of an action is, behind the head. */
typedef struct action {
    const action_kind      *kind;
    size_t                  offset, size;
    const dynox__part_form *form; /* NULL: it is plain */
    const void             *home; /* that of `homes`, of a form */
} action;

/* The call owns it. */
typedef struct actions {
    dynox__homes *homes; /* owned until they go to the future; NULL: none */
    action        at[];  /* one more than there are, which stays empty */
} actions;

static void end_actions(void *own)
{
    dynox__homes_free(((actions *)own)->homes);
    dynox__free(own);
}

void *dynox__take_homes(dynox__call *call)
{
    actions *own   = call->own;
    void    *homes = own ? own->homes : NULL;
    if (own) own->homes = NULL;
    return homes;
}

/* ---- checks ---- */

/* A part while the request is written. */
typedef struct part {
    dynox_write plain;
    void       *begun; /* of a form; NULL: it is plain itself */
} part;

static const action_kind *kind_of(const dynox_write *write)
{
    unsigned number = (unsigned)write->kind;
    return number && number < sizeof kinds / sizeof *kinds ? &kinds[number] : NULL;
}

static bool has_key(const dynox_write *write, const dynox_item *key)
{
    return key->count > 0 && dynox__item_has(write->item, key);
}

/* A put that has an item and no key; those of forms have theirs. */
static bool is_whole(const part *self)
{
    return self->plain.kind == DYNOX_WRITE_PUT && !self->begun;
}

/* Of two whole items only the service knows, since they do not say what their key is. */
static bool are_of_one_item(const part *a, const part *b)
{
    if (is_whole(a) && is_whole(b)) return false;
    if (strcmp(a->plain.table, b->plain.table) != 0) return false;
    return is_whole(a) ? has_key(&a->plain, b->plain.item) : has_key(&b->plain, a->plain.item);
}

static void check_action(dynox__request_writer *writer, const dynox_write *write)
{
    if (!kind_of(write))
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "there is no kind %d of a write", (int)write->kind);
    else if (write->kind == DYNOX_WRITE_CHECK && !write->condition)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "a check without a condition checks nothing");
    else if (write->kind == DYNOX_WRITE_UPDATE && !write->update)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the update expression is missing (NULL)");
    else if (write->kind != DYNOX_WRITE_UPDATE && write->update)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "an update expression is for updates");
    else if ((unsigned)write->return_on_condition_failure > DYNOX_ALL_OLD)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "return_on_condition_failure may be DYNOX_RETURN_NONE or DYNOX_ALL_OLD");
}

/* At most a hundred: all pairs are few. */
static void check_pairs(dynox__request_writer *writer, const part *parts, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = 0; k < i && writer->error.status == DYNOX_OK; k++)
            if (are_of_one_item(&parts[i], &parts[k]))
                dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                                      "actions %zu and %zu are on one item of \"%s\": a transaction takes one for each",
                                      k + 1, i + 1, parts[i].plain.table);
}

static actions *begin_actions(dynox__request_writer *writer, size_t count)
{
    if (count > DYNOX__MOST_ACTIONS)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%zu actions are too many for a transaction: it takes %d",
                              count, DYNOX__MOST_ACTIONS);
    if (writer->error.status != DYNOX_OK) return NULL;
    actions *own = dynox__calloc(sizeof *own + (count + 1) * sizeof *own->at);
    if (!own) dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
    writer->call->own     = own;
    writer->call->end_own = end_actions;
    writer->call->parts   = count;
    dynox__request_open(writer, "TransactItems", '[');
    return own;
}

/* What is wrong with one of many is said with its number. */
static void add_number(dynox__request_writer *writer, const action_kind *kind, const char *table, size_t number)
{
    dynox_error *error = &writer->error;
    if (error->status == DYNOX_OK || error->status == DYNOX_E_NO_MEMORY) return;
    dynox__error_reword(error, "action %zu (%s on \"%.255s\"): %s", number, kind ? kind->word : "?", table ? table : "",
                        error->message);
}

static void open_action(dynox__request_writer *writer, const action_kind *kind, const char *table, action *at)
{
    dynox__request_open(writer, NULL, '{');
    dynox__request_open(writer, kind->member, '{');
    if (writer->error.status != DYNOX_OK) return;
    at->kind   = kind;
    at->offset = writer->json->size - 1 - writer->call->head_room;
    dynox__request_table(writer, table);
}

/* The names and values of an expression are its action's own. */
static void close_action(dynox__request_writer *writer, action *at)
{
    dynox__request_placeholders(writer);
    dynox__expr_context_free(&writer->expressions);
    writer->expressions = (dynox__expr_context){0};
    dynox__request_close(writer, '}');
    if (writer->error.status == DYNOX_OK) at->size = writer->json->size - writer->call->head_room - at->offset;
    dynox__request_close(writer, '}');
}

/* ---- the request ---- */

static void write_plain(dynox__request_writer *writer, const dynox_write *write, action *at)
{
    check_action(writer, write);
    if (writer->error.status != DYNOX_OK) return;
    open_action(writer, kind_of(write), write->table, at);
    dynox__request_item(writer, write->kind == DYNOX_WRITE_PUT ? "Item" : "Key", write->item);
    dynox__request_expression(writer, "UpdateExpression", DYNOX__EXPR_UPDATE, write->update);
    dynox__request_expression(writer, "ConditionExpression", DYNOX__EXPR_CONDITION, write->condition);
    if (write->return_on_condition_failure)
        dynox__request_text(writer, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
    close_action(writer, at);
}

static void write_part(dynox__request_writer *writer, const dynox_write *write, part *of, action *at)
{
    of->plain = *write;
    if (!write->form_) {
        write_plain(writer, write, at);
        return;
    }
    of->begun = write->form_->begin(write, false, &of->plain, &writer->error);
    if (!of->begun || writer->error.status != DYNOX_OK) return;
    open_action(writer, kind_of(&of->plain), of->plain.table, at);
    write->form_->members(of->begun, writer);
    close_action(writer, at);
}

/* What comes home is kept, unless it came to nothing. */
static void end_parts(dynox__request_writer *writer, dynox_writes writes, part *parts)
{
    actions *own = writer->call ? writer->call->own : NULL;
    for (size_t i = 0; i < writes.count; i++) {
        const dynox__part_form *form = writes.at[i].form_;
        if (!parts[i].begun) continue;
        if (own && !own->homes && !(own->homes = dynox__homes_new(writes.count)))
            dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
        if (own && own->homes) {
            void *home = form->home(parts[i].begun);
            dynox__homes_add(own->homes, home, form->type);
            own->at[i].form = form;
            own->at[i].home = home;
        }
        form->end(parts[i].begun);
    }
    dynox__free(parts);
}

void dynox__request_writes(dynox__request_writer *writer, dynox_writes writes)
{
    actions *own = begin_actions(writer, writes.count);
    if (!dynox__request_array(writer, "writes", writes.at, writes.count)) return;
    part *parts = dynox__calloc((writes.count + 1) * sizeof *parts);
    if (!parts) {
        dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
        return;
    }
    for (size_t i = 0; i < writes.count && writer->error.status == DYNOX_OK; i++) {
        write_part(writer, &writes.at[i], &parts[i], &own->at[i]);
        add_number(writer, kind_of(&parts[i].plain), parts[i].plain.table, i + 1);
    }
    dynox__request_close(writer, ']');
    if (writer->error.status == DYNOX_OK) check_pairs(writer, parts, writes.count);
    end_parts(writer, writes, parts);
}

void dynox__request_reads(dynox__request_writer *writer, dynox_reads reads)
{
    actions *own = begin_actions(writer, reads.count);
    if (!dynox__request_array(writer, "reads", reads.at, reads.count)) return;
    for (size_t i = 0; i < reads.count && writer->error.status == DYNOX_OK; i++) {
        const dynox_read *read  = &reads.at[i];
        dynox_read        plain = *read;
        void             *begun = read->form_ && writer->error.status == DYNOX_OK
                                      ? read->form_->begin_read(read, &plain, &writer->error)
                                      : NULL;
        open_action(writer, &get_kind, plain.table, &own->at[i]);
        dynox__request_item(writer, "Key", plain.key);
        dynox__request_projection(writer, plain.projection);
        close_action(writer, &own->at[i]);
        if (begun) read->form_->end(begun);
        add_number(writer, &get_kind, plain.table, i + 1);
    }
    dynox__request_close(writer, ']');
}

/* One token for all attempts: that is what makes them one transaction. */
void dynox__request_token(dynox__request_writer *writer, const char *given)
{
    char made[37];
    if (given && (!*given || strlen(given) > LONGEST_TOKEN))
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the token has %zu characters: it may have 1 to %d",
                              strlen(given), LONGEST_TOKEN);
    if (!given) dynox__uuid4(made);
    dynox__request_text(writer, "ClientRequestToken", given ? given : made);
}

/* ---- the words for a cancelled one ---- */

typedef struct action_subject {
    const char       *table;
    const dynox_item *key;
} action_subject;

/* What an action was about, out of the request. It need not succeed: then less is said. */
static action_subject subject_of(const dynox__call *call, const action *at, dynox__arena *arena)
{
    static const dynox__field fields[] = {DYNOX__FIELD("TableName", TEXT, action_subject, table),
                                          DYNOX__FIELD("Key", ITEM, action_subject, key)};
    action_subject            found    = {0};
    dynox_error               ignored  = {0};
    char                     *copy     = dynox__request_part(call, at->offset, at->size, arena);
    if (!copy) return found;
    if (dynox__decode(copy, at->size, arena, fields, sizeof fields / sizeof *fields, &found, NULL, &ignored) !=
        DYNOX_OK)
        found = (action_subject){0};
    return found;
}

/* Names of key attributes, not their values: those are the users' own. */
static void add_subject(dynox__buffer *words, const action_subject *subject)
{
    dynox__buffer_format(words, " on \"%s\"", subject->table ? subject->table : "");
    for (size_t i = 0; subject->key && i < subject->key->count; i++)
        dynox__buffer_format(words, "%s%s", i ? ", " : " (key ", subject->key->attributes[i].name);
    if (subject->key && subject->key->count) dynox__buffer_text(words, ")");
}

static void add_reason(dynox__buffer *words, const dynox__call *call, const action *at, size_t number,
                       const dynox_cancellation_reason *reason)
{
    dynox__arena   arena = {0};
    action_subject about = subject_of(call, at, &arena);
    dynox__buffer_format(words, " action %zu, %s", number, at->kind->word);
    add_subject(words, &about);
    char   why[256];
    bool   failed = at->form && at->home && strcmp(reason->code, "ConditionalCheckFailed") == 0;
    size_t known  = failed ? at->form->why(at->home, reason->item, why, sizeof why) : 0;
    dynox__buffer_format(words, ": %s%s%s;", reason->code, known || reason->message ? ": " : "",
                         known             ? why
                         : reason->message ? reason->message
                                           : "");
    dynox__arena_free(&arena);
}

void dynox__explain_actions(const dynox__call *call, dynox_error *error)
{
    const actions *own   = call->own;
    dynox__buffer  words = {0};
    bool           told  = false;
    if (error->status != DYNOX_E_TRANSACTION_CANCELLED) return;
    dynox__buffer_format(&words, "%s was cancelled:", call->operation->name);
    for (size_t i = 0; i < error->reason_count && own->at[i].size; i++) {
        if (strcmp(error->reasons[i].code, "None") == 0) continue;
        add_reason(&words, call, &own->at[i], i + 1, &error->reasons[i]);
        told = true;
    }
    if (told && !words.failed) dynox__error_reword(error, "%.*s", (int)(words.size - 1), words.data);
    dynox__buffer_free(&words);
}
