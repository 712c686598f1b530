/* The description of all requests: what each member has to be. Its rows are made by a script (request.inc). */
#ifndef DYNOX_LOCAL_VALIDATE_DESCRIPTION_H
#define DYNOX_LOCAL_VALIDATE_DESCRIPTION_H

#include "local/validate/validate.h"
#include "local/wire/kinds.h"

enum {
    IS_VALUE  = 1, /* an AttributeValue: checked by wire/values.h */
    IS_HIDDEN = 2, /* is not shown in messages */
    IS_TABLE  = 4  /* a table's name, or its ARN */
};

#define NO_LEAST INT32_MIN
#define NO_MOST INT32_MAX

/* Texts are given by their places in the pool. */
typedef struct dynox__shape {
    uint8_t  kind;    /* dynox__kind */
    uint8_t  pattern; /* from 1; 0: none */
    uint8_t  flags;
    uint16_t class_name;  /* of a structure, or of what a map holds */
    uint16_t inner;       /* of a list or a map: the shape of its elements; of a structure: its first member */
    uint16_t count;       /* of members */
    uint16_t key;         /* of a map: the shape of its keys */
    uint16_t words;       /* all it may be: "[A, B]"; 0: anything */
    int32_t  least, most; /* of a number its value, of others their length */
} dynox__shape;

typedef struct dynox__request_member {
    uint16_t name;
    uint8_t  length;
    uint8_t  required;
    uint16_t shape;
} dynox__request_member;

struct dynox__request_shape {
    uint16_t name;
    uint8_t  length;
    uint8_t  of_streams;
    uint8_t  table_first; /* the name of the table is looked at before anything else */
    uint16_t shape;
};

const dynox__shape          *dynox__shape_at(size_t number);
const dynox__request_member *dynox__members_of(const dynox__shape *structure);
const char                  *dynox__description_text(size_t place);
const char                  *dynox__description_pattern(unsigned pattern); /* its text */

/* Every operation there is, for tests; NULL behind the last one. */
const dynox__request_shape *dynox__request_shape_number(size_t number);

/* The member of a structure by its name; SIZE_MAX: it has none such. */
size_t dynox__member_number(const dynox__shape *structure, const char *name, size_t length);

#endif
