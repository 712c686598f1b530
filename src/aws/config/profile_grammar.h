/* The grammar of the config and credentials files: text in, a list of entries out. */
#ifndef DYNOX_AWS_CONFIG_PROFILE_GRAMMAR_H
#define DYNOX_AWS_CONFIG_PROFILE_GRAMMAR_H

#include "aws/config/profile_file.h"

/* A property where it was written, or with the key "" the start of a section. The texts are inside the file's. */
typedef struct dynox__profile_entry {
    const char *kind, *name, *key, *value;
    size_t      order; /* of two with the same key, the later one counts */
} dynox__profile_entry;

/* Zero is an empty list; the items are from dynox__malloc. */
typedef struct dynox__profile_entries {
    dynox__profile_entry *items;
    size_t                count, capacity;
} dynox__profile_entries;

/* What kind a section [default] of the config file is: less than [profile default], where that is there too. */
#define DYNOX__PROFILE_DEFAULT "default"

/* Appends what is in `file`, taking its text apart in place. DYNOX_E_CONFIGURATION (file, line, what is wrong),
 * DYNOX_E_NO_MEMORY. */
dynox_status dynox__profile_read(dynox__profile_entries *entries, const dynox__profile_text *file, bool is_config,
                                 dynox_error *error);

#endif
