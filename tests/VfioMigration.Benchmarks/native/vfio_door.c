// What calls on a device's files cost, against a round trip over a UNIX socket between two processes.
// usage: vfio_door DEVICE GROUP ROUNDS
// Prints the best nanoseconds: round trip, ioctl without payload, GET_INFO, pread of 4 bytes, pwrite of 4 bytes,
// 1 MiB from a UNIX stream socket, 1 MiB by reads of 1 MiB from a data descriptor, which may give less at a time.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 100, BATCHES = 40, REQUEST = 32, ANSWER = 36, MIB = 1 << 20 };

static int socket_to_child = -1, stream_from_child = -1, container = -1, device = -1;
static uint64_t region_offset;
static char *buffer;

static void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void answer_pings(int socket)
{
    char request[REQUEST], answer[ANSWER] = { 0 };
    while (read(socket, request, REQUEST) == REQUEST && write(socket, answer, ANSWER) == ANSWER) {
    }

    _exit(0);
}

static void send_stream(int socket)
{
    char *bytes = calloc(1, MIB);
    while (write(socket, bytes, MIB) > 0) {
    }

    _exit(0);
}

static int start(void (*serve)(int))
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
        die("socketpair");
    }

    if (fork() == 0) {
        close(pair[0]);
        serve(pair[1]);
    }

    close(pair[1]);
    return pair[0];
}

static void ping(void)
{
    char request[REQUEST] = { 0 }, answer[ANSWER];
    if (write(socket_to_child, request, REQUEST) != REQUEST || read(socket_to_child, answer, ANSWER) != ANSWER) {
        die("ping");
    }
}

static void plain_ioctl(void)
{
    if (ioctl(container, VFIO_GET_API_VERSION) != VFIO_API_VERSION) {
        die("VFIO_GET_API_VERSION");
    }
}

static void get_info(void)
{
    struct vfio_device_info info = { .argsz = sizeof info };
    if (ioctl(device, VFIO_DEVICE_GET_INFO, &info)) {
        die("VFIO_DEVICE_GET_INFO");
    }
}

static void read_word(void)
{
    uint32_t word;
    if (pread(device, &word, sizeof word, region_offset) != sizeof word) {
        die("pread");
    }
}

static void write_word(void)
{
    uint32_t word = 0;
    if (pwrite(device, &word, sizeof word, region_offset) != sizeof word) {
        die("pwrite");
    }
}

static double batch(void (*call)(void), double best)
{
    for (int i = 0; i < BATCHES; i++) {
        double began = now();
        for (int j = 0; j < BATCH; j++) {
            call();
        }

        double each = (now() - began) / BATCH;
        best = each < best ? each : best;
    }

    return best;
}

static double from_stream(double best)
{
    for (int i = 0; i < 8; i++) {
        double began = now();
        for (int at = 0; at < MIB;) {
            ssize_t count = read(stream_from_child, buffer + at, MIB - at);
            if (count <= 0) {
                die("read of the stream");
            }

            at += count;
        }

        double each = now() - began;
        best = each < best ? each : best;
    }

    return best;
}

static int go(uint32_t state)
{
    char bytes[sizeof(struct vfio_device_feature) + sizeof(struct vfio_device_feature_mig_state)] = { 0 };
    struct vfio_device_feature *feature = (void *)bytes;
    struct vfio_device_feature_mig_state *wanted = (void *)feature->data;
    feature->argsz = sizeof bytes;
    feature->flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE;
    wanted->device_state = state;
    if (ioctl(device, VFIO_DEVICE_FEATURE, feature)) {
        die("VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE");
    }

    return wanted->data_fd;
}

static double from_device(double best)
{
    int data = go(VFIO_DEVICE_STATE_STOP_COPY);
    ssize_t count;
    do {
        double began = now();
        count = read(data, buffer, MIB);
        double each = (now() - began) * MIB / (count > 0 ? count : 1);
        best = count >= MIB / 2 && each < best ? each : best;
    } while (count > 0);
    close(data);
    go(VFIO_DEVICE_STATE_RUNNING);
    return best;
}

static void open_device(const char *name, const char *group_name)
{
    char path[64];
    snprintf(path, sizeof path, "/dev/vfio/%s", group_name);
    container = open("/dev/vfio/vfio", O_RDWR);
    int group = open(path, O_RDWR);
    if (container < 0 || group < 0 || ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) || ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU)) {
        die(path);
    }

    device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name);
    struct vfio_region_info region = { .argsz = sizeof region, .index = VFIO_PCI_BAR0_REGION_INDEX };
    if (device < 0 || ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &region)) {
        die(name);
    }

    region_offset = region.offset;
}

int main(int count, char **arguments)
{
    if (count != 4) {
        return 2;
    }

    buffer = malloc(MIB);
    memset(buffer, 1, MIB);
    socket_to_child = start(answer_pings);
    stream_from_child = start(send_stream);
    open_device(arguments[1], arguments[2]);
    void (*calls[])(void) = { ping, plain_ioctl, get_info, read_word, write_word };
    double best[7] = { 1e12, 1e12, 1e12, 1e12, 1e12, 1e12, 1e12 };
    for (int round = 0; round < atoi(arguments[3]); round++) {
        for (int i = 0; i < 5; i++) {
            best[i] = batch(calls[i], best[i]);
        }

        best[5] = from_stream(best[5]);
        best[6] = from_device(best[6]);
    }

    for (int i = 0; i < 7; i++) {
        printf("%s%.0f", i ? " " : "", best[i]);
    }

    printf("\n");
    return 0;
}
