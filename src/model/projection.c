/* Projections in the names of members: as part of a request, and as text in stored names. */
#include "model/records.h"
#include "model/write.h"
#include "value/expr/expr_context.h"
#include <string.h>

enum { MOST_NEEDED = 11 };

static const dynox__member *member_named(const dynox__model *model, const char *name)
{
    return name ? dynox__shape_member(model->shape, name, strlen(name)) : NULL;
}

/* The key, by which the record is known, what tells its type, and where a query of the index could go on. */
static void find_needed(const dynox__model *model, const dynox_model_index *index,
                        const dynox__member *needed[MOST_NEEDED])
{
    memset(needed, 0, MOST_NEEDED * sizeof *needed);
    needed[0] = model->partition;
    needed[1] = model->sort;
    needed[2] = model->discriminator;
    for (size_t i = 0; index && i < 4; i++) {
        needed[3 + i] = member_named(model, index->partition_keys[i]);
        needed[7 + i] = member_named(model, index->sort_keys[i]);
    }
}

/* Is #n one of the elements, as they were written from `start` on? (A step into something may have that name, too.) */
static bool has_element(const dynox__buffer *json, size_t start, size_t n)
{
    char   name[32];
    size_t length = (size_t)snprintf(name, sizeof name, "#n%zu", n);
    for (size_t at = start; at < json->size;) {
        const char *comma = memchr(json->data + at, ',', json->size - at);
        size_t      end   = comma ? (size_t)(comma - json->data) : json->size;
        while (at < end && json->data[at] == ' ')
            at++;
        if (end - at == length && memcmp(json->data + at, name, length) == 0) return true;
        at = end + 1;
    }
    return false;
}

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* The elements, with placeholders. */
static dynox_status write_elements(const dynox__model *model, const dynox__expr_resolver *resolver,
                                   const char *projection, const dynox_model_index *index, dynox__expr_context *context,
                                   dynox__buffer *json, dynox_error *error)
{
    const dynox__member        *needed[MOST_NEEDED];
    const dynox__expr_resolver *before = context->resolver;
    size_t                      start  = json->size;
    context->resolver                  = resolver;
    dynox_status status                = dynox__expr_write_projection(context, projection, json, error);
    context->resolver                  = before;
    if (status != DYNOX_OK) return status;
    find_needed(model, index, needed);
    for (size_t i = 0; i < MOST_NEEDED; i++) {
        size_t n;
        if (!needed[i]) continue;
        if (!dynox__expr_context_name(context, needed[i]->name, needed[i]->name_length, &n)) return no_memory(error);
        if (!has_element(json, start, n)) dynox__buffer_format(json, ", #n%zu", n);
    }
    return DYNOX_OK;
}

void dynox__projection_write(const dynox__model *model, const dynox__expr_resolver *resolver, const char *projection,
                             const dynox_model_index *index, dynox__request_writer *writer)
{
    if (writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, "ProjectionExpression");
    dynox__buffer_byte(writer->json, '"');
    write_elements(model, resolver, projection, index, &writer->expressions, writer->json, &writer->error);
    dynox__buffer_byte(writer->json, '"');
}

static void add_name(dynox__buffer *text, const dynox__expr_name *name)
{
    dynox__buffer_byte(text, '`');
    for (size_t i = 0; i < name->length; i++) {
        if (name->text[i] == '`') dynox__buffer_byte(text, '`');
        dynox__buffer_byte(text, name->text[i]);
    }
    dynox__buffer_byte(text, '`');
}

dynox_status dynox__projection_text(const dynox__model *model, const char *projection, dynox__buffer *text,
                                    dynox_error *error)
{
    dynox__expr_context context = {0};
    dynox__buffer       json    = {0};
    dynox__resolver     resolver;
    dynox_status        status =
        write_elements(model, dynox__resolver_init(&resolver, model), projection, NULL, &context, &json, error);
    for (size_t at = 0; status == DYNOX_OK && at < json.size;) {
        size_t n = 0;
        if (json.data[at] != '#') {
            dynox__buffer_byte(text, json.data[at++]);
            continue;
        }
        for (at += 2; at < json.size && json.data[at] >= '0' && json.data[at] <= '9'; at++)
            n = n * 10 + (size_t)(json.data[at] - '0');
        add_name(text, &context.names[n]);
    }
    dynox__buffer_byte(text, 0);
    if (status == DYNOX_OK && (json.failed || text->failed)) status = no_memory(error);
    dynox__buffer_free(&json);
    dynox__expr_context_free(&context);
    dynox__resolver_end(&resolver);
    return status;
}
