/* The inside of a template: literal texts and placeholders in turn. */
#ifndef DYNOX_MODEL_TEMPLATE_H
#define DYNOX_MODEL_TEMPLATE_H

#include "model/model.h"

/* A placeholder and the literal text before it; the last part has no member. */
typedef struct dynox__template_part {
    const char          *literal; /* not terminated */
    size_t               length;
    const dynox__member *member;
} dynox__template_part;

struct dynox__template {
    const dynox__shape   *shape;
    const dynox__member  *member;       /* whose template it is */
    bool                  escapes[256]; /* bytes that become %XX in what members put in; none without .escape */
    size_t                parsed;   /* so many placeholders are looked for in a key: up to the last DYNOX_KEY_PART */
    size_t                count;    /* of placeholders */
    dynox__template_part *parts;    /* one more than these */
    char                 *literals; /* what the parts point into */
};

#endif
