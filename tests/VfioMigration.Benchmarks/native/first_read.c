// How long a server takes from exec to the first successful read of a file in its mount, in nanoseconds.
//   first_read PATH PROGRAM [ARGUMENT...]
// The program's output is dropped; it gets SIGTERM afterwards and its end is awaited.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ul + t.tv_nsec;
}

static int readable(const char *path) {
    char page[4096];
    int fd = open(path, O_RDONLY);
    if (fd < 0) return 0;
    ssize_t got = read(fd, page, sizeof page);
    close(fd);
    return got > 0;
}

int main(int count, char **arguments) {
    if (count < 3) return 2;
    unsigned long begin = now();
    pid_t child = vfork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(arguments[2], arguments + 2);
        _exit(127);
    }
    int status;
    while (!readable(arguments[1])) {
        if (waitpid(child, &status, WNOHANG) == child) { fprintf(stderr, "%s ended\n", arguments[2]); return 1; }
        if (now() - begin > 30000000000ul) { fprintf(stderr, "%s: nothing to read\n", arguments[1]); kill(child, SIGTERM); return 1; }
        usleep(100);
    }
    unsigned long end = now();
    kill(child, SIGTERM);
    waitpid(child, &status, 0);
    printf("%lu\n", end - begin);
    return 0;
}
