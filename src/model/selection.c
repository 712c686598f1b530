/* What a query, a scan or a count selects: the key condition out of a record that is half filled in, and the filters.
 */
#include "model/records.h"
#include "model/write.h"
#include "value/bind/member.h"
#include <string.h>

static const dynox__member *member_named(const dynox__model *model, const char *name)
{
    return name ? dynox__shape_member(model->shape, name, strlen(name)) : NULL;
}

/* The i-th partition or sort key of the table or the index; NULL: there are no more. */
static const dynox__member *partition_key(const dynox__selection *self, size_t i)
{
    if (!self->index || self->index->local) return i ? NULL : self->model->partition;
    return i < 4 ? member_named(self->model, self->index->partition_keys[i]) : NULL;
}

static const dynox__member *sort_key(const dynox__selection *self, size_t i)
{
    if (!self->index) return i ? NULL : self->model->sort;
    return i < 4 ? member_named(self->model, self->index->sort_keys[i]) : NULL;
}

static bool is_key_here(const dynox__selection *self, const dynox__member *member)
{
    const dynox__member *key;
    for (size_t i = 0; (key = partition_key(self, i)); i++)
        if (key == member) return true;
    for (size_t i = 0; (key = sort_key(self, i)); i++)
        if (key == member) return true;
    return false;
}

void dynox__selection_begin(dynox__selection *self, dynox__typed_call *call, const void *key)
{
    *self = (dynox__selection){.model = call->model, .key = key};
    dynox__resolver_init(&self->resolver, call->model);
    if (!call->with.index) return;
    self->index = dynox__model_index(call->model, call->with.index);
    if (!self->index) dynox__model_refuse_index(call->model, call->with.index, &call->error);
}

void dynox__selection_end(dynox__selection *self)
{
    if (!self->model) return;
    dynox__resolver_end(&self->resolver);
    dynox__room_free(&self->room);
}

/* ---- terms, joined by AND ---- */

typedef struct terms {
    dynox__selection      *self;
    dynox__request_writer *writer;
    const char            *member; /* of the request: "FilterExpression" */
    bool                   begun;
} terms;

static void begin_term(terms *to)
{
    if (!to->begun) {
        dynox__request_name(to->writer, to->member);
        dynox__buffer_byte(to->writer->json, '"');
    } else {
        dynox__buffer_text(to->writer->json, " AND ");
    }
    to->begun = true;
}

static void end_terms(const terms *to)
{
    if (to->begun) dynox__buffer_byte(to->writer->json, '"');
}

static dynox_value *keep(const terms *to, dynox_value value)
{
    dynox_value *kept = dynox__arena_alloc(&to->self->room.arena, sizeof *kept);
    if (kept)
        *kept = value;
    else
        dynox__request_refuse(to->writer, DYNOX_E_NO_MEMORY, "out of memory");
    return kept;
}

static void add_equal(terms *to, const dynox__member *member, dynox_value value, dynox__expr_kind kind)
{
    dynox_value *kept = keep(to, value);
    if (!kept) return;
    begin_term(to);
    dynox__record_write_name(to->writer, member->name, member->name_length);
    dynox__buffer_text(to->writer->json, " = ");
    dynox__record_write_value(to->writer, kept, kind);
}

static void add_prefix(terms *to, const dynox__member *member, const char *prefix, dynox__expr_kind kind)
{
    dynox_value *kept = keep(to, dynox_string(prefix));
    if (!kept) return;
    begin_term(to);
    dynox__buffer_text(to->writer->json, "begins_with(");
    dynox__record_write_name(to->writer, member->name, member->name_length);
    dynox__buffer_text(to->writer->json, ", ");
    dynox__record_write_value(to->writer, kept, kind);
    dynox__buffer_byte(to->writer->json, ')');
}

static void add_expression(terms *to, const dynox_expr *expression, dynox__expr_kind kind, bool in_parentheses)
{
    if (!expression || to->writer->error.status != DYNOX_OK) return;
    begin_term(to);
    if (in_parentheses) dynox__buffer_byte(to->writer->json, '(');
    to->writer->expressions.resolver = &to->self->resolver.base;
    dynox__expr_write(&to->writer->expressions, kind, expression, to->writer->json, &to->writer->error);
    to->writer->expressions.resolver = NULL;
    if (in_parentheses) dynox__buffer_byte(to->writer->json, ')');
}

/* ---- the key condition ---- */

static void add_partition_keys(terms *to)
{
    dynox__selection    *self = to->self;
    const dynox__member *member;
    for (size_t i = 0; (member = partition_key(self, i)) && to->writer->error.status == DYNOX_OK; i++) {
        dynox_value value;
        if (dynox__key_value(self->model, member, self->key, &self->room, &value, &to->writer->error) == DYNOX_OK)
            add_equal(to, member, value, DYNOX__EXPR_KEY);
    }
}

/* A sort key with a template: all of it, or what is known of its beginning. false: that was all that is known. */
static bool add_from_template(terms *to, const dynox__member *member, const dynox__template *from)
{
    dynox__selection *self  = to->self;
    bool              whole = false;
    const char       *head  = dynox__template_head(from, self->key, &self->room, &whole, &to->writer->error);
    if (!head || to->writer->error.status != DYNOX_OK) return false;
    if (whole)
        add_equal(to, member, dynox_string(head), DYNOX__EXPR_KEY);
    else if (*head)
        add_prefix(to, member, head, DYNOX__EXPR_KEY);
    return whole;
}

