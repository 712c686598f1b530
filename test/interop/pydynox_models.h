/* The models of the pydynox tests; pydynox_models.py has the same in Python, and what each looks like on the wire. */
#ifndef DYNOX_TEST_PYDYNOX_MODELS_H
#define DYNOX_TEST_PYDYNOX_MODELS_H

#define DYNOX_USER_TYPES                                                                                               \
    DYNOX_MODEL_TYPE(person)                                                                                           \
    DYNOX_MODEL_TYPE(ranked)                                                                                           \
    DYNOX_MODEL_TYPE(animal)                                                                                           \
    DYNOX_MODEL_TYPE(paper) DYNOX_MODEL_TYPE(letter) DYNOX_MODEL_TYPE(counter) DYNOX_MODEL_TYPE(event)
#include <dynox/dynox.h>
#include <dynox/json.h>
#include <json-c/json.h>

enum mood { NO_MOOD, CALM, BUSY };
static const dynox_enum_name mood_names[] = {{CALM, "calm"}, {BUSY, "busy"}};

enum rank { LOW = 1, HIGH = 2 };
static const dynox_enum_name rank_names[] = {{LOW, NULL}, {HIGH, NULL}}; /* numbers; pydynox stores their text */

typedef struct address {
    const char *street, *city;
    int64_t     zip;
    const char *note;
} address;
static const dynox_attribute address_attributes[] = {
    DYNOX_STRING(address, street),
    DYNOX_STRING(address, city),
    DYNOX_INT(address, zip),
    DYNOX_STRING(address, note),
};
DYNOX_SHAPE(address)

typedef struct line {
    const char *sku;
    int64_t     quantity;
    double      price;
} line;
static const dynox_attribute line_attributes[] = {
    DYNOX_STRING(line, sku),
    DYNOX_INT(line, quantity),
    DYNOX_DOUBLE(line, price),
};
DYNOX_SHAPE(line)

typedef struct person {
    DYNOX_RECORD;
    const char *pk, *sk, *email, *name;
    int64_t     age;
    double      height;
    const char *balance, *serial; /* decimal text */
    bool        active, has_age, has_height, has_active, has_address;
    dynox_blob  photo;
    DYNOX_MANY(const char *) tags;
    DYNOX_MANY(int64_t) scores;
    DYNOX_MANY(double) ratios;
    DYNOX_MANY(const char *) path;
    DYNOX_MANY(int64_t) steps;
    dynox_value mixed;
    address     address;
    DYNOX_MANY(line) lines;
    dynox_value         settings;
    struct json_object *notes;
    enum mood           mood;
    bool                has_mood;
    time_t              born;
    int64_t             seen; /* microseconds */
    time_t              expires_at;
    int64_t             version;
} person;
static const dynox_attribute person_attributes[] = {
    DYNOX_PARTITION_KEY(person, pk, .template_ = "PERSON#{email}"),
    DYNOX_SORT_KEY(person, sk, .template_ = "PROFILE"),
    DYNOX_STRING(person, email, .required = true),
    DYNOX_STRING(person, name, .alias = "n"),
    DYNOX_INT(person, age, .optional = DYNOX_HAS(person, has_age)),
    DYNOX_DOUBLE(person, height, .optional = DYNOX_HAS(person, has_height)),
    DYNOX_NUMBER(person, balance),
    DYNOX_NUMBER(person, serial),
    DYNOX_BOOLEAN(person, active, .optional = DYNOX_HAS(person, has_active)),
    DYNOX_BINARY(person, photo),
    DYNOX_SET(person, tags),
    DYNOX_SET(person, scores),
    DYNOX_SET(person, ratios),
    DYNOX_ARRAY(person, path),
    DYNOX_ARRAY(person, steps),
    DYNOX_DYNAMIC(person, mixed),
    DYNOX_STRUCT(person, address, address, .optional = DYNOX_HAS(person, has_address)),
    DYNOX_STRUCTS(person, lines, line),
    DYNOX_DYNAMIC(person, settings),
    DYNOX_JSON(person, notes),
    DYNOX_ENUM(person, mood, mood_names, .optional = DYNOX_HAS(person, has_mood)),
    DYNOX_DATETIME(person, born),
    DYNOX_DATETIME(person, seen, .precision = DYNOX_MICROSECONDS),
    DYNOX_TTL(person, expires_at),
    DYNOX_VERSION(person, version),
};
DYNOX_MODEL(person, .table = "pydynox")

typedef struct ranked {
    DYNOX_RECORD;
    const char *pk, *sk;
    enum rank   rank;
} ranked;
static const dynox_attribute ranked_attributes[] = {
    DYNOX_PARTITION_KEY(ranked, pk),
    DYNOX_SORT_KEY(ranked, sk),
    DYNOX_ENUM(ranked, rank, rank_names),
};
DYNOX_MODEL(ranked, .table = "pydynox")

