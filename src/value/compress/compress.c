/* When a text is compressed, and how what was compressed is told from what was not. */
#include "value/compress/compress.h"
#include "value/compress/codec.h"
#include "value/text/base64.h"
#include "value/text/utf8.h"
#include <stdio.h>

enum { SMALLEST = 100, LONGEST = 16 * 1024 * 1024 };

static const dynox__codec *const codecs[] = {
    [DYNOX_ZSTD] = &dynox__zstd, [DYNOX_LZ4] = &dynox__lz4, [DYNOX_GZIP] = &dynox__gzip};
enum { CODECS = sizeof codecs / sizeof *codecs };

static const dynox_compression usual = {.algorithm = DYNOX_ZSTD};

/* Whose prefix does it begin with? NULL: no one's. */
static const dynox__codec *codec_of(const void *bytes, size_t size)
{
    for (size_t i = 0; i < CODECS; i++) {
        size_t length = codecs[i] ? strlen(codecs[i]->prefix) : 0;
        if (length && size >= length && memcmp(bytes, codecs[i]->prefix, length) == 0) return codecs[i];
    }
    return NULL;
}

const char *dynox__compress_check(const dynox_compression *how, char *words, size_t room)
{
    if (!how) how = &usual;
    if ((unsigned)how->algorithm >= CODECS || !codecs[how->algorithm]) return "is compressed by what there is not";
    const dynox__codec *codec = codecs[how->algorithm];
    if (!codec->compress) {
        snprintf(words, room, "is compressed by %s, without which this dynox was built", codec->name);
        return words;
    }
    if (how->level && (how->level < codec->least || how->level > codec->most)) {
        snprintf(words, room, "has a level of %d, %s has %d to %d", how->level, codec->name, codec->least, codec->most);
        return words;
    }
    return how->worth < 0 || how->worth > 1 ? "is compressed if that is worth it: .worth is from 0 to 1" : NULL;
}

/* ---- storing ---- */

static size_t stored_size(const dynox__codec *codec, size_t compressed, bool binary)
{
    return strlen(codec->prefix) + (binary ? compressed : dynox__base64_length(compressed));
}

/* prefix and content, in the arena. */
static dynox_status make(const dynox__codec *codec, bool binary, const dynox__buffer *compressed, dynox__arena *arena,
                         dynox_value *value)
{
    size_t head = strlen(codec->prefix), size = stored_size(codec, compressed->size, binary);
    char  *bytes = dynox__arena_alloc(arena, size + 1);
    if (!bytes) return DYNOX_E_NO_MEMORY;
    memcpy(bytes, codec->prefix, head);
    if (binary)
        memcpy(bytes + head, compressed->data, compressed->size);
    else
        dynox__base64_encode(bytes + head, (const uint8_t *)compressed->data, compressed->size);
    bytes[size] = 0;
    *value      = binary ? dynox_bytes(bytes, size) : dynox_string_n(bytes, size);
    return DYNOX_OK;
}

dynox_status dynox__compress(const dynox_compression *how, const char *text, size_t length, dynox__arena *arena,
                             dynox_value *value, const char **why)
{
    if (!how) how = &usual;
    const dynox__codec *codec    = codecs[how->algorithm];
    bool                must     = codec_of(text, length) != NULL; /* plain, it would be taken for compressed */
    size_t              smallest = how->min_size ? how->min_size : SMALLEST;
    double              worth    = how->worth > 0 ? how->worth : 0.9;
    dynox__buffer       buffer   = {0};
    *value                       = dynox_string_n(text, length);
    if (!must && length < smallest) return DYNOX_OK;
    dynox_status status = codec->compress(how->level ? how->level : codec->usual, text, length, &buffer, why);
    if (status == DYNOX_OK && (must || (double)stored_size(codec, buffer.size, how->binary) < worth * (double)length))
        status = make(codec, how->binary, &buffer, arena, value);
    dynox__buffer_free(&buffer);
    return status;
}

/* ---- reading ---- */

static dynox_status expand_text(const dynox__codec *codec, const char *base64, size_t length, size_t limit,
                                dynox__buffer *to, const char **why)
{
    uint8_t     *bytes = dynox__malloc(length + 1);
    size_t       size;
    dynox_status status = DYNOX_E_DECODE;
    if (!bytes) return DYNOX_E_NO_MEMORY;
    *why = "what follows its prefix is not base64";
    if (dynox__base64_decode(bytes, &size, base64, length)) status = codec->expand(bytes, size, limit, to, why);
    dynox__free(bytes);
    return status;
}

static dynox_status take(dynox__buffer *buffer, dynox__arena *arena, const char **text, size_t *length,
                         const char **why)
{
    if (!dynox__utf8_valid(buffer->data, buffer->size)) {
        *why = "expanded, it is not UTF-8";
        return DYNOX_E_DECODE;
    }
    *text   = dynox__arena_copy(arena, buffer->data, buffer->size);
    *length = buffer->size;
    return *text ? DYNOX_OK : DYNOX_E_NO_MEMORY;
}

dynox_status dynox__expand(const dynox_compression *how, const dynox_value *value, dynox__arena *arena,
                           const char **text, size_t *length, char words[80], const char **why)
{
    const char         *content = value->type == DYNOX_B ? (const char *)value->as.bytes : value->as.text;
    const dynox__codec *codec   = codec_of(content, value->length);
    size_t              limit   = how && how->max_size ? how->max_size : LONGEST;
    dynox__buffer       buffer  = {0};
    *text                       = content;
    *length                     = value->length;
    if (!codec && value->type == DYNOX_S) return DYNOX_OK;
    *why = words;
    if (!codec) {
        *why = "its bytes do not begin as compressed ones do";
        return DYNOX_E_DECODE;
    }
    if (!codec->expand) {
        snprintf(words, 80, "is compressed by %s, without which this dynox was built", codec->name);
        return DYNOX_E_DECODE;
    }
    size_t       head   = strlen(codec->prefix);
    dynox_status status = value->type == DYNOX_B
                              ? codec->expand(content + head, value->length - head, limit, &buffer, why)
                              : expand_text(codec, content + head, value->length - head, limit, &buffer, why);
    if (status == DYNOX_OK && !buffer.data) dynox__buffer_reserve(&buffer, 1); /* of nothing */
    if (status == DYNOX_OK) status = buffer.data ? take(&buffer, arena, text, length, why) : DYNOX_E_NO_MEMORY;
    dynox__buffer_free(&buffer);
    return status;
}
