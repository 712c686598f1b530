/* Forks of tests whose program has threads. */
#ifndef DYNOX_TEST_FORK_H
#define DYNOX_TEST_FORK_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Whether all threads but the calling one sleep; where there is no /proc, so it is said. */
static inline bool fork_others_sleep(void)
{
    int            awake = -1; /* the calling one is */
    struct dirent *task;
    DIR           *tasks = opendir("/proc/self/task");
    if (!tasks) return true;
    while ((task = readdir(tasks))) {
        char path[300], line[256] = "";
        if (task->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/self/task/%s/stat", task->d_name);
        FILE       *file = fopen(path, "r");
        const char *name = file && fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
        if (file) fclose(file);
        awake += name && name[1] == ' ' && name[2] != 'S';
    }
    closedir(tasks);
    return awake <= 0;
}

/* fork(), once all other threads sleep (or ten seconds have passed). AddressSanitizer's allocator has locks that no
 * fork waits for: a thread that was just starting up would leave one locked in the child. */
static inline pid_t fork_among_sleepers(void)
{
    for (int i = 0; i < 10000 && !fork_others_sleep(); i++)
        usleep(1000);
    return fork();
}

#endif
