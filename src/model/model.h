/* The inside of a model: its shape, what each role and template is, and where it stands in a hierarchy. Made at first
 * use, constant from then on. */
#ifndef DYNOX_MODEL_MODEL_H
#define DYNOX_MODEL_MODEL_H

#include "aws/call/call.h"
#include "value/bind/bind.h"
#include <dynox/model.h>

typedef struct dynox__model    dynox__model;
typedef struct dynox__template dynox__template;

struct dynox__model {
    const dynox_model   *declared;
    const dynox__shape  *shape;
    const char          *name, *table; /* the parent's table, if it has none itself */
    const char          *type;         /* what the discriminator holds */
    const dynox__model  *parent;       /* NULL: none is named */
    const dynox__member *partition, *sort, *version, *write_id, *ttl, *discriminator; /* all but the first: or NULL */
    const dynox__template **templates; /* of each member; NULL: it has none */
    bool                    has_templates;
    bool                    consistent_read, skip_hooks;
    size_t                  max_size;
    dynox__operation        get; /* GetItem, whose value is a record of this model */
};

/* The model that belongs to a declaration. NULL: `error` tells what is wrong with the declaration (DYNOX_E_ARGUMENT),
 * or DYNOX_E_NO_MEMORY, and the next call tries again. Any thread. */
const dynox__model *dynox__model_of(const dynox_model *declared, dynox_error *error);

/* The place of a member in the arrays that have one for each. */
static inline size_t dynox__member_index(const dynox__model *model, const dynox__member *member)
{
    return (size_t)(member - model->shape->members);
}

/* The most specific model, among this one and its descendants, of an item whose discriminator is this text; this one if
 * none fits. NULL: `error` tells what is wrong with the declaration of a child. */
const dynox__model *dynox__model_for(const dynox__model *model, const char *type, dynox_error *error);
/* Does it descend from `ancestor`, or is it that? */
bool dynox__model_is(const dynox__model *model, const dynox__model *ancestor);

/* The indexes of a model end with one without a name; the parent's, if it has none itself. NULL: there is no such one.
 */
const dynox_model_index *dynox__model_indexes(const dynox__model *model);
const dynox_model_index *dynox__model_index(const dynox__model *model, const char *name);
void                     dynox__model_refuse_index(const dynox__model *model, const char *name, dynox_error *error);

/* Of a model in the making: are its indexes as they should be (model_index.c)? And what is wrong with its declaration,
 * with two texts in the format; false. */
bool dynox__model_check_indexes(const dynox__model *model, dynox_error *error);
bool dynox__model_refuse(const dynox__model *model, dynox_error *error, const char *format, const char *a,
                         const char *b);

/* The name of a member that is nearly this one, for messages; NULL: none is. */
const char *dynox__closest_member(const dynox__shape *shape, const char *name, size_t length);

dynox_status dynox__get_decode(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                               dynox_error *error); /* of that operation; read.c */

/* ---- templates (template.c) ---- */

/* "USER#{email}", checked against the members of the shape. NULL: `error` tells what is wrong with it. Never freed. */
const dynox__template *dynox__template_new(const dynox__model *model, const dynox__member *member, dynox_error *error);
void                   dynox__template_free(const dynox__template *made); /* of a model that was not needed */

/* What the template makes of the record, in the room. NULL with *missing set: that member has no value; NULL without:
 * `error` tells (out of memory, a separator inside a part). */
const char *dynox__template_build(const dynox__template *from, const void *record, dynox_room *room,
                                  const dynox__member **missing, dynox_error *error);
/* The text that every key of this template begins with, as far as the record says: up to the first part that is absent
 * or an integer that is zero; *whole: there is none such. In the room; NULL: as above. */
const char *dynox__template_head(const dynox__template *from, const void *record, dynox_room *room, bool *whole,
                                 dynox_error *error);
/* Fills the members that are parts and are not stored (DYNOX_KEY_PART) from a key that was loaded; texts lie in the
 * room. A key that does not fit the template leaves them as they are. */
dynox_status dynox__template_parse(const dynox__template *from, const char *key, size_t length, dynox_room *room,
                                   void *record, dynox_error *error);

/* ---- generators and defaults (generate.c) ---- */

/* Fills what is zero in a new record: defaults, then generators. Texts that have to be kept are hung on the record.
 * `unique` becomes a stored member that has an identifier now which nobody else can have; left alone, if none has. */
dynox_status dynox__generate(const dynox__model *model, void *record, const dynox__member **unique, dynox_error *error);

#endif
