/* Loads what pydynox_writes.py has written, in all forms it has, and changes the name of one person.
 * Usage: pydynox_writes TABLE. */
#include "pydynox_models.h"

static dynox_client *db;
static const char   *table;

static person *load(const char *email)
{
    dynox_error err   = {0};
    person     *found = NULL;
    printf("-- %s\n", email);
    went_well(person_sync_get(db, &(person){.email = email}, &found,
                              DYNOX_WITH(.table = table, .consistent_read = true, .error = &err)),
              &err);
    CHECK(found);
    return found;
}

static bool has_strings(const char *const *at, size_t count, const char *a, const char *b)
{
    return count == 2 && ((same_text(at[0], a) && same_text(at[1], b)) || (same_text(at[0], b) && same_text(at[1], a)));
}

static bool has_int(const person *p, int64_t wanted)
{
    for (size_t i = 0; i < p->scores.count; i++)
        if (p->scores.at[i] == wanted) return true;
    return false;
}

static bool has_ratio(const person *p, double wanted)
{
    for (size_t i = 0; i < p->ratios.count; i++)
        if (p->ratios.at[i] == wanted) return true;
    return false;
}

static void check_sets(const person *p)
{
    CHECK(has_strings(p->tags.at, p->tags.count, "red", "green"));
    CHECK(p->scores.count == 3 && has_int(p, 7) && has_int(p, -3) && has_int(p, INT64_C(9007199254740993)));
    CHECK(p->ratios.count == 2 && has_ratio(p, 0.5) && has_ratio(p, 2.25));
}

static void check_nested(const person *p)
{
    const dynox_value *mixed;
    size_t             count;
    CHECK(p->path.count == 3 && same_text(p->path.at[0], "a") && same_text(p->path.at[1], "") &&
          same_text(p->path.at[2], "ü"));
    CHECK(p->steps.count == 3 && p->steps.at[0] == 1 && p->steps.at[2] == 3);
    mixed = dynox_value_as_list(&p->mixed, &count);
    CHECK(mixed && count == 6 && same_text(dynox_value_as_string(&mixed[0]), "text"));
    CHECK(count == 6 && dynox_value_type_of(&mixed[2]) == DYNOX_NULL && dynox_value_type_of(&mixed[5]) == DYNOX_M);
    CHECK(p->has_address && same_text(p->address.street, "Long Acre 1") && p->address.zip == 7 && !p->address.note);
    CHECK(p->lines.count == 2 && same_text(p->lines.at[1].sku, "milk") && p->lines.at[0].quantity == 2);
    CHECK(p->lines.count == 2 && p->lines.at[1].price == 1.25);
    dynox_item settings = dynox_value_as_map(&p->settings);
    CHECK(same_text(dynox_get_string(&settings, "theme"), "dark") && dynox_get_int(&settings, "size") == 12);
    CHECK(json_object_array_length(json_object_object_get(p->notes, "b")) == 4);
    CHECK(same_text(json_object_get_string(json_object_array_get_idx(json_object_object_get(p->notes, "b"), 3)), "é"));
}

static void check_full(const person *p, const char *email, int64_t version)
{
    CHECK(same_text(p->email, email) && same_text(p->sk, "PROFILE") && strncmp(p->pk, "PERSON#", 7) == 0);
    CHECK(same_text(p->name, "Ada Lövelace") && p->has_height && p->height == 1.75);
    CHECK(same_text(p->balance, "12345678901234567890.25"));
    CHECK(same_text(p->serial, "12345678901234567890123456789012345678"));
    CHECK(p->has_active && p->active);
    CHECK(p->photo.size == 3 && memcmp(p->photo.bytes, "\x00\x01\xff", 3) == 0);
    CHECK(p->has_mood && p->mood == BUSY && p->expires_at == 2208988800);
    CHECK(p->version == version && !person_is_dirty(p));
    check_sets(p);
    check_nested(p);
}

/* Not there, or a stored NULL, which is a value of its own in what may be anything. */
static bool is_nothing(const dynox_value *value)
{
    return dynox_value_type_of(value) == DYNOX_INVALID || dynox_value_type_of(value) == DYNOX_NULL;
}

