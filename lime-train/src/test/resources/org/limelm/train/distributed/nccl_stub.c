/*
 * A library with the part of NCCL's interface that LIME calls (nccl.h, version 2), which records its
 * calls as text. Operations run immediately in host memory for one rank; for more, they do nothing.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct { char internal[128]; } ncclUniqueId;
typedef struct { int ranks; int rank; char id[128]; int aborted; } comm_t;

static char journal[1 << 16];
static comm_t comm;
static int async_error = 0;
static int queries_until_done = 0;

static void note(const char *line) {
    strncat(journal, line, sizeof journal - strlen(journal) - 1);
    strncat(journal, "\n", sizeof journal - strlen(journal) - 1);
}

const char *stub_journal(void) { return journal; }
void stub_note(const char *line) { note(line); }
void stub_clear(void) { journal[0] = 0; }
void stub_set_async_error(int code) { async_error = code; }
void stub_set_queries_until_done(int count) { queries_until_done = count; }
const char *stub_comm_id(void) { return comm.id; }

int stub_stream_query(void *stream) {
    (void)stream;
    return queries_until_done-- > 0 ? 600 : 0;
}

int ncclGetVersion(int *version) { *version = 22005; return 0; }

int ncclGetUniqueId(ncclUniqueId *id) {
    for (int i = 0; i < 128; i++) id->internal[i] = (char)(i * 7 + 3);
    note("ncclGetUniqueId");
    return 0;
}

int ncclCommInitRank(void **handle, int ranks, ncclUniqueId id, int rank) {
    char line[128];
    comm.ranks = ranks;
    comm.rank = rank;
    memcpy(comm.id, id.internal, 128);
    snprintf(line, sizeof line, "ncclCommInitRank ranks=%d rank=%d", ranks, rank);
    note(line);
    *handle = &comm;
    return 0;
}

int ncclAllReduce(const void *send, void *recv, size_t count, int type, int op, void *c, void *stream) {
    char line[256];
    snprintf(line, sizeof line, "ncclAllReduce send=%p recv=%p count=%zu type=%d op=%d comm=%d stream=%p",
             send, recv, count, type, op, c == &comm, stream);
    note(line);
    /* proves that the pointer is that of the values */
    if (type == 7 && count > 0) ((float *)recv)[count - 1] = ((const float *)send)[count - 1] + 1;
    return 0;
}

int ncclBroadcast(const void *send, void *recv, size_t count, int type, int root, void *c, void *stream) {
    char line[256];
    snprintf(line, sizeof line, "ncclBroadcast send=%p recv=%p count=%zu type=%d root=%d comm=%d stream=%p",
             send, recv, count, type, root, c == &comm, stream);
    note(line);
    return 0;
}

int ncclGroupStart(void) { note("ncclGroupStart"); return 0; }
int ncclGroupEnd(void) { note("ncclGroupEnd"); return 0; }

int ncclCommGetAsyncError(void *c, int *error) {
    (void)c;
    *error = async_error;
    return 0;
}

int ncclCommAbort(void *c) { note(c == &comm ? "ncclCommAbort" : "ncclCommAbort of another"); return 0; }
int ncclCommDestroy(void *c) { note(c == &comm ? "ncclCommDestroy" : "ncclCommDestroy of another"); return 0; }
const char *ncclGetErrorString(int code) { return code == 6 ? "remote process exited or there was a network error" : "error"; }
