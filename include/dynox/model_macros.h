/* The macros that declare models; see <dynox/model.h> for an example.
 *
 * Attributes: the macro says how a member is stored, options follow the member.
 *
 *     DYNOX_PARTITION_KEY, DYNOX_SORT_KEY    text, integer or dynox_blob
 *     DYNOX_STRING                           const char * or char[n]
 *     DYNOX_INT, DYNOX_DOUBLE, DYNOX_BOOLEAN any integer; double or float; bool
 *     DYNOX_NUMBER                           const char *: a number as decimal text, as exact as the service's
 *     DYNOX_BINARY                           dynox_blob
 *     DYNOX_COMPRESSED                       const char *: text that is stored compressed where that is shorter
 *     DYNOX_DATETIME                         time_t or int64_t: text in UTC, sorted by time
 *     DYNOX_TTL                              time_t or int64_t: the attribute by which the service deletes
 *     DYNOX_VERSION                          any integer: counted up by each write, which asks for the old one
 *     DYNOX_WRITE_ID                         char[27], beside a version: another id with each write that counts it up,
 * by which a write whose answer was lost is known again DYNOX_DISCRIMINATOR                    text: the model's .type
 *     DYNOX_ENUM(m, member, names)           an enum or integer; names: an array of dynox_enum_name
 *     DYNOX_STRUCT(m, member, S), DYNOX_STRUCTS(m, member, S)   S and DYNOX_MANY(S): a map, a list of them
 *     DYNOX_ARRAY, DYNOX_SET                 DYNOX_MANY(const char *), (int64_t), (double); sets also (dynox_blob)
 *     DYNOX_DYNAMIC                          dynox_value: anything
 *     DYNOX_EXTRA                            dynox_item: all attributes that no other member has
 *     DYNOX_CUSTOM(m, member, T)             T, by DYNOX_ATTRIBUTE_KIND(T, ...)
 *     DYNOX_KEY_PART                         text or integer: not stored, a part of a key's template
 *     DYNOX_BASE(m, member, parent)          the attributes of the struct that is the first member
 *
 * Defaults and generators are for the members of a record itself, not for those of structs inside of it. A template
 * takes texts, integers, numbers, dates and enums, as they are stored; {{ and }} are braces. DYNOX_KEY_PARTs are read
 * back from a key: what is before them there, and they themselves, must not have the literal in them that follows,
 * unless the template has .escape.
 *
 * What is wrong with a declaration is an error of the compiler, in words, or the error of the first call.
 *
 * Several files: DYNOX_MODEL_DECL(user) behind the struct in the header; the attributes and DYNOX_MODEL_DEF(user, ...)
 * in one C file. Declarations are C++, too; definitions are C. */
#ifndef DYNOX_MODEL_MACROS_H
#define DYNOX_MODEL_MACROS_H

#include <dynox/model.h>

#if defined(__GNUC__)
#define DYNOX_MAYBE_UNUSED_ __attribute__((unused))
#else
#define DYNOX_MAYBE_UNUSED_
#endif
#define DYNOX_TYPED_ DYNOX_MAYBE_UNUSED_ static inline

/* ---- the typed functions ---- */

