/* Attributes and shapes: how the members of a C struct are stored. They are made by the macros of
 * <dynox/model_macros.h>; here is what these make, and the types of members that C does not have.
 *
 * All of it is constant data of the program: any thread may use it at any time. */
#ifndef DYNOX_ATTRIBUTE_H
#define DYNOX_ATTRIBUTE_H

#include <dynox/value.h>
#include <stdint.h>

DYNOX_EXTERN_C_BEGIN

/* ---- members ---- */

/* A member of more than one thing: DYNOX_MANY(line) lines; is used as cart->lines.at[i] and cart->lines.count. `at`
 * NULL is absent; not NULL with a count of 0 is an empty list (a set is absent then: there are no empty ones). */
#define DYNOX_MANY(type)                                                                                               \
    struct {                                                                                                           \
        type  *at;                                                                                                     \
        size_t count;                                                                                                  \
    }

/* A member of bytes. */
typedef struct dynox_blob {
    const void *bytes; /* NULL: absent */
    size_t      size;
} dynox_blob;

/* ---- what the macros make ---- */

/* How a member is stored; chosen by the macro and the type of the member. Internal. */
typedef enum dynox_member_kind {
    DYNOX_KIND_NONE_,
    DYNOX_KIND_STRING_, /* const char * */
    DYNOX_KIND_CHARS_,  /* char[n] */
    DYNOX_KIND_INT_,
    DYNOX_KIND_DOUBLE_, /* or float */
    DYNOX_KIND_NUMBER_, /* const char *: decimal text */
    DYNOX_KIND_BOOL_,
    DYNOX_KIND_BLOB_,
    DYNOX_KIND_COMPRESSED_, /* const char * */
    DYNOX_KIND_DATETIME_,
    DYNOX_KIND_EPOCH_,
    DYNOX_KIND_ENUM_,
    DYNOX_KIND_STRUCT_,
    DYNOX_KIND_STRUCTS_,
    DYNOX_KIND_STRINGS_,
    DYNOX_KIND_INTS_,
    DYNOX_KIND_DOUBLES_,
    DYNOX_KIND_STRING_SET_,
    DYNOX_KIND_INT_SET_,
    DYNOX_KIND_DOUBLE_SET_,
    DYNOX_KIND_BLOB_SET_,
    DYNOX_KIND_VALUE_, /* dynox_value */
    DYNOX_KIND_EXTRA_, /* dynox_item */
    DYNOX_KIND_CUSTOM_,
    DYNOX_KIND_BASE_, /* the attributes of a struct that is the first member */
    DYNOX_KIND_BAD_
} dynox_member_kind;

/* What an attribute is to its model. Internal. */
typedef enum dynox_attribute_role {
    DYNOX_ROLE_NONE_,
    DYNOX_ROLE_PARTITION_KEY_,
    DYNOX_ROLE_SORT_KEY_,
    DYNOX_ROLE_VERSION_,
    DYNOX_ROLE_WRITE_ID_,
    DYNOX_ROLE_TTL_,
    DYNOX_ROLE_TYPE_,
    DYNOX_ROLE_KEY_PART_ /* not stored: a part of a key by its template */
} dynox_attribute_role;

/* What a member that is zero becomes when a new record is saved. */
typedef enum dynox_generator {
    DYNOX_GENERATE_NOTHING = 0,
    DYNOX_UUID4, /* random, RFC 9562: 36 characters. These four are for texts */
    DYNOX_UUID7, /* begins with the time: later ones sort behind earlier ones, RFC 9562 */
    DYNOX_ULID,  /* 26 characters, strictly increasing within a process */
    DYNOX_KSUID, /* 27 characters, sorted by the second */
    DYNOX_EPOCH, /* seconds since 1970: integers and dates */
    DYNOX_EPOCH_MS,
    DYNOX_UTC_NOW /* now: dates; in a text 2026-01-02T03:04:05+00:00 */
} dynox_generator;

/* Of a DYNOX_DATETIME: what its member counts since 1970, and the digits of its text. */
typedef enum dynox_precision { DYNOX_SECONDS = 0, DYNOX_MILLISECONDS, DYNOX_MICROSECONDS } dynox_precision;

