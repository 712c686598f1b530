/* The arithmetic of the adaptive retry mode (CUBIC). */
#include "aws/flow/adaptive.h"

#define BETA 0.7
#define SCALE 0.4
#define SMOOTH 0.8
#define LEAST_RATE 0.5
#define LEAST_CAPACITY 1.0

/* What of <math.h> is needed would be the library's only use of libm. */
static double least(double a, double b)
{
    return a < b ? a : b;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

/* Of a number that is not negative: Newton's method, from above. */
static double cube_root(double x)
{
    double root = most(x, 1);
    for (int i = 0; x > 0 && i < 200; i++) {
        double next = (2 * root + x / (root * root)) / 3;
        if (next >= root) break;
        root = next;
    }
    return x > 0 ? root : 0;
}

static double whole(double seconds)
{
    return (double)(int64_t)seconds; /* of the steady clock: not negative */
}

void dynox__adaptive_init(dynox__adaptive *adaptive, dynox__shared *owner, int64_t now_ns)
{
    double now = (double)now_ns / (double)DYNOX__SECOND;
    *adaptive  = (dynox__adaptive){.throttled_s = now, .bucket = whole(now)};
    pthread_mutex_init(&adaptive->lock, NULL);
    dynox__gate_init(&adaptive->gate, owner, 0, LEAST_CAPACITY, 0, now_ns);
}

void dynox__adaptive_destroy(dynox__adaptive *adaptive)
{
    dynox__gate_destroy(&adaptive->gate);
    pthread_mutex_destroy(&adaptive->lock);
}

static void measure_locked(dynox__adaptive *adaptive, double now)
{
    double bucket = whole(now * 2) / 2;
    adaptive->count++;
    if (bucket <= adaptive->bucket) return;
    double rate        = adaptive->count / (bucket - adaptive->bucket);
    adaptive->measured = rate * SMOOTH + adaptive->measured * (1 - SMOOTH);
    adaptive->count    = 0;
    adaptive->bucket   = bucket;
}

void dynox__adaptive_answer(dynox__adaptive *adaptive, bool throttled, int64_t now_ns)
{
    double now = (double)now_ns / (double)DYNOX__SECOND, rate;
    pthread_mutex_lock(&adaptive->lock);
    measure_locked(adaptive, now);
    if (throttled) {
        double limit          = dynox__gate_look(&adaptive->gate).rate;
        adaptive->highest     = adaptive->limits ? least(adaptive->measured, limit) : adaptive->measured;
        adaptive->window      = cube_root(adaptive->highest * (1 - BETA) / SCALE);
        adaptive->throttled_s = now;
        adaptive->limits      = true;
        rate                  = adaptive->highest * BETA;
    } else {
        double since = now - adaptive->throttled_s - adaptive->window;
        rate         = SCALE * since * since * since + adaptive->highest;
    }
    rate = least(rate, 2 * adaptive->measured);
    if (adaptive->limits) dynox__gate_set(&adaptive->gate, most(rate, LEAST_RATE), most(rate, LEAST_CAPACITY), now_ns);
    pthread_mutex_unlock(&adaptive->lock);
}
