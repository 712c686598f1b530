/* How fast is base64, compared with OpenSSL's EVP_EncodeBlock and EVP_DecodeBlock?
 *
 * The two take turns, round by round, and the best round of each counts. Times are CPU time of this thread. With
 * --check, the program fails when encoding is slower than OpenSSL's. */
#include "value/text/base64.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* For --check; 1, less what a noisy machine takes. */
static const double bar = 0.95;

enum { ROUNDS = 40, LARGEST = 400 * 1024, BYTES_A_ROUND = 2 * 1024 * 1024 };

static unsigned char bytes[LARGEST + 8];
static char          text[LARGEST / 3 * 4 + 8];

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void encode(size_t size)
{
    dynox__base64_encode(text, bytes, size);
}

static void encode_with_openssl(size_t size)
{
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
}

static void decode(size_t size)
{
    size_t decoded;
    if (!dynox__base64_decode(bytes, &decoded, text, dynox__base64_length(size))) abort();
}

static void decode_with_openssl(size_t size)
{
    if (EVP_DecodeBlock(bytes, (unsigned char *)text, (int)dynox__base64_length(size)) < 0) abort();
}

static double seconds(void (*work)(size_t), size_t size)
{
    double start = cpu_seconds();
    for (size_t done = 0; done < BYTES_A_ROUND; done += size)
        work(size);
    return cpu_seconds() - start;
}

/* Prints a line, and returns how many times as fast as OpenSSL's ours is. */
static double measure(const char *name, void (*ours)(size_t), void (*theirs)(size_t), size_t size)
{
    double best = 1e9, best_openssl = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double openssl = seconds(theirs, size), own = seconds(ours, size);
        if (own < best) best = own;
        if (openssl < best_openssl) best_openssl = openssl;
    }
    printf("%s %9zu %14.0f %14.0f %9.2f\n", name, size, BYTES_A_ROUND / best_openssl / 1e6, BYTES_A_ROUND / best / 1e6,
           best_openssl / best);
    return best_openssl / best;
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {6, 16, 33, 100, 300, 4096, LARGEST};
    bool                slow    = false;
    for (size_t i = 0; i < LARGEST; i++)
        bytes[i] = (unsigned char)(i * 167 >> 3);
    printf("%6s %9s %14s %14s %9s\n", "", "bytes", "OpenSSL MB/s", "dynox MB/s", "ratio");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        slow = measure("encode", encode, encode_with_openssl, sizes[i]) < bar || slow;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        encode(sizes[i]);
        measure("decode", decode, decode_with_openssl, sizes[i]);
    }
    if (argc > 1 && strcmp(argv[1], "--check") == 0 && slow)
        return fprintf(stderr, "missed: encoding is slower than OpenSSL's\n") != 0;
    return 0;
}
