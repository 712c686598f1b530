/* The small library of abi.sh: `first`, and what later versions of it might be. */
#include <stddef.h>

typedef enum sample_kind {
    SAMPLE_NONE,
#ifdef SAMPLE_RENUMBERED
    SAMPLE_NEW,
#endif
    SAMPLE_ONE
} sample_kind;

typedef struct dynox_sample_args {
    size_t size;
#ifdef SAMPLE_ARGS_INSERTED
    long before;
#endif
    long first;
#ifdef SAMPLE_ARGS_GROWN
    long last;
#endif
} dynox_sample_args;

typedef struct sample {
    int         id;
    sample_kind kind;
#ifdef SAMPLE_GROWN
    long more;
#endif
} sample;

int sample_read(const sample *from, const dynox_sample_args *args);

int sample_read(const sample *from, const dynox_sample_args *args)
{
    return from->kind == SAMPLE_ONE && args->first ? from->id : 0;
}

#ifndef SAMPLE_REMOVED
int sample_write(sample *to, int id);

int sample_write(sample *to, int id)
{
    to->id = id;
    return 0;
}
#endif

#ifdef SAMPLE_ADDED
int sample_count(void);

int sample_count(void)
{
    return 1;
}
#endif
