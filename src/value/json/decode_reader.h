/* The reader under the decoder: JSON texts, numbers and white space in a body that is followed by zero bytes, so that
 * nothing here has to ask where the body ends: a NUL is good for nothing in JSON, and every look ahead stops at it.
 *
 * Functions take the place to read from and return the place after what they read, or NULL when they failed (the reader
 * knows why). The place lives in a register that way. */
#ifndef DYNOX_VALUE_JSON_DECODE_READER_H
#define DYNOX_VALUE_JSON_DECODE_READER_H

#include "base/arena.h"
#include "value/json/decode.h"
#include "value/text/scan.h"

/* Elements of a container are gathered in the work area, whose first part is on the stack, and copied to the arena when
 * their number is known. Up to SCRATCH_IN_ARENA a larger area comes from the arena, so that a warm arena means no
 * malloc. */
#ifdef DYNOX__FUZZING /* small, so that a fuzzer sees every way of growing */
enum { DYNOX__SCRATCH_ON_STACK = 64, DYNOX__SCRATCH_IN_ARENA = 256 };
#else
enum { DYNOX__SCRATCH_ON_STACK = 4096, DYNOX__SCRATCH_IN_ARENA = 256 * 1024 };
#endif

/* Values may nest so deep (the service: 32), and what is skipped so deep. */
enum { DYNOX__DECODE_DEPTH = 40, DYNOX__SKIP_DEPTH = 160 };

struct dynox__reader {
    uint8_t       *body, *end;
    dynox__arena  *arena;
    char          *scratch;
    size_t         used, capacity; /* of the work area */
    void          *heap;           /* the work area if it was allocated, owned; else NULL */
    bool           known;          /* a member of an object was in its table */
    const uint8_t *failed_at;
    const char    *why; /* of the first failure; NULL with failed_at set: out of memory */
    char           expected[16];
    _Alignas(8) char first[DYNOX__SCRATCH_ON_STACK];
};

void dynox__reader_init(dynox__reader *reader, char *body, size_t length, dynox__arena *arena);
/* Ends the reader. `p`: where reading stopped (NULL: it failed), which has to be the end of the body. */
dynox_status dynox__reader_end(dynox__reader *reader, uint8_t *p, dynox_error *error);

/* Note a failure; return NULL. */
uint8_t *dynox__reader_fail(dynox__reader *reader, const uint8_t *p, const char *why);
uint8_t *dynox__reader_expected(dynox__reader *reader, const uint8_t *p, char what);
void    *dynox__reader_no_memory(dynox__reader *reader, const uint8_t *p);

bool dynox__reader_grow(dynox__reader *reader, size_t size);

/* Adds room for an element to the work area; sizes are multiples of 8. NULL: out of memory. The area moves as it grows:
 * whoever reads on before the element is complete keeps its offset, not the pointer. */
static inline void *dynox__claim(dynox__reader *reader, size_t size)
{
    if (reader->capacity - reader->used < size && !dynox__reader_grow(reader, size)) return NULL;
    void *room = reader->scratch + reader->used;
    reader->used += size;
    return room;
}

static inline bool dynox__push(dynox__reader *reader, const void *element, size_t size)
{
    void *room = dynox__claim(reader, size);
    if (room) memcpy(room, element, size);
    return room;
}

/* Moves what was pushed since the area held `base` bytes to the arena. Nothing pushed: NULL, which is no failure. */
static inline bool dynox__pop(dynox__reader *reader, size_t base, void *array)
{
    size_t size  = reader->used - base;
    void  *block = NULL;
    if (size) {
        block = dynox__arena_alloc(reader->arena, size);
        if (!block) return false;
        memcpy(block, reader->scratch + base, size);
    }
    reader->used = base;
    memcpy(array, &block, sizeof block);
    return true;
}

