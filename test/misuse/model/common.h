/* What these programs include: all of it, as users do. */
#ifndef DYNOX_TEST_MISUSE_MODEL_COMMON_H
#define DYNOX_TEST_MISUSE_MODEL_COMMON_H

#include <dynox/dynox.h>

#endif
