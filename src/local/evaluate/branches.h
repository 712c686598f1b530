/* The paths of an update or a projection as one tree: what one walk over an item has to do at each place. */
#ifndef DYNOX_LOCAL_EVALUATE_BRANCHES_H
#define DYNOX_LOCAL_EVALUATE_BRANCHES_H

#include "local/evaluate/terms.h"

/* A step of one or more paths. Those below a list are in the order of their indexes. */
typedef struct dynox__branch dynox__branch;
struct dynox__branch {
    const dynox__step *step;
    const dynox__term *path;   /* which ends here; NULL: goes on */
    void              *action; /* whatever goes with that path */
    dynox__branch     *first, *last, *next;
    size_t             count;
};

/* A branch more below one that has none of that step. NULL: out of memory. */
dynox__branch *dynox__branch_grow(dynox__branch *branch, const dynox__step *step, dynox__arena *arena);

/* Two paths that cannot stand beside each other; the second one was to be added. */
typedef struct dynox__path_clash {
    const dynox__term *one, *two; /* NULL: none */
} dynox__path_clash;

/* Adds a path below the root (of which nothing but `first`, `last` and `count` is used). A path that overlaps with one
 * of before (is the same, or leads into the other), or conflicts (one takes for a list what the other takes for a map),
 * is not added but told; the first one of each kind counts. false: out of memory. */
bool dynox__branch_add(dynox__branch *root, const dynox__term *path, void *action, dynox__arena *arena,
                       dynox__path_clash *overlap, dynox__path_clash *conflict);
/* true: there is neither. "Two document paths overlap with each other; ..." */
bool dynox__branch_check(const dynox__checker *checker, const dynox__path_clash *overlap,
                         const dynox__path_clash *conflict);

/* What lies at the ends of the paths, nested as it is there; elements of lists close up. false: out of memory. */
bool dynox__branch_pick(const dynox__branch *root, const dynox_item *item, dynox__arena *arena, dynox_item *picked);

#endif