/* What compresses a DYNOX_COMPRESSED. Each may have been left out when dynox was built; a model that asks for one that
 * was is refused at first use (DYNOX_E_ARGUMENT), an item that needs it is when it is loaded (DYNOX_E_DECODE). */
typedef enum dynox_compressor { DYNOX_ZSTD = 0, DYNOX_LZ4, DYNOX_GZIP } dynox_compressor;

/* How a text is compressed when it is saved. Whatever compressed it, it is read. DYNOX_COMPRESSION(.algorithm =
 * DYNOX_GZIP, .level = 9) makes one for the attribute's option. */
typedef struct dynox_compression {
    dynox_compressor algorithm;
    int              level;    /* 0: the usual one, of zstd 3 (1 to 22), of gzip 6 (1 to 9); lz4 has none */
    size_t           min_size; /* bytes; shorter texts are stored plain; 0: 100 */
    double           worth;    /* plain, if what is stored would not be shorter than this part of it; 0: 0.9 */
    bool             binary;   /* stored as B: a quarter smaller, and not for pydynox, which knows base64 in an S */
    size_t           max_size; /* bytes; what would be longer when it is expanded is not loaded; 0: 16 MiB */
} dynox_compression;
#define DYNOX_COMPRESSION(...) (&(const dynox_compression){__VA_ARGS__})

/* Memory for a kind of your own. */
typedef struct dynox_room dynox_room;

/* Memory that lives as long as the record (in load) or the call (in store). NULL: out of memory. */
DYNOX_API void *dynox_room_alloc(dynox_room *room, size_t size);
/* Calls end(what) when that memory goes: for members that have to be freed. DYNOX_E_NO_MEMORY: it will not; end it
 * yourself. */
DYNOX_API dynox_status dynox_room_defer(dynox_room *room, void (*end)(void *what), void *what);

/* A kind of attribute of your own; made with DYNOX_ATTRIBUTE_KIND. The functions are called on any thread (load on an
 * I/O thread), must not block, and get members of one type. */
typedef struct dynox_kind {
    const char *name;
    dynox_status (*store)(const void *member, dynox_room *room, dynox_value *value, dynox_error *error);
    dynox_status (*load)(const dynox_value *value, dynox_room *room, void *member, dynox_error *error);
    bool (*is_absent)(const void *member); /* NULL: when all its bytes are zero */
    /* NULL: when they are stored alike, which counts as equal anyway. With a NULL it tells whether there is one: the
     * macro's wrapper of the function that was given, if any. */
    bool (*equal)(const void *a, const void *b);
} dynox_kind;

/* A value of an enum. In a table of them: static const dynox_enum_name colours[] = {{RED, "red"}, {GREEN, "green"}}; */
typedef struct dynox_enum_name {
    int64_t     value;
    const char *name; /* NULL: stored as the number */
} dynox_enum_name;

struct dynox__shape; /* a shape that was checked */

/* An attribute. Made by the macros; the fields without an underscore at their end are their options. */
typedef struct dynox_attribute {
    const char *model_, *member_;
    uint32_t    offset_, size_, element_;
    uint8_t     kind_, role_;
    bool        signed_;
    const void *inner_; /* dynox_shape of structs, dynox_kind of custom ones, dynox_enum_name of enums */
    size_t      inner_count_;

    const char     *alias;          /* its name in the table; NULL: the member's */
    const char     *template_;      /* "USER#{email}": made of other members */
    bool            escape;         /* of a template: what separates its parts may occur in them, and becomes %XX */
    size_t          optional;       /* DYNOX_HAS(user, has_age): the bool that says whether there is one */
    bool            required;       /* saving without it is refused */
    bool            null_stored;    /* absent is stored as NULL, not left out */
    dynox_precision precision;      /* of a DYNOX_DATETIME */
    dynox_generator generate;       /* in new records, where it is zero */
    const char     *default_string; /* these four: the same */
    int64_t         default_int;
    double          default_double;
    bool            default_bool;

    const dynox_compression *compression; /* of a DYNOX_COMPRESSED; NULL: all as usual */
} dynox_attribute;

/* A struct that is stored: a record's, or one inside records, which is a map. */
typedef struct dynox_shape {
    const char            *name;
    size_t                 size;
    const dynox_attribute *attributes;
    size_t                 count;
    struct dynox__shape  **made_; /* filled at first use */
} dynox_shape;

DYNOX_EXTERN_C_END
#endif
