/* The version of the library: what was compiled against and what is running. */
#ifndef DYNOX_VERSION_H
#define DYNOX_VERSION_H

#include <dynox/export.h>

#define DYNOX_VERSION_MAJOR 0
#define DYNOX_VERSION_MINOR 1
#define DYNOX_VERSION_PATCH 0
#define DYNOX_VERSION_TEXT                                                                                             \
    DYNOX_STRINGIZE(DYNOX_VERSION_MAJOR)                                                                               \
    "." DYNOX_STRINGIZE(DYNOX_VERSION_MINOR) "." DYNOX_STRINGIZE(DYNOX_VERSION_PATCH)

DYNOX_EXTERN_C_BEGIN

/* The version of the library that is running, such as "0.1.0". Static text. Any thread. */
DYNOX_API const char *dynox_version(void);

DYNOX_EXTERN_C_END
#endif
