// Load on one file, or one listing of a directory.
//   attribute_load pread|cat|stat|write|reject PATH THREADS LIMIT SERVER_PID TEXT
//   attribute_load list PATH
// LIMIT is 400ms or 100000x (operations of all threads together). Prints "NS_PER_OPERATION CPU_NS_PER_OPERATION"; for list
// "NS_PER_ENTRY ENTRIES". CPU is the processor time of this process and the server's together. TEXT is written without a newline; write expects success, reject EINVAL.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *op, *path, *text;
static size_t text_length;
static unsigned long per_thread;
static volatile int stop;
static pthread_barrier_t barrier;

struct worker { pthread_t thread; unsigned long done; };

static unsigned long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ul + t.tv_nsec;
}

static unsigned long cpu(int pid) {
    struct timespec mine, theirs;
    clockid_t clock;
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &theirs)) return 0;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &mine);
    return (mine.tv_sec + theirs.tv_sec) * 1000000000ul + mine.tv_nsec + theirs.tv_nsec;
}

static void die(const char *what) { perror(what); exit(2); }

static int open_or_die(int flags) {
    int fd = open(path, flags);
    if (fd < 0) die(path);
    return fd;
}

static void *work(void *argument) {
    struct worker *self = argument;
    char page[4096];
    struct stat st;
    int reads = !strcmp(op, "pread"), cats = !strcmp(op, "cat"), stats = !strcmp(op, "stat");
    int writes = !strcmp(op, "write"), rejects = !strcmp(op, "reject");
    if (!reads && !cats && !stats && !writes && !rejects) die("operation");
    int fd = reads ? open_or_die(O_RDONLY) : writes || rejects ? open_or_die(O_WRONLY) : -1;
    pthread_barrier_wait(&barrier);
    while (!stop && (!per_thread || self->done < per_thread)) {
        if (reads) { if (pread(fd, page, sizeof page, 0) <= 0) die("pread"); }
        else if (stats) { if (stat(path, &st)) die("stat"); }
        else if (writes) { if (pwrite(fd, text, text_length, 0) != (ssize_t)text_length) die("write"); }
        else if (rejects) { if (pwrite(fd, text, text_length, 0) != -1 || errno != EINVAL) die("reject"); }
        else {
            int f = open_or_die(O_RDONLY);
            if (read(f, page, sizeof page) <= 0) die("read");
            close(f);
        }
        self->done++;
    }
    return NULL;
}

static int list(void) {
    unsigned long begin = now(), entries = 0;
    DIR *directory = opendir(path);
    if (!directory) die(path);
    struct dirent *entry;
    struct stat st;
    while ((entry = readdir(directory))) {
        if (fstatat(dirfd(directory), entry->d_name, &st, AT_SYMLINK_NOFOLLOW)) die(entry->d_name);
        entries++;
    }
    closedir(directory);
    printf("%.1f %lu\n", (double)(now() - begin) / entries, entries);
    return 0;
}

int main(int count, char **arguments) {
    if (count < 3) return 2;
    op = arguments[1];
    path = arguments[2];
    if (!strcmp(op, "list")) return list();
    if (count < 7) return 2;
    int threads = atoi(arguments[3]);
    char *unit;
    unsigned long limit = strtoul(arguments[4], &unit, 10);
    per_thread = *unit == 'x' ? limit / threads : 0;
    int pid = atoi(arguments[5]);
    text = arguments[6];
    text_length = strlen(text);
    struct worker *workers = calloc(threads, sizeof *workers);
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (int i = 0; i < threads; i++) pthread_create(&workers[i].thread, NULL, work, &workers[i]);
    pthread_barrier_wait(&barrier);
    unsigned long begin = now(), cpu_begin = cpu(pid), done = 0;
    if (!per_thread) {
        struct timespec wait = { limit / 1000, (limit % 1000) * 1000000l };
        nanosleep(&wait, NULL);
        stop = 1;
    }
    for (int i = 0; i < threads; i++) { pthread_join(workers[i].thread, NULL); done += workers[i].done; }
    printf("%.1f %.1f\n", (double)(now() - begin) / done, (double)(cpu(pid) - cpu_begin) / done);
    return 0;
}