static inline uint8_t *dynox__skip_space(uint8_t *p)
{
    while (*p <= ' ' && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return p;
}

static inline uint8_t *dynox__expect(dynox__reader *reader, uint8_t *p, char what)
{
    return *p == (uint8_t)what ? p + 1 : dynox__reader_expected(reader, p, what);
}

/* After an element of a container: past the comma and white space, or at the closing bracket. Sets *more. */
static inline uint8_t *dynox__next_element(dynox__reader *reader, uint8_t *p, char close, bool *more)
{
    p     = dynox__skip_space(p);
    *more = *p == ',';
    return *more ? dynox__skip_space(p + 1) : dynox__expect(reader, p, close);
}

/* The first element of a container whose opening bracket is at p: sets *more to whether there is one. */
static inline uint8_t *dynox__first_element(dynox__reader *reader, uint8_t *p, char open, char close, bool *more)
{
    p = dynox__expect(reader, p, open);
    if (!p) return NULL;
    p     = dynox__skip_space(p);
    *more = *p != (uint8_t)close;
    return *more ? p : p + 1;
}

static inline uint8_t *dynox__scan_plain(uint8_t *p)
{
    for (;; p += DYNOX__SCAN_STEP) {
        uint64_t mask = dynox__scan_mask(p);
        if (mask) return p + dynox__scan_first(mask);
    }
}

/* The rest of a text, from its first byte at `p` that is not plain; it starts at `start`. */
uint8_t *dynox__read_text_slowly(dynox__reader *reader, uint8_t *start, uint8_t *p, char **text, uint32_t *length);

/* A JSON string, unescaped and NUL-terminated where it is. */
static inline uint8_t *dynox__read_text(dynox__reader *reader, uint8_t *p, char **text, uint32_t *length)
{
    if (*p != '"') return dynox__reader_expected(reader, p, '"');
    uint8_t *start = p + 1, *stop = dynox__scan_plain(start);
    if (*stop != '"') return dynox__read_text_slowly(reader, start, stop, text, length);
    *stop   = 0;
    *text   = (char *)start;
    *length = (uint32_t)(stop - start);
    return stop + 1;
}

/* The name of a member, the colon, and white space around it. */
static inline uint8_t *dynox__read_name(dynox__reader *reader, uint8_t *p, char **name, uint32_t *length)
{
    p = dynox__read_text(reader, p, name, length);
    if (!p) return NULL;
    p = dynox__expect(reader, dynox__skip_space(p), ':');
    return p ? dynox__skip_space(p) : NULL;
}

/* Is the literal null at p? Nothing longer is looked for: what follows it is checked by whoever goes on from p + 4. */
static inline bool dynox__at_null(const uint8_t *p)
{
    return *p == 'n' && memcmp(p, "null", 4) == 0;
}

uint8_t *dynox__skip_number(dynox__reader *reader, uint8_t *p);
uint8_t *dynox__skip_value(dynox__reader *reader, uint8_t *p, unsigned depth); /* any JSON; leaves it as it is */

/* An AttributeValue {"S":"x"}, to its place in the work area, told by its offset; attributes {"pk":{"S":"x"}}: depth is
 * 1 at the top. */
uint8_t *dynox__read_value(dynox__reader *reader, uint8_t *p, size_t at, unsigned depth);
uint8_t *dynox__read_attributes(dynox__reader *reader, uint8_t *p, const dynox_named_value **map, size_t *count,
                                unsigned depth);

/* Parts of values, for those who know the type. A number and bytes from their opening quote, into a zeroed value (but
 * for its type); what may be behind the content of a value: white space, members that say nothing, its closing brace.
 */
uint8_t *dynox__read_number(dynox__reader *reader, uint8_t *p, dynox_value *value);
uint8_t *dynox__read_bytes(dynox__reader *reader, uint8_t *p, dynox_value *value);
uint8_t *dynox__end_value(dynox__reader *reader, uint8_t *p);

static inline uint8_t *dynox__read_boolean(dynox__reader *reader, uint8_t *p, bool *boolean)
{
    *boolean = memcmp(p, "true", 4) == 0;
    if (*boolean) return p + 4;
    return memcmp(p, "false", 5) == 0 ? p + 5 : dynox__reader_fail(reader, p, "expected true or false");
}

/* An object by a table, into `result`, which is zeroed. */
uint8_t *dynox__read_object(dynox__reader *reader, uint8_t *p, const dynox__field *fields, size_t field_count,
                            void *result);

/* An array, into the arena: each element is zeroed, read to `element` (of `size` bytes) and kept. `array` points to the
 * pointer to the array. */
uint8_t *dynox__read_array(dynox__reader *reader, uint8_t *p, dynox__field_reader *read, void *element, size_t size,
                           void *array, size_t *count);

#endif
