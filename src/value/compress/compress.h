/* Compressed texts as they lie in a table: plain, or behind the prefix of what compressed them, as base64 in a text
 * (the form of pydynox) or as bytes. */
#ifndef DYNOX_VALUE_COMPRESS_COMPRESS_H
#define DYNOX_VALUE_COMPRESS_COMPRESS_H

#include "base/arena.h"
#include <dynox/attribute.h>

/* NULL: these options are possible in this build; else what is wrong with them, static or in `words`. */
const char *dynox__compress_check(const dynox_compression *how, char *words, size_t room);

/* What a text is stored as; `how` NULL: the usual. The value lives in the arena, or is the text itself. Plain where
 * that is no shorter, but for a text that begins like something compressed. DYNOX_OK; DYNOX_E_NO_MEMORY; DYNOX_E_VALUE
 * with static words in *why. */
dynox_status dynox__compress(const dynox_compression *how, const char *text, size_t length, dynox__arena *arena,
                             dynox_value *value, const char **why);

/* The text of an S or B; it ends with a NUL, lives in the arena or is the value's. DYNOX_OK; DYNOX_E_NO_MEMORY;
 * DYNOX_E_DECODE with words in *why, static or in `words`. */
dynox_status dynox__expand(const dynox_compression *how, const dynox_value *value, dynox__arena *arena,
                           const char **text, size_t *length, char words[80], const char **why);

#endif
