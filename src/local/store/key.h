/* Keys of the store that sort as what they are made of: numbers of spaces, texts, bytes and decimal numbers one behind
 * the other, each ending by itself, so that no part can run into the next one. */
#ifndef DYNOX_LOCAL_STORE_KEY_H
#define DYNOX_LOCAL_STORE_KEY_H

#include "base/buffer.h"
#include <dynox/value.h>

/* Each adds a part behind what the buffer holds. A failure is the buffer's. */
void dynox__key_add_u32(dynox__buffer *key, uint32_t number); /* big-endian */
void dynox__key_add_u64(dynox__buffer *key, uint64_t number);
/* Bytes of any content, NUL too: "a" before "a\0" before "ab". */
void dynox__key_add_bytes(dynox__buffer *key, const void *bytes, size_t size);
/* S and B by their bytes; N by value: equal numbers are equal bytes, 38 digits, 1E-130 to 9.99E+125 of either sign. The
 * value is of one of these three types and has been checked. */
void dynox__key_add_value(dynox__buffer *key, const dynox_value *value);
/* What a sort key that begins with this text or these bytes begins with: the same without the end. */
void dynox__key_add_prefix(dynox__buffer *key, const void *bytes, size_t size);
/* Makes of a key the first one behind all that begin with it. false: there is none (it is all 0xff). */
bool dynox__key_successor(dynox__buffer *key);

/* 64 bits of any bytes: the same in every process and version, since files hold it. */
uint64_t dynox__key_hash(const void *bytes, size_t size);

#endif