typedef struct animal {
    DYNOX_RECORD;
    const char *pk, *sk, *owner, *name, *type;
} animal;
static const dynox_attribute animal_attributes[] = {
    DYNOX_PARTITION_KEY(animal, pk, .template_ = "OWNER#{owner}"),
    DYNOX_SORT_KEY(animal, sk, .template_ = "ANIMAL#{name}"),
    DYNOX_STRING(animal, owner),
    DYNOX_STRING(animal, name),
    DYNOX_DISCRIMINATOR(animal, type, .alias = "_type"),
};

typedef struct dog {
    animal      base;
    const char *breed;
} dog;
static const dynox_attribute dog_attributes[] = {
    DYNOX_BASE(dog, base, animal),
    DYNOX_STRING(dog, breed),
};

typedef struct cat {
    animal base;
    bool   indoor;
} cat;
static const dynox_attribute cat_attributes[] = {
    DYNOX_BASE(cat, base, animal),
    DYNOX_BOOLEAN(cat, indoor),
};
DYNOX_MODEL_CHILD(dog, .table = "pydynox", .type = "Dog")
DYNOX_MODEL_CHILD(cat, .table = "pydynox", .type = "Cat")
static const dynox_model *const animal_children[] = {&dog_model, &cat_model, NULL};
DYNOX_MODEL(animal, .table = "pydynox", .children = animal_children)

typedef struct letter {
    DYNOX_RECORD;
    const char *pk, *sk, *zstd, *lz4, *gzip, *plain;
} letter;
static const dynox_attribute letter_attributes[] = {
    DYNOX_PARTITION_KEY(letter, pk),
    DYNOX_SORT_KEY(letter, sk),
    DYNOX_COMPRESSED(letter, zstd),
    DYNOX_COMPRESSED(letter, lz4, .compression = DYNOX_COMPRESSION(.algorithm = DYNOX_LZ4)),
    DYNOX_COMPRESSED(letter, gzip, .compression = DYNOX_COMPRESSION(.algorithm = DYNOX_GZIP)),
    DYNOX_COMPRESSED(letter, plain, .alias = "short"),
};
DYNOX_MODEL(letter, .table = "pydynox")

/* What is in it. */
static inline const char *letter_text(void)
{
    static char text[4200];
    while (!*text || strlen(text) < 4000)
        snprintf(text + strlen(text), sizeof text - strlen(text), "Ada Lövelace wrote to Charles Babbage. ");
    return text;
}

typedef struct paper {
    DYNOX_RECORD;
    const char *pk;
    char        id[27];
    const char *made; /* text: pydynox ends it with Z, dynox with +00:00 */
    int64_t     made_ms;
} paper;
static const dynox_attribute paper_attributes[] = {
    DYNOX_PARTITION_KEY(paper, pk, .template_ = "PAPER"),
    DYNOX_SORT_KEY(paper, id, .alias = "sk", .generate = DYNOX_ULID),
    DYNOX_STRING(paper, made, .generate = DYNOX_UTC_NOW),
    DYNOX_INT(paper, made_ms, .generate = DYNOX_EPOCH_MS),
};
DYNOX_MODEL(paper, .table = "pydynox")

typedef struct counter {
    DYNOX_RECORD;
    const char *pk, *sk;
    int64_t     value, version;
} counter;
static const dynox_attribute counter_attributes[] = {
    DYNOX_PARTITION_KEY(counter, pk),
    DYNOX_SORT_KEY(counter, sk),
    DYNOX_INT(counter, value),
    DYNOX_VERSION(counter, version),
};
DYNOX_MODEL(counter, .table = "pydynox")

typedef struct event {
    DYNOX_RECORD;
    const char *pk, *sk, *name, *place, *email, *text;
    int64_t     count;
    double      price;
    bool        open;
    time_t      created_at;
} event;
static const dynox_attribute event_attributes[] = {
    DYNOX_PARTITION_KEY(event, pk),    DYNOX_SORT_KEY(event, sk),  DYNOX_STRING(event, name),
    DYNOX_STRING(event, place),        DYNOX_STRING(event, email), DYNOX_STRING(event, text),
    DYNOX_INT(event, count),           DYNOX_DOUBLE(event, price), DYNOX_BOOLEAN(event, open),
    DYNOX_DATETIME(event, created_at),
};
DYNOX_MODEL(event, .table = "pydynox")

/* ---- checks that go on ---- */

static int pydynox_wrong, pydynox_checks;

#define CHECK(is)                                                                                                      \
    do {                                                                                                               \
        pydynox_checks++;                                                                                              \
        if (!(is)) {                                                                                                   \
            pydynox_wrong++;                                                                                           \
            printf("FAIL: %s, line %d: %s\n", __FILE__, __LINE__, #is);                                                \
        }                                                                                                              \
    } while (0)

static inline bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Says what went wrong; false then. */
static inline bool went_well(dynox_status status, dynox_error *err)
{
    pydynox_checks++;
    if (status == DYNOX_OK) return true;
    pydynox_wrong++;
    dynox_error_print(stdout, err);
    dynox_error_clear(err);
    return false;
}

static inline int pydynox_result(void)
{
    printf("%d checks, %d failed\n", pydynox_checks, pydynox_wrong);
    return pydynox_wrong || !pydynox_checks;
}

static const time_t WHEN = 1767323045; /* 2026-01-02T03:04:05Z */

#endif