static void check_absent(const person *p, int64_t version)
{
    CHECK(!p->name && !p->has_age && !p->has_height && !p->balance && !p->serial && !p->has_active && !p->photo.bytes);
    CHECK(!p->tags.count && !p->scores.count && !p->ratios.count && !p->path.at && !p->steps.at && !p->lines.at);
    CHECK(is_nothing(&p->mixed) && is_nothing(&p->settings));
    CHECK(!p->has_address && !p->notes && !p->has_mood && !p->born && !p->seen && !p->expires_at &&
          p->version == version);
}

static void check_people(void)
{
    person *p = load("full");
    if (p) check_full(p, "full", 1);
    CHECK(p && p->age == 36 && p->born == WHEN && p->seen == WHEN * INT64_C(1000000) + 678901);
    person_free(p);

    p = load("bare");
    if (p) check_absent(p, 1);
    person_free(p);
    p = load("nulls"); /* NULL and an empty set are absent, too; also of the TTL, which pydynox cannot load then */
    if (p) check_absent(p, 2);
    person_free(p);

    p = load("dates"); /* none is UTC; two hours east */
    CHECK(p && p->born == WHEN && p->seen == WHEN * INT64_C(1000000) + 120000);
    person_free(p);

    p = load("foreign");
    if (p) check_sets(p);
    CHECK(p && p->born == WHEN && p->seen == WHEN * INT64_C(1000000) + 678000 && p->version == 5);
    CHECK(p && json_object_get_int(json_object_object_get(p->notes, "a")) == 1);
    person_free(p);

    p = load("numbers");
    CHECK(p && p->age == -1 && p->height == 1e-07 && same_text(p->balance, "19.99"));
    CHECK(p && has_ratio(p, 1e16) && has_ratio(p, -0.125));
    person_free(p);

    p = load("third");
    if (p) check_full(p, "third", 3);
    CHECK(p && p->age == 37);
    person_free(p);
}

static void change_kept(void)
{
    dynox_error err = {0};
    person     *p   = load("kept");
    if (!p) return;
    p->name = "Changed";
    went_well(person_sync_save(db, p, DYNOX_WITH(.table = table, .error = &err)), &err);
    CHECK(p->version == 2);
    person_free(p);
}

/* Row 251. */
static void check_letter(void)
{
    dynox_error err = {0};
    letter     *l   = NULL;
    went_well(letter_sync_get(db, &(letter){.pk = "LETTER", .sk = "1"}, &l, DYNOX_WITH(.table = table, .error = &err)),
              &err);
    CHECK(l && same_text(l->zstd, letter_text()) && same_text(l->lz4, letter_text()));
    CHECK(l && same_text(l->gzip, letter_text()) && same_text(l->plain, "Dear Ada"));
    letter_free(l);
}

static void check_others(void)
{
    dynox_error err = {0};
    ranked     *r   = NULL;
    went_well(ranked_sync_get(db, &(ranked){.pk = "RANKED", .sk = "1"}, &r, DYNOX_WITH(.table = table, .error = &err)),
              &err);
    CHECK(r && r->rank == HIGH);
    ranked_free(r);

    dynox_stream *all   = animal_query(db, &(animal){.owner = "ada"}, DYNOX_WITH(.table = table));
    int           count = 0;
    for (animal *a; (a = animal_next(all, &err)); count++) {
        const dog *d = dog_from(a);
        const cat *c = cat_from(a);
        CHECK(same_text(a->name, "Rex") == (d && same_text(d->breed, "poodle")));
        CHECK(same_text(a->name, "Tom") == (c && c->indoor));
        CHECK(!same_text(a->name, "Una") ||
              same_text(a->type, "Unicorn")); /* a kind it does not know: the one asked for */
    }
    went_well(err.status, &err);
    CHECK(count == 3);
    dynox_stream_free(all);

    dynox_stream *papers = paper_query(db, &(paper){0}, DYNOX_WITH(.table = table));
    const paper  *one    = paper_next(papers, &err);
    went_well(err.status, &err);
    CHECK(one && strlen(one->id) == 26 && strlen(one->made) == 20 && one->made_ms > INT64_C(1700000000000));
    dynox_stream_free(papers);
    check_letter();
}

int main(int argc, char **argv)
{
    dynox_error err = {0};
    db              = dynox_client_new(.error = &err);
    table           = argc > 1 ? argv[1] : "pydynox";
    if (!db) return dynox_error_print(stderr, &err), 1;
    check_people();
    change_kept();
    check_others();
    dynox_client_free(db);
    return pydynox_result();
}
