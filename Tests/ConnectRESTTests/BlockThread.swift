import Glibc

/// Blocks the calling thread, which asynchronous code must not do and connectors do all the same.
func blockThread(milliseconds: UInt32) { usleep(milliseconds * 1000) }