/* A future and its twin; `_GIVES` where the twin has a place for the result. */
/* clang-format off */
#define DYNOX_DOES_(M, verb, PARAMETERS, ARGUMENTS)                                                                    \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_future *M##_##verb PARAMETERS                                                    \
    { return dynox_at_(dynox_model_##verb ARGUMENTS, #M "_" #verb); }                                                  \
    DYNOX_TYPED_ dynox_status M##_sync_##verb PARAMETERS { return dynox_model_sync_##verb ARGUMENTS; }
#define DYNOX_GIVES_(M, verb, PARAMETERS, ARGUMENTS, SYNC_PARAMETERS, SYNC_ARGUMENTS)                                  \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_future *M##_##verb PARAMETERS                                                    \
    { return dynox_at_(dynox_model_##verb ARGUMENTS, #M "_" #verb); }                                                  \
    DYNOX_TYPED_ dynox_status M##_sync_##verb SYNC_PARAMETERS { return dynox_model_sync_##verb SYNC_ARGUMENTS; }

/* DYNOX_MODEL_DECL(user): behind the struct. No semicolon needed. */
#define DYNOX_MODEL_DECL(M)                                                                                            \
    DYNOX_EXTERN_C_BEGIN extern const dynox_model M##_model; DYNOX_EXTERN_C_END                                        \
    DYNOX_MODEL_FUNCTIONS_(M)

#define DYNOX_MODEL_FUNCTIONS_(M)                                                                                      \
    typedef struct M##_list { M *const *at; size_t count; void *owner_; } M##_list;                                    \
    DYNOX_MODEL_WRITES_(M) DYNOX_MODEL_READS_(M) DYNOX_MODEL_COLLECTIONS_(M) DYNOX_MODEL_TABLES_(M) DYNOX_MODEL_PARTS_(M) DYNOX_MODEL_LOCAL_(M)

#define DYNOX_MODEL_WRITES_(M)                                                                                         \
    DYNOX_DOES_(M, save, (dynox_client *db_, M *record_, const dynox_with *with_), (db_, &M##_model, record_, with_))  \
    DYNOX_DOES_(M, delete, (dynox_client *db_, M *record_, const dynox_with *with_), (db_, &M##_model, record_, with_)) \
    DYNOX_DOES_(M, update, (dynox_client *db_, M *record_, const dynox_expr *update_, const dynox_with *with_),        \
                (db_, &M##_model, record_, update_, with_))                                                            \
    DYNOX_DOES_(M, update_by_key, (dynox_client *db_, const M *key_, const dynox_expr *update_, const dynox_with *with_), \
                (db_, &M##_model, key_, update_, with_))                                                               \
    DYNOX_DOES_(M, delete_by_key, (dynox_client *db_, const M *key_, const dynox_with *with_),                         \
                (db_, &M##_model, key_, with_))                                                                        \
    DYNOX_DOES_(M, reload, (dynox_client *db_, M *record_, const dynox_with *with_), (db_, &M##_model, record_, with_)) \
    DYNOX_DOES_(M, extend_ttl, (dynox_client *db_, M *record_, time_t expires_at_, const dynox_with *with_),           \
                (db_, &M##_model, record_, expires_at_, with_))                                                        \
    struct M##_change_ { dynox_status (*change)(M *, void *, dynox_error *); void *arg; };                             \
    DYNOX_TYPED_ dynox_status M##_changed_by_(void *record_, const void *change_, dynox_error *error_)                 \
    { const struct M##_change_ *by_ = (const struct M##_change_ *)change_;                                             \
      return by_->change((M *)record_, by_->arg, error_); }                                                            \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_future *M##_modify(dynox_client *db_, const M *key_,                             \
        dynox_status (*change_)(M *, void *, dynox_error *), void *arg_, const dynox_with *with_)                      \
    { const struct M##_change_ by_ = {change_, arg_};                                                                  \
      return dynox_at_(dynox_model_modify(db_, &M##_model, key_, M##_changed_by_, &by_, sizeof by_, with_), #M "_modify"); } \
    DYNOX_TYPED_ dynox_status M##_sync_modify(dynox_client *db_, const M *key_,                                        \
        dynox_status (*change_)(M *, void *, dynox_error *), void *arg_, const dynox_with *with_)                      \
    { const struct M##_change_ by_ = {change_, arg_};                                                                  \
      return dynox_model_sync_modify(db_, &M##_model, key_, M##_changed_by_, &by_, sizeof by_, with_); }

#define DYNOX_MODEL_READS_(M)                                                                                          \
    DYNOX_GIVES_(M, get, (dynox_client *db_, const M *key_, const dynox_with *with_), (db_, &M##_model, key_, with_),  \
                 (dynox_client *db_, const M *key_, M **out_, const dynox_with *with_), (db_, &M##_model, key_, out_, with_)) \
    DYNOX_GIVES_(M, first, (dynox_client *db_, const M *key_, const dynox_with *with_), (db_, &M##_model, key_, with_), \
                 (dynox_client *db_, const M *key_, M **out_, const dynox_with *with_), (db_, &M##_model, key_, out_, with_)) \
    DYNOX_GIVES_(M, batch_get,                                                                                         \
                 (dynox_client *db_, const M *const *keys_, size_t count_, const dynox_with *with_),                   \
                 (db_, &M##_model, (const void *const *)keys_, count_, with_),                                         \
                 (dynox_client *db_, const M *const *keys_, size_t count_, M##_list **out_, const dynox_with *with_),  \
                 (db_, &M##_model, (const void *const *)keys_, count_, out_, with_))                                   \
    DYNOX_GIVES_(M, collect, (dynox_stream *consumed_, size_t max_), (&M##_model, consumed_, max_),                    \
                 (dynox_stream *consumed_, size_t max_, M##_list **out_, dynox_error *error_),                         \
                 (&M##_model, consumed_, max_, out_, error_))                                                          \
    DYNOX_GIVES_(M, count, (dynox_client *db_, const M *key_, const dynox_with *with_), (db_, &M##_model, key_, with_), \
                 (dynox_client *db_, const M *key_, int64_t *out_, const dynox_with *with_),                           \
                 (db_, &M##_model, key_, out_, with_))                                                                 \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_stream *M##_query(dynox_client *db_, const M *key_, const dynox_with *with_)     \
    { return dynox_model_query(db_, &M##_model, key_, with_); }                                                        \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_stream *M##_scan(dynox_client *db_, const dynox_with *with_)                     \
    { return dynox_model_scan(db_, &M##_model, with_); }                                                               \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_stream *M##_execute(dynox_client *db_, const dynox_expr *statement_,             \
                                                          const dynox_with *with_)                                     \
    { return dynox_model_execute(db_, &M##_model, statement_, with_); }                                                \
    DYNOX_TYPED_ M *M##_next(dynox_stream *stream_, dynox_error *error_)                                               \
    { const void *next_ = dynox_sync_stream_next(stream_, error_); return (M *)(uintptr_t)next_; }

#define DYNOX_MODEL_COLLECTIONS_(M)                                                                                    \
    DYNOX_GIVES_(M, collection, (dynox_client *db_, const M *key_, dynox_models models_, const dynox_with *with_),     \
                 (db_, &M##_model, key_, models_, with_),                                                              \
                 (dynox_client *db_, const M *key_, dynox_models models_, dynox_collection **out_, const dynox_with *with_), \
                 (db_, &M##_model, key_, models_, out_, with_))                                                        \
    DYNOX_TYPED_ const M *const *M##_in(const dynox_collection *collection_, size_t *count_)                           \
    { return (const M *const *)(const void *)dynox_collection_of(collection_, &M##_model, count_); }

#define DYNOX_MODEL_TABLES_(M)                                                                                         \
    DYNOX_DOES_(M, create_table, (dynox_client *db_, const dynox_with *with_), (db_, &M##_model, with_))               \
    DYNOX_DOES_(M, delete_table, (dynox_client *db_, const dynox_with *with_), (db_, &M##_model, with_))               \
    DYNOX_GIVES_(M, table_exists, (dynox_client *db_, const dynox_with *with_), (db_, &M##_model, with_),              \
                 (dynox_client *db_, bool *out_, const dynox_with *with_), (db_, &M##_model, out_, with_))

#define DYNOX_MODEL_PARTS_(M)                                                                                          \
    DYNOX_TYPED_ dynox_write M##_saving(M *record_, const dynox_with *with_)                                           \
    { return dynox_model_saving(&M##_model, record_, with_); }                                                         \
    DYNOX_TYPED_ dynox_write M##_updating(M *record_, const dynox_expr *update_, const dynox_with *with_)              \
    { return dynox_model_updating(&M##_model, record_, update_, with_); }                                              \
    DYNOX_TYPED_ dynox_write M##_deleting(M *record_, const dynox_with *with_)                                         \
    { return dynox_model_deleting(&M##_model, record_, with_); }                                                       \
    DYNOX_TYPED_ dynox_write M##_checking(const M *key_, const dynox_expr *condition_)                                 \
    { return dynox_model_checking(&M##_model, key_, condition_); }                                                     \
    DYNOX_TYPED_ dynox_read M##_getting(const M *key_, const dynox_with *with_)                                        \
    { return dynox_model_getting(&M##_model, key_, with_); }

#define DYNOX_MODEL_LOCAL_(M)                                                                                          \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_item *M##_to_item(const M *record_, dynox_error *error_)                         \
    { return dynox_model_to_item(&M##_model, record_, error_); }                                                       \
    DYNOX_MUST_USE DYNOX_TYPED_ char *M##_to_text(const M *record_, dynox_error *error_)                               \
    { return dynox_model_to_text(&M##_model, record_, error_); }                                                       \
    DYNOX_MUST_USE DYNOX_TYPED_ M *M##_from_item(const dynox_item *item_, dynox_error *error_)                         \
    { return (M *)dynox_model_from_item(&M##_model, item_, error_); }                                                  \
    DYNOX_MUST_USE DYNOX_TYPED_ M *M##_copy(const M *record_) { return (M *)dynox_model_copy(&M##_model, record_); }   \
    DYNOX_TYPED_ void M##_print(FILE *to_, const M *record_) { dynox_model_print(&M##_model, to_, record_); }          \
    DYNOX_TYPED_ M *M##_from(void *record_) { return (M *)dynox_model_from(&M##_model, record_); }                     \
    DYNOX_TYPED_ void M##_free(M *record_) { dynox_model_free(&M##_model, record_); }                                  \
    DYNOX_TYPED_ void M##_clear(M *record_) { dynox_model_clear(&M##_model, record_); }                                \
    DYNOX_TYPED_ void M##_list_free(M##_list *list_) { dynox_model_list_free((dynox_records *)(void *)list_); }        \
    DYNOX_TYPED_ const char *M##_keep(M *record_, const char *text_)                                                   \
    { return dynox_model_keep(&M##_model, record_, text_); }                                                           \
    DYNOX_TYPED_ bool M##_is_dirty(const M *record_) { return dynox_model_is_dirty(&M##_model, record_); }             \
    DYNOX_TYPED_ size_t M##_changed(const M *record_, const char **members_, size_t room_)                             \
    { return dynox_model_changed(&M##_model, record_, members_, room_); }                                              \
    DYNOX_TYPED_ bool M##_same_key(const M *a_, const M *b_) { return dynox_model_same_key(&M##_model, a_, b_); }      \
    DYNOX_TYPED_ bool M##_is_expired(const M *record_) { return dynox_model_is_expired(&M##_model, record_); }         \
    DYNOX_TYPED_ int64_t M##_expires_in(const M *record_) { return dynox_model_expires_in(&M##_model, record_); }      \
    DYNOX_TYPED_ dynox_status M##_size(const M *record_, dynox_item_size *size_, dynox_error *error_)                  \
    { return dynox_model_size(&M##_model, record_, size_, error_); }

/* DYNOX_MODEL_INDEX(order, by_status), behind the model: order_by_status_query and order_by_status_first, for the index
 * of that name. */
#define DYNOX_MODEL_INDEX(M, index_)                                                                                   \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_stream *M##_##index_##_query(dynox_client *db_, const M *key_,                   \
                                                                   const dynox_with *with_)                            \
    { return dynox_model_index_query(db_, &M##_model, #index_, key_, with_); }                                         \
    DYNOX_MUST_USE DYNOX_TYPED_ dynox_future *M##_##index_##_first(dynox_client *db_, const M *key_,                   \
                                                                   const dynox_with *with_)                            \
    { return dynox_at_(dynox_model_index_first(db_, &M##_model, #index_, key_, with_), #M "_" #index_ "_first"); }     \
    DYNOX_TYPED_ dynox_status M##_sync_##index_##_first(dynox_client *db_, const M *key_, M **out_,                    \
                                                        const dynox_with *with_)                                       \
    { return dynox_model_sync_index_first(db_, &M##_model, #index_, key_, out_, with_); }
/* clang-format on */

/* For awaits that check what they get, before the first include:
 *     #define DYNOX_USER_TYPES DYNOX_MODEL_TYPE(user) DYNOX_MODEL_TYPE(order) */
#define DYNOX_MODEL_TYPE(M) M * : M##_model.type, const M * : M##_model.type, M##_list * : M##_model.list_type,

#ifndef __cplusplus

#undef DYNOX_TYPES_11_
#define DYNOX_TYPES_11_ struct dynox_collection * : &dynox_type_collection,

/* ---- defining a model ---- */

/* For one file: the functions, and the model itself. */
#define DYNOX_MODEL(M, ...)                                                                                            \
    DYNOX_MODEL_CHECKS_(M)                                                                                             \
    static const dynox_model M##_model;                                                                                \
    DYNOX_MODEL_FUNCTIONS_(M)                                                                                          \
    DYNOX_MODEL_OBJECT_(static, M, __VA_ARGS__)
/* For several: the model of a DYNOX_MODEL_DECL. */
#define DYNOX_MODEL_DEF(M, ...)                                                                                        \
    DYNOX_MODEL_CHECKS_(M)                                                                                             \
    DYNOX_MODEL_OBJECT_(, M, __VA_ARGS__)
/* The same for a model whose first member is its parent's struct (DYNOX_BASE). */
#define DYNOX_MODEL_CHILD(M, ...)                                                                                      \
    _Static_assert(M##_must_have_one_DYNOX_PARTITION_KEY == 0, "");                                                    \
    static const dynox_model M##_model;                                                                                \
    DYNOX_MODEL_FUNCTIONS_(M)                                                                                          \
    DYNOX_MODEL_OBJECT_(static, M, __VA_ARGS__)
#define DYNOX_MODEL_CHILD_DEF(M, ...)                                                                                  \
    _Static_assert(M##_must_have_one_DYNOX_PARTITION_KEY == 0, "");                                                    \
    DYNOX_MODEL_OBJECT_(, M, __VA_ARGS__)
/* Names a model of this file that is defined further down, for the .parent of a child. */
#define DYNOX_MODEL_LATER(M) static const dynox_model M##_model;

#define DYNOX_MODEL_CHECKS_(M)                                                                                         \
    _Static_assert(_Generic(((M *)0)->dynox_record_, dynox_record : 1, default : 0) &&                                 \
                       offsetof(M, dynox_record_) == 0,                                                                \
                   "DYNOX_RECORD; must be the first member of " #M);                                                   \
    _Static_assert(M##_must_have_one_DYNOX_PARTITION_KEY == 0, "");

/* What is loaded lies where any type of C11 does that needs 8 bytes of alignment at most: no long double, no alignas.
 */
#define DYNOX_ALIGNED_(S)                                                                                              \
    _Static_assert(sizeof(struct {                                                                                     \
                       char c_;                                                                                        \
                       S    s_;                                                                                        \
                   }) - sizeof(S) <=                                                                                   \
                       8,                                                                                              \
                   #S " must not need an alignment of more than 8 bytes");

/* clang-format off */
#define DYNOX_MODEL_OBJECT_(linkage, M, ...)                                                                           \
    DYNOX_ALIGNED_(M)                                                                                                  \
    static const struct M##_options_ {                                                                                 \
        union {                                                                                                        \
            dynox_model_options common_;                                                                               \
            struct { DYNOX_MODEL_OPTION_FIELDS_ };                                                                     \
        };                                                                                                             \
        dynox_status (*before_save)(M *, dynox_error *);                                                               \
        dynox_status (*before_update)(M *, dynox_error *);                                                             \
        dynox_status (*before_delete)(M *, dynox_error *);                                                             \
        void (*after_save)(M *);                                                                                       \
        void (*after_update)(M *);                                                                                     \
        void (*after_delete)(M *);                                                                                     \
        void (*after_load)(M *);                                                                                       \
        dynox_future *(*before_save_async)(dynox_client *, M *);                                                       \
        dynox_future *(*before_update_async)(dynox_client *, M *);                                                     \
        dynox_future *(*before_delete_async)(dynox_client *, M *);                                                     \
        dynox_future *(*after_save_async)(dynox_client *, M *);                                                        \
        dynox_future *(*after_update_async)(dynox_client *, M *);                                                      \
        dynox_future *(*after_delete_async)(dynox_client *, M *);                                                      \
    } M##_options_ = {__VA_ARGS__};                                                                                    \
    static dynox_status M##_hook_(dynox_hook hook_, void *record_, dynox_error *error_)                                \
    {                                                                                                                  \
        const struct M##_options_ *o_  = &M##_options_;                                                                \
        dynox_status (*before_)(M *, dynox_error *) =                                                                  \
            hook_ == DYNOX_BEFORE_SAVE ? o_->before_save : hook_ == DYNOX_BEFORE_UPDATE ? o_->before_update            \
            : hook_ == DYNOX_BEFORE_DELETE ? o_->before_delete : (dynox_status (*)(M *, dynox_error *))0;              \
        void (*after_)(M *) = hook_ == DYNOX_AFTER_SAVE ? o_->after_save : hook_ == DYNOX_AFTER_UPDATE ? o_->after_update \
            : hook_ == DYNOX_AFTER_DELETE ? o_->after_delete                                                           \
            : hook_ == DYNOX_AFTER_LOAD ? o_->after_load : (void (*)(M *))0;                                           \
        if (!record_) return before_ || after_ ? DYNOX_OK : DYNOX_E_NOT_FOUND;                                         \
        if (before_) return before_((M *)record_, error_);                                                             \
        if (after_) after_((M *)record_);                                                                              \
        return DYNOX_OK;                                                                                               \
    }                                                                                                                  \
    static dynox_future *M##_hook_async_(dynox_hook hook_, dynox_client *db_, void *record_)                           \
    {                                                                                                                  \
        const struct M##_options_ *o_ = &M##_options_;                                                                 \
        dynox_future *(*start_)(dynox_client *, M *) =                                                                 \
            hook_ == DYNOX_BEFORE_SAVE ? o_->before_save_async : hook_ == DYNOX_BEFORE_UPDATE ? o_->before_update_async \
            : hook_ == DYNOX_BEFORE_DELETE ? o_->before_delete_async : hook_ == DYNOX_AFTER_SAVE ? o_->after_save_async \
            : hook_ == DYNOX_AFTER_UPDATE ? o_->after_update_async                                                     \
            : hook_ == DYNOX_AFTER_DELETE ? o_->after_delete_async : (dynox_future *(*)(dynox_client *, M *))0;        \
        if (!start_ || !record_) return start_ ? (dynox_future *)(uintptr_t)1 : (dynox_future *)0;                     \
        return start_(db_, (M *)record_);                                                                              \
    }                                                                                                                  \
    static void M##_destroy_(void *record_) { dynox_model_free(&M##_model, record_); }                                 \
    static void M##_accept_(void *record_) { dynox_model_accept_(&M##_model, record_); }                               \
    static void M##_list_destroy_(void *list_) { dynox_model_list_free((dynox_records *)list_); }                      \
    static void M##_list_accept_(void *list_) { dynox_model_list_accept_(&M##_model, (dynox_records *)list_); }        \
    static const dynox_type M##_type_ = {                                                                              \
        .name = #M " *", .size = sizeof(void *), .destroy = M##_destroy_, .accept = M##_accept_, .strict = true,       \
        .advice = "add DYNOX_MODEL_TYPE(" #M ") to DYNOX_USER_TYPES before the first include"};                        \
    static const dynox_type M##_list_type_ = {                                                                         \
        .name = #M "_list *", .size = sizeof(void *), .destroy = M##_list_destroy_, .accept = M##_list_accept_,        \
        .strict = true,                                                                                                \
        .advice = "add DYNOX_MODEL_TYPE(" #M ") to DYNOX_USER_TYPES before the first include"};                        \
    static struct dynox__shape *M##_shape_made_;                                                                       \
    static struct dynox__model *M##_model_made_;                                                                       \
    linkage const dynox_model M##_model = {                                                                            \
        .shape = {#M, sizeof(M), M##_attributes, sizeof M##_attributes / sizeof *M##_attributes, &M##_shape_made_},    \
        .options = &M##_options_.common_, .hook = M##_hook_, .hook_async = M##_hook_async_, .type = &M##_type_,        \
        .list_type = &M##_list_type_, .made_ = &M##_model_made_};

/* DYNOX_SHAPE(line): a struct inside records; its table is line_attributes. */
#define DYNOX_SHAPE(S)                                                                                                 \
    DYNOX_ALIGNED_(S)                                                                                                  \
    static struct dynox__shape *S##_shape_made_;                                                                       \
    static const dynox_shape    S##_shape = {#S, sizeof(S), S##_attributes, sizeof S##_attributes / sizeof *S##_attributes, \
                                             &S##_shape_made_};

/* DYNOX_ATTRIBUTE_KIND(money, .store = ..., .load = ..., .is_absent = ..., .equal = ...): a kind for members of the
 * type money; store and load are needed. */
#define DYNOX_ATTRIBUTE_KIND(T, ...)                                                                                   \
    static const struct T##_kind_functions_ {                                                                          \
        dynox_status (*store)(const T *, dynox_room *, dynox_value *, dynox_error *);                                  \
        dynox_status (*load)(const dynox_value *, dynox_room *, T *, dynox_error *);                                   \
        bool (*is_absent)(const T *);                                                                                  \
        bool (*equal)(const T *, const T *);                                                                           \
    } T##_kind_functions_ = {__VA_ARGS__};                                                                             \
    static dynox_status T##_store_(const void *member_, dynox_room *room_, dynox_value *value_, dynox_error *error_)   \
    { return T##_kind_functions_.store((const T *)member_, room_, value_, error_); }                                   \
    static dynox_status T##_load_(const dynox_value *value_, dynox_room *room_, void *member_, dynox_error *error_)    \
    { return T##_kind_functions_.load(value_, room_, (T *)member_, error_); }                                          \
    static bool T##_is_absent_(const void *member_)                                                                    \
    {                                                                                                                  \
        if (T##_kind_functions_.is_absent) return T##_kind_functions_.is_absent((const T *)member_);                   \
        for (size_t i_ = 0; i_ < sizeof(T); i_++)                                                                      \
            if (((const unsigned char *)member_)[i_]) return 0;                                                        \
        return 1;                                                                                                      \
    }                                                                                                                  \
    static bool T##_equal_(const void *a_, const void *b_)                                                             \
    { return T##_kind_functions_.equal && (!a_ || T##_kind_functions_.equal((const T *)a_, (const T *)b_)); }          \
    static const dynox_kind T##_kind = {#T, T##_store_, T##_load_, T##_is_absent_, T##_equal_};

/* ---- attributes ---- */

#define DYNOX_PARTITION_KEY(...) DYNOX_KEY_(PARTITION_KEY, must_have_one, __VA_ARGS__, .role_ = DYNOX_ROLE_PARTITION_KEY_)
#define DYNOX_SORT_KEY(...) DYNOX_KEY_(SORT_KEY, may_have_only_one, __VA_ARGS__, .role_ = DYNOX_ROLE_SORT_KEY_)
#define DYNOX_STRING(...) DYNOX_SCALAR_(STRING, "const char * or an array of char", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_INT(...) DYNOX_SCALAR_(INT, "an integer", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_DOUBLE(...) DYNOX_SCALAR_(DOUBLE, "a double or a float", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_NUMBER(...) DYNOX_SCALAR_(NUMBER, "const char * (decimal text)", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_BOOLEAN(...) DYNOX_SCALAR_(BOOL, "a bool", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_BINARY(...) DYNOX_SCALAR_(BLOB, "a dynox_blob", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_COMPRESSED(...) DYNOX_SCALAR_(COMPRESSED, "const char *", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_DYNAMIC(...) DYNOX_SCALAR_(VALUE, "a dynox_value", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_DATETIME(...) DYNOX_SCALAR_(DATETIME, "a time_t or an int64_t", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_KEY_PART(...) DYNOX_SCALAR_(KEY, "const char *, an array of char or an integer", __VA_ARGS__, .role_ = DYNOX_ROLE_KEY_PART_)
#define DYNOX_VERSION(...) DYNOX_ONCE_(VERSION, VERSION, "an integer", __VA_ARGS__, .role_ = DYNOX_ROLE_VERSION_)
#define DYNOX_WRITE_ID(...) DYNOX_ONCE_(WRITE_ID, WRITE_ID, "char[27]", __VA_ARGS__, .role_ = DYNOX_ROLE_WRITE_ID_)
#define DYNOX_TTL(...) DYNOX_ONCE_(TTL, EPOCH, "a time_t or an int64_t", __VA_ARGS__, .role_ = DYNOX_ROLE_TTL_)
#define DYNOX_DISCRIMINATOR(...) DYNOX_ONCE_(DISCRIMINATOR, STRING, "const char * or an array of char", __VA_ARGS__, .role_ = DYNOX_ROLE_TYPE_)
#define DYNOX_EXTRA(...) DYNOX_ONCE_(EXTRA, EXTRA, "a dynox_item", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_ARRAY(...) DYNOX_LIST_(ARRAY, LIST, "DYNOX_MANY(const char *), (int64_t) or (double)", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_SET(...) DYNOX_LIST_(SET, SET, "DYNOX_MANY(const char *), (int64_t), (double) or (dynox_blob)", __VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_STRUCT(...) DYNOX_STRUCT_(__VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_STRUCTS(...) DYNOX_STRUCTS_(__VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_ENUM(...) DYNOX_ENUM_(__VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
#define DYNOX_CUSTOM(...) DYNOX_CUSTOM_(__VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
/* All attributes of the parent, whose struct is the first member. */
#define DYNOX_BASE(M, member, PARENT)                                                                                  \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_ONE_(M, PARTITION_KEY, must_have_one) +                                          \
                     DYNOX_MUST_(_Generic(DYNOX_MEMBER_(M, member), PARENT: offsetof(M, member) == 0, default: 0),     \
                                 "DYNOX_BASE(" #M ", " #member "): must be a " #PARENT ", and the first member")),     \
            .kind_ = DYNOX_KIND_BASE_, .inner_ = PARENT##_attributes,                                                  \
            .inner_count_ = sizeof PARENT##_attributes / sizeof *PARENT##_attributes                                   \
    }
/* For .optional: one more than the offset of the bool, so that zero says nothing. */
#define DYNOX_HAS(M, member)                                                                                           \
    (1 + offsetof(M, member) +                                                                                         \
     DYNOX_MUST_(_Generic(DYNOX_MEMBER_(M, member), bool: 1, default: 0), "DYNOX_HAS(" #M ", " #member "): must be a bool"))

/* ---- how it is done ---- */

#define DYNOX_MEMBER_(M, member) (((M *)0)->member)
/* 0, or an error with that text. */
#define DYNOX_MUST_(is, why)                                                                                           \
    (0 * sizeof(struct {                                                                                               \
         _Static_assert(is, why);                                                                                      \
         char c_;                                                                                                      \
     }))
/* 0, and an error when it is used twice for a model: the name is the message. */
#define DYNOX_ONE_(M, what, how) (0 * sizeof(enum {M##_##how##_DYNOX_##what}))
#define DYNOX_PLACE_(M, member, checks)                                                                                \
    .model_ = #M, .member_ = #member, .offset_ = (uint32_t)(offsetof(M, member) + (checks)),                           \
    .size_ = (uint32_t)sizeof(DYNOX_MEMBER_(M, member))

#define DYNOX_INTEGERS_(kind)                                                                                          \
    signed char: kind, short: kind, int: kind, long: kind, long long: kind, unsigned char: kind, unsigned short: kind, \
    unsigned: kind, unsigned long: kind, unsigned long long: kind
#define DYNOX_SIGNED_(x) _Generic((x), signed char: 1, short: 1, int: 1, long: 1, long long: 1, default: 0)
/* The kind that a member of this type has as ..., DYNOX_KIND_BAD_ if none. */
#define DYNOX_AS_STRING_(x)                                                                                            \
    _Generic(&(x), const char **: DYNOX_KIND_STRING_, char **: DYNOX_KIND_BAD_,                                        \
             default: _Generic((x), char *: DYNOX_KIND_CHARS_, default: DYNOX_KIND_BAD_))
#define DYNOX_AS_INT_(x) _Generic((x), DYNOX_INTEGERS_(DYNOX_KIND_INT_), default: DYNOX_KIND_BAD_)
#define DYNOX_AS_VERSION_(x) DYNOX_AS_INT_(x)
#define DYNOX_AS_WRITE_ID_(x) _Generic(&(x), char (*)[27]: DYNOX_KIND_CHARS_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_DOUBLE_(x) _Generic((x), double: DYNOX_KIND_DOUBLE_, float: DYNOX_KIND_DOUBLE_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_NUMBER_(x) _Generic(&(x), const char **: DYNOX_KIND_NUMBER_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_COMPRESSED_(x) _Generic(&(x), const char **: DYNOX_KIND_COMPRESSED_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_BOOL_(x) _Generic((x), bool: DYNOX_KIND_BOOL_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_BLOB_(x) _Generic((x), dynox_blob: DYNOX_KIND_BLOB_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_VALUE_(x) _Generic((x), dynox_value: DYNOX_KIND_VALUE_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_EXTRA_(x) _Generic((x), dynox_item: DYNOX_KIND_EXTRA_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_DATETIME_(x) _Generic((x), long: DYNOX_KIND_DATETIME_, long long: DYNOX_KIND_DATETIME_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_EPOCH_(x) _Generic((x), long: DYNOX_KIND_EPOCH_, long long: DYNOX_KIND_EPOCH_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_KEY_(x)                                                                                               \
    _Generic(&(x), const char **: DYNOX_KIND_STRING_, char **: DYNOX_KIND_BAD_, dynox_blob *: DYNOX_KIND_BLOB_,        \
             default: _Generic((x), char *: DYNOX_KIND_CHARS_, DYNOX_INTEGERS_(DYNOX_KIND_INT_), default: DYNOX_KIND_BAD_))
#define DYNOX_AS_LIST_(at) _Generic((at), const char **: DYNOX_KIND_STRINGS_, int64_t *: DYNOX_KIND_INTS_, double *: DYNOX_KIND_DOUBLES_, default: DYNOX_KIND_BAD_)
#define DYNOX_AS_SET_(at) _Generic((at), const char **: DYNOX_KIND_STRING_SET_, int64_t *: DYNOX_KIND_INT_SET_, double *: DYNOX_KIND_DOUBLE_SET_, dynox_blob *: DYNOX_KIND_BLOB_SET_, default: DYNOX_KIND_BAD_)

#define DYNOX_SCALAR_(KIND, what, M, member, ...)                                                                      \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_MUST_(DYNOX_AS_##KIND##_(DYNOX_MEMBER_(M, member)) != DYNOX_KIND_BAD_,           \
                                            #M "." #member ": this attribute needs " what)),                           \
        .kind_ = DYNOX_AS_##KIND##_(DYNOX_MEMBER_(M, member)),                                                         \
        .signed_ = DYNOX_SIGNED_(DYNOX_MEMBER_(M, member)), __VA_ARGS__                                                \
    }
#define DYNOX_ONCE_(ONCE, KIND, what, M, member, ...)                                                                  \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_ONE_(M, ONCE, may_have_only_one) +                                               \
                                DYNOX_MUST_(DYNOX_AS_##KIND##_(DYNOX_MEMBER_(M, member)) != DYNOX_KIND_BAD_,           \
                                            #M "." #member ": this attribute needs " what)),                           \
        .kind_ = DYNOX_AS_##KIND##_(DYNOX_MEMBER_(M, member)),                                                         \
        .signed_ = DYNOX_SIGNED_(DYNOX_MEMBER_(M, member)), __VA_ARGS__                                                \
    }
#define DYNOX_KEY_(WHAT, how, M, member, ...)                                                                          \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_ONE_(M, WHAT, how) +                                                             \
                                DYNOX_MUST_(DYNOX_AS_KEY_(DYNOX_MEMBER_(M, member)) != DYNOX_KIND_BAD_,                \
                                            #M "." #member ": a key needs const char *, an array of char, an integer or a dynox_blob")), \
        .kind_ = DYNOX_AS_KEY_(DYNOX_MEMBER_(M, member)),                                                              \
        .signed_ = DYNOX_SIGNED_(DYNOX_MEMBER_(M, member)), __VA_ARGS__                                                \
    }
#define DYNOX_LIST_(ARRAY, AS, what, M, member, ...)                                                                   \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_MUST_(DYNOX_AS_##AS##_(DYNOX_MEMBER_(M, member).at) != DYNOX_KIND_BAD_,          \
                                            #M "." #member ": needs " what)),                                          \
        .kind_ = DYNOX_AS_##AS##_(DYNOX_MEMBER_(M, member).at),                                                        \
        .element_ = (uint32_t)sizeof *DYNOX_MEMBER_(M, member).at, .signed_ = true, __VA_ARGS__                        \
    }
#define DYNOX_STRUCT_(M, member, S, ...)                                                                               \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_MUST_(_Generic(DYNOX_MEMBER_(M, member), S: 1, default: 0),                      \
                                            #M "." #member ": must be a " #S)),                                        \
        .kind_ = DYNOX_KIND_STRUCT_, .inner_ = &S##_shape, __VA_ARGS__                                                 \
    }
#define DYNOX_STRUCTS_(M, member, S, ...)                                                                              \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_MUST_(_Generic(DYNOX_MEMBER_(M, member).at, S *: 1, default: 0),                 \
                                            #M "." #member ": must be a DYNOX_MANY(" #S ")")),                         \
        .kind_ = DYNOX_KIND_STRUCTS_, .element_ = (uint32_t)sizeof(S), .inner_ = &S##_shape, __VA_ARGS__               \
    }
#define DYNOX_ENUM_(M, member, NAMES, ...)                                                                             \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_MUST_(DYNOX_AS_INT_(DYNOX_MEMBER_(M, member)) != DYNOX_KIND_BAD_,                \
                                            #M "." #member ": this attribute needs an enum or an integer")),           \
        .kind_ = DYNOX_KIND_ENUM_, .signed_ = DYNOX_SIGNED_(DYNOX_MEMBER_(M, member)), .inner_ = (NAMES),              \
        .inner_count_ = sizeof(NAMES) / sizeof *(NAMES), __VA_ARGS__                                                   \
    }
#define DYNOX_CUSTOM_(M, member, T, ...)                                                                               \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_MUST_(_Generic(DYNOX_MEMBER_(M, member), T: 1, default: 0),                      \
                                            #M "." #member ": must be a " #T)),                                        \
        .kind_ = DYNOX_KIND_CUSTOM_, .inner_ = &T##_kind, __VA_ARGS__                                                  \
    }
/* clang-format on */

#endif
#endif
