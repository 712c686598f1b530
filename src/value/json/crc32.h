/* CRC-32 as in zlib, gzip and the x-amz-crc32 header. */
#ifndef DYNOX_VALUE_JSON_CRC32_H
#define DYNOX_VALUE_JSON_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of the bytes. Any thread. */
uint32_t dynox__crc32(const void *bytes, size_t size);

/* The same without the processor's carry-less multiplication, for comparison. */
uint32_t dynox__crc32_portable(const void *bytes, size_t size);

#endif
