/* How answers of the control plane are read: from json-c's objects into a struct that lies, with its texts, in a
 * document. Everything is optional: emulators leave out much, and enums are open. */
#ifndef DYNOX_VALUE_JSON_C_CONTROL_READER_H
#define DYNOX_VALUE_JSON_C_CONTROL_READER_H

#include "value/json_c/control.h"
#include "value/json_c/json_c.h"

/* The first failed allocation sticks. */
typedef struct dynox__control {
    dynox__arena *arena;
    bool          failed;
} dynox__control;

/* The whole text as one JSON object, for json_object_put. */
dynox_status dynox__control_parse(const char *text, size_t length, json_object **root, dynox_error *error);

/* Members. Of a NULL object, and of what is of another type, they are absent: NULL, 0, false. */
json_object *dynox__control_member(json_object *object, const char *name);
const char  *dynox__control_text(dynox__control *in, json_object *object, const char *name);
const char  *dynox__control_token(dynox__control *in, json_object *object,
                                  const char *name); /* an empty one is absent */
int64_t      dynox__control_number(json_object *object, const char *name);
double       dynox__control_time(json_object *object, const char *name); /* seconds since 1970 */
bool         dynox__control_truth(json_object *object, const char *name);
bool         dynox__control_is(json_object *object, const char *name, const char *expected);
size_t       dynox__control_count(json_object *array); /* of its elements; 0: it is none */

/* Zeroed; NULL: none asked for, or no memory. */
void *dynox__control_array(dynox__control *in, size_t count, size_t size);
/* The texts in an array, and a NULL behind them. */
const char *const *dynox__control_texts(dynox__control *in, json_object *array, size_t *length);
/* An object's JSON. */
const char *dynox__control_json(dynox__control *in, json_object *object);

/* What an answer is read as: a struct that has its owner at `owner`. */
struct dynox__control_kind {
    size_t         size, owner;
    enum json_type type;                                                                /* of the member */
    void (*fill)(dynox__control *in, json_object *root, json_object *from, void *made); /* it is zeroed */
};

#define DYNOX__CONTROL_KIND(struct_, type_, fill_)                                                                     \
    {                                                                                                                  \
        sizeof(struct_), offsetof(struct_, owner_), (type_), (fill_)                                                   \
    }

/* The type of futures of such a struct, and its end. */
#define DYNOX__CONTROL_TYPE(what)                                                                                      \
    void dynox_##what##_free(dynox_##what *value)                                                                      \
    {                                                                                                                  \
        if (value) dynox__shared_release(value->owner_);                                                               \
    }                                                                                                                  \
    static void destroy_##what(void *value)                                                                            \
    {                                                                                                                  \
        dynox_##what##_free(value);                                                                                    \
    }                                                                                                                  \
    const dynox_type dynox_type_##what = {                                                                             \
        .name = "dynox_" #what " *", .size = sizeof(void *), .destroy = destroy_##what};

#endif
