/* What every public header needs: symbol visibility and the attributes that let a compiler catch mistakes. */
#ifndef DYNOX_EXPORT_H
#define DYNOX_EXPORT_H

#ifdef __cplusplus
#define DYNOX_EXTERN_C_BEGIN extern "C" {
#define DYNOX_EXTERN_C_END }
/* The first field of an argument struct is its size, so that program and library may be of different versions. In C the
 * macros set it, in C++ it sets itself. */
#define DYNOX_SIZE_(type) = sizeof(type)
#else
#define DYNOX_SIZE_(type)
#define DYNOX_EXTERN_C_BEGIN
#define DYNOX_EXTERN_C_END
#endif

#if defined(__GNUC__)
#define DYNOX_API __attribute__((visibility("default")))
#define DYNOX_MUST_USE __attribute__((warn_unused_result))
#define DYNOX_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define DYNOX_API
#define DYNOX_MUST_USE
#define DYNOX_PRINTF(text, first)
#endif

#define DYNOX_STRINGIZE_(x) #x
#define DYNOX_STRINGIZE(x) DYNOX_STRINGIZE_(x)
/* "file.c:12": where a future was made; shown by the debug reports. */
#define DYNOX_HERE_ __FILE__ ":" DYNOX_STRINGIZE(__LINE__)

#endif