/* One that was given as it is. Integers are always there: zero says nothing. */
static bool add_given(terms *to, const dynox__member *member, bool *added)
{
    dynox__selection    *self = to->self;
    const dynox__member *missing;
    dynox_value          value;
    const char          *text = dynox__member_string(member, self->key);
    *added                    = false;
    if (member->kind == DYNOX_KIND_INT_ && !dynox__member_int(member, self->key)) return true;
    bool has_template = self->model->templates[dynox__member_index(self->model, member)];
    if (has_template && (!text || !*text)) return true;
    if (dynox__key_optional(self->model, member, self->key, &self->room, &value, &missing, &to->writer->error) !=
        DYNOX_OK)
        return false;
    if (value.type == DYNOX_INVALID) return true;
    add_equal(to, member, value, DYNOX__EXPR_KEY);
    *added = true;
    return true;
}

/* Those that are given, in their order, until one is not. */
static void add_sort_keys(terms *to)
{
    dynox__selection    *self = to->self;
    const dynox__member *member;
    for (size_t i = 0; (member = sort_key(self, i)) && to->writer->error.status == DYNOX_OK; i++) {
        const dynox__template *from = self->model->templates[dynox__member_index(self->model, member)];
        bool                   added;
        if (!add_given(to, member, &added)) return;
        if (!added && (!from || !add_from_template(to, member, from))) return;
    }
}

static void write_key_condition(dynox__selection *self, const dynox__typed_call *call, dynox__request_writer *writer)
{
    terms to = {.self = self, .writer = writer, .member = "KeyConditionExpression"};
    add_partition_keys(&to);
    if (writer->error.status != DYNOX_OK) return;
    if (call->with.sort)
        add_expression(&to, call->with.sort, DYNOX__EXPR_KEY, false);
    else if (!self->everything)
        add_sort_keys(&to);
    end_terms(&to);
}

/* ---- filters ---- */

/* What every key of a template begins with, whatever the record. */
static const char *start_of(terms *to, const dynox__template *from)
{
    dynox__selection *self = to->self;
    void             *none = dynox__arena_alloc(&self->room.arena, self->model->shape->size);
    if (!none) return NULL;
    bool whole;
    memset(none, 0, self->model->shape->size);
    return dynox__template_head(from, none, &self->room, &whole, &to->writer->error);
}

static void add_types(terms *to, const dynox__model *model, size_t *count)
{
    const dynox_model *const *child = model->declared->options->children;
    dynox_value              *type  = keep(to, dynox_string(model->type));
    if (!type) return;
    if ((*count)++) dynox__buffer_text(to->writer->json, ", ");
    dynox__record_write_value(to->writer, type, DYNOX__EXPR_FILTER);
    for (; child && *child && to->writer->error.status == DYNOX_OK; child++) {
        const dynox__model *made = dynox__model_of(*child, &to->writer->error);
        if (made) add_types(to, made, count);
    }
}

/* The head of a hierarchy takes what nobody else does, too. */
static void add_own_types(terms *to)
{
    const dynox__model *model    = to->self->model;
    size_t              count    = 0;
    bool                is_child = model->declared->shape.attributes[0].kind_ == DYNOX_KIND_BASE_;
    if (!is_child && model->declared->options->children) return;
    begin_term(to);
    dynox__record_write_name(to->writer, model->discriminator->name, model->discriminator->name_length);
    dynox__buffer_text(to->writer->json, " IN (");
    add_types(to, model, &count);
    dynox__buffer_byte(to->writer->json, ')');
}

/* Records of this model only: by its discriminator; without one, by what its keys begin with, where they are no keys of
 * what is read here. */
static void add_own_kind(terms *to)
{
    const dynox__model  *model   = to->self->model;
    const dynox__member *keys[2] = {model->partition, model->sort};
    if (model->discriminator) {
        add_own_types(to);
        return;
    }
    for (size_t i = 0; i < 2 && keys[i]; i++) {
        const dynox__template *from = model->templates[dynox__member_index(model, keys[i])];
        const char            *head = from ? start_of(to, from) : NULL;
        if (head && *head && !is_key_here(to->self, keys[i])) add_prefix(to, keys[i], head, DYNOX__EXPR_FILTER);
    }
}

static void write_filter(dynox__selection *self, const dynox__typed_call *call, dynox__request_writer *writer)
{
    terms to = {.self = self, .writer = writer, .member = "FilterExpression"};
    if (!call->with.every_type && !self->everything) add_own_kind(&to);
    add_expression(&to, call->with.filter, DYNOX__EXPR_FILTER, to.begun);
    end_terms(&to);
    self->has_filter = to.begun;
}

/* ---- the whole ---- */

void dynox__selection_write(dynox__selection *self, dynox__typed_call *call, dynox__request_writer *writer)
{
    if (call->with.projection)
        dynox__projection_write(call->model, &self->resolver.base, call->with.projection, self->index, writer);
    if (self->key) write_key_condition(self, call, writer);
    if (writer->error.status == DYNOX_OK) write_filter(self, call, writer);
    if (call->with.descending) {
        dynox__request_name(writer, "ScanIndexForward");
        if (writer->error.status == DYNOX_OK) DYNOX__BUFFER_LITERAL(writer->json, "false");
    }
    dynox__request_truth(writer, "ConsistentRead",
                         call->with.consistent_read ||
                             (call->model->consistent_read && !(self->index && !self->index->local)));
}
