#define _GNU_SOURCE
#include "CShims.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#else
#include <spawn.h>
#endif

int millrace_make_pipe(int ends[2]) {
#if defined(__linux__)
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
#else
    if (pipe(ends) != 0) return errno;
    for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
#endif
    // Above the three standard ones, or making these of a pipe's ends could overwrite another end.
    for (int i = 0; i < 2; i++) {
        if (ends[i] > 2) continue;
        int high = fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
        int error = errno;
        close(ends[i]);
        ends[i] = high;
        if (high < 0) {
            close(ends[1 - i]);
            return error;
        }
    }
    return 0;
}

#if defined(__linux__)

/// What the child does between vfork and its program: it shares the parent's memory and may touch nothing of it.
static void become(
    const char *path, char *const arguments[], char *const environment[], const char *directory,
    const int descriptors[3], volatile int *error) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    // A handler of the parent's would run in the parent's memory, and an ignored signal stays ignored in a program.
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &standard, NULL);
    if (setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && chdir(directory) == 0) {
        int number = 0;
        while (number < 3 && dup2(descriptors[number], number) >= 0) number++;
        if (number == 3) {
            // CLOSE_RANGE_CLOEXEC: whatever somebody opened without it. Kernels before 5.11 have no such call.
            syscall(SYS_close_range, 3, ~0U, 4);
            sigset_t none;
            sigemptyset(&none);
            sigprocmask(SIG_SETMASK, &none, NULL);
            execve(path, arguments, environment);
        }
    }
    *error = errno;
    _exit(127);
}

int millrace_spawn(
    const char *path, char *const arguments[], char *const environment[], const char *directory,
    const int descriptors[3]) {
    volatile int error = 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    // Not fork, which copies the page tables of everything that is mapped: milliseconds in a server with large logs.
    pid_t pid = vfork();
    if (pid == 0) become(path, arguments, environment, directory, descriptors, &error);
    if (pid < 0) error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0) return pid;
    // The child that found no program has ended; nobody else will ask for it.
    if (pid > 0)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    return -error;
}

#else

int millrace_spawn(
    const char *path, char *const arguments[], char *const environment[], const char *directory,
    const int descriptors[3]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addchdir_np(&actions, directory);
    for (int number = 0; number < 3; number++)
        posix_spawn_file_actions_adddup2(&actions, descriptors[number], number);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes,
        POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_CLOEXEC_DEFAULT);
    pid_t pid = 0;
    int error = posix_spawn(&pid, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? pid : -error;
}

#endif
