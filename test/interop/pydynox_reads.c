/* Writes what pydynox_reads.py loads, and finds again what that changes. Usage: pydynox_reads TABLE write|again. */
#include "pydynox_models.h"

static dynox_client *db;
static const char   *table;

static const char *tags[]   = {"red", "green"};
static int64_t     scores[] = {7, -3, INT64_C(9007199254740991)}; /* pydynox reads larger ones of a set as floats */
static double      ratios[] = {0.5, 2.25};
static const char *path[]   = {"a", "", "ü"};
static int64_t     steps[]  = {1, 2, 3};
static line        lines[]  = {{"tea", 2, 4.5}, {"milk", 1, 1.25}};

/* The values beside it must live as long. */
static person full(const char *email, dynox_value mixed, dynox_value settings, struct json_object *notes)
{
    return (person){.email       = email,
                    .name        = "Ada Lövelace",
                    .age         = 36,
                    .has_age     = true,
                    .height      = 1.75,
                    .has_height  = true,
                    .balance     = "12345678901234567890.25",
                    .serial      = "12345678901234567890123456789012345678",
                    .active      = true,
                    .has_active  = true,
                    .photo       = {"\x00\x01\xff", 3},
                    .tags        = {tags, 2},
                    .scores      = {scores, 3},
                    .ratios      = {ratios, 2},
                    .path        = {path, 3},
                    .steps       = {steps, 3},
                    .mixed       = mixed,
                    .address     = {"Long Acre 1", "London", 7, NULL},
                    .has_address = true,
                    .lines       = {lines, 2},
                    .settings    = settings,
                    .notes       = notes,
                    .mood        = BUSY,
                    .has_mood    = true,
                    .born        = WHEN,
                    .seen        = WHEN * INT64_C(1000000) + 678901,
                    .expires_at  = 2208988800};
}

static void save(person *p)
{
    dynox_error err = {0};
    went_well(person_sync_save(db, p, DYNOX_WITH(.table = table, .error = &err)), &err);
}

/* Three saves and an update: version 4. */
static void change(void)
{
    dynox_error        err    = {0};
    static const char *blue[] = {"blue"};
    person            *p      = NULL;
    went_well(person_sync_get(db, &(person){.email = "changed"}, &p, DYNOX_WITH(.table = table, .error = &err)), &err);
    if (!p) return;
    p->age  = 37;
    p->name = NULL; /* removed */
    save(p);
    p->tags.at    = blue;
    p->tags.count = 1;
    save(p);
    went_well(
        person_sync_update(db, p, DYNOX_EXPR("SET path = ?", DYNOX_LIST()), DYNOX_WITH(.table = table, .error = &err)),
        &err);
    CHECK(p->version == 4);
    person_free(p);
}

static void write_people(void)
{
    struct json_object *notes = json_tokener_parse("{\"b\": [1, 2.5, null, \"é\"], \"a\": true}");
    dynox_value mixed    = DYNOX_LIST("text", 1, dynox_null(), true, DYNOX_LIST(1.5), DYNOX_MAP("deep", DYNOX_LIST()));
    dynox_value settings = DYNOX_MAP("theme", "dark", "size", 12);
    person      first = full("full", mixed, settings, notes), other = full("changed", mixed, settings, notes);
    person      bare = {.email = "bare"};
    save(&first);
    save(&bare);
    save(&other);
    change();
    person_clear(&first);
    person_clear(&bare);
    person_clear(&other);
    json_object_put(notes);
}

static void write_others(void)
{
    dynox_error err = {0};
    dog         rex = {.base = {.owner = "eve", .name = "Rex"}, .breed = "collie"};
    cat         tom = {.base = {.owner = "eve", .name = "Tom"}, .indoor = false};
    paper new       = {0};
    went_well(dog_sync_save(db, &rex, DYNOX_WITH(.table = table, .error = &err)), &err);
    went_well(cat_sync_save(db, &tom, DYNOX_WITH(.table = table, .error = &err)), &err);
    letter mail = {.pk    = "LETTER",
                   .sk    = "2",
                   .zstd  = letter_text(),
                   .lz4   = letter_text(),
                   .gzip  = letter_text(),
                   .plain = "Dear Charles"};
    went_well(letter_sync_save(db, &mail, DYNOX_WITH(.table = table, .error = &err)), &err);
    letter_clear(&mail);
    went_well(paper_sync_save(db, &new, DYNOX_WITH(.table = table, .error = &err)), &err);
    dog_clear(&rex);
    cat_clear(&tom);
    paper_clear(&new);
}

/* pydynox has made lists of our sets, and nothing else is lost. */
static void find_again(void)
{
    dynox_error err = {0};
    person     *p   = NULL;
    went_well(person_sync_get(db, &(person){.email = "full"}, &p,
                              DYNOX_WITH(.table = table, .consistent_read = true, .error = &err)),
              &err);
    CHECK(p && p->has_age && p->age == 99 && p->version == 2);
    CHECK(p && p->tags.count == 2 && same_text(p->address.city, "Paris") && p->scores.count == 3 && p->born == WHEN);
    person_free(p);
}

int main(int argc, char **argv)
{
    dynox_error err = {0};
    if (argc != 3) return 2;
    db    = dynox_client_new(.error = &err);
    table = argv[1];
    if (!db) return dynox_error_print(stderr, &err), 1;
    if (strcmp(argv[2], "write") == 0) {
        write_people();
        write_others();
    } else {
        find_again();
    }
    dynox_client_free(db);
    return pydynox_result();
}
